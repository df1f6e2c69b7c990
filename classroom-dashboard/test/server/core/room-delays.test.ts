import type { TickBody } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { NEWS_MS_MAX, RoomDelays } from "../../../server/core/room-delays.ts";

const late = (ageMs: number) => ({ ageMs, bytes: 10, bytesMax: 100, shedTicks: 0, shedInk: 0 });
const tick = (ageMs: number | null): TickBody => ({
  kind: "tick",
  pens: [],
  ...(ageMs === null ? {} : { delivery: late(ageMs) }),
});

describe("RoomDelays", () => {
  it("[LIVE-14] of several gateways the one that is furthest behind is told; each takes back its own word only", () => {
    const delays = new RoomDelays();
    delays.noteTick(tick(2000), 1, { life: 1, seq: 1 });
    delays.noteTick(tick(9000), 1, { life: 2, seq: 1 });
    expect(delays.take("now", 1, 0)?.delivery).toEqual(late(9000));
    delays.noteTick(tick(null), 2, { life: 2, seq: 2 });
    expect(delays.take("all", 2, 0)?.delivery).toEqual(late(2000));
    delays.noteTick({ ...tick(2000), last: true }, 3, { life: 1, seq: 2 });
    expect(delays.take("now", 3, 0)?.delivery).toBeNull();
  });

  it("[LIVE-14] what is not said again for a while no longer holds", () => {
    const delays = new RoomDelays();
    delays.noteTick(tick(2000), 1000, undefined);
    delays.take("now", 1000, 0);
    expect(delays.take("all", 1000 + NEWS_MS_MAX, 0)).toBeNull();
    expect(delays.take("now", 1001 + NEWS_MS_MAX, 0)).toEqual({ delivery: null, history: null });
  });

  it("an older tick that comes late changes nothing", () => {
    const delays = new RoomDelays();
    delays.noteTick(tick(2000), 1000, undefined);
    delays.noteTick(tick(null), 900, undefined);
    expect(delays.take("now", 1000, 0)?.delivery).toEqual(late(2000));
  });
});
