import type { PenId } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { PenRoll, ROOM_PENS_MAX } from "../../../server/core/pen-roll.ts";
import { penId, penState } from "../lesson-fixture.ts";

describe("PenRoll", () => {
  it("[EVT-6] tells what is different about a pen, and takes nothing that is older", () => {
    const roll = new PenRoll();
    const changes = [
      penState(1, "connecting", 10),
      penState(1, "connected", 20),
      penState(1, "connected", 30),
      penState(1, "connected", 40, { batteryPercent: 79 }),
      penState(1, "connected", 50, { batteryPercent: 79, lostDots: 3 }),
      penState(1, "lost", 45),
    ].map((state) => roll.push(state));
    expect(changes).toEqual(["link", "link", "time", "look", "look", "nothing"]);
    expect(roll.latest([penId(1)], null)).toMatchObject({ link: "connected", heardMs: 50, lostDots: 3 });
  });

  it("[LIVE-2] of two pens of a student the one heard last counts, or what the processor heard later", () => {
    const roll = new PenRoll();
    roll.push(penState(1, "lost", 10));
    roll.push(penState(2, "connected", 20));
    expect(roll.latest([penId(1), penId(2)], null)?.pen).toBe(penId(2));
    expect(roll.latest([penId(1)], penState(1, "off", 15))?.link).toBe("off");
    expect(roll.latest([penId(1)], penState(1, "off", 5))?.link).toBe("lost");
    expect(roll.latest([], null)).toBeNull();
  });

  it("[LIVE-9] remembers so many pens and no more", () => {
    const roll = new PenRoll();
    for (let n = 0; n < ROOM_PENS_MAX; n++) expect(roll.push(penState(n, "lost", 1))).toBe("link");
    expect(roll.push(penState(ROOM_PENS_MAX, "lost", 1))).toBe("nothing");
    expect(roll.latest([penId(ROOM_PENS_MAX)] as PenId[], null)).toBeNull();
    expect(roll.push(penState(0, "connected", 2))).toBe("link");
  });
});
