import type { PenId } from "@penlight/proto";
import { afterEach, describe, expect, test } from "vitest";
import { closeRooms, expectComplete, missing, openRoom, suiteName } from "./open-rooms.ts";

const ADAPTERS = 5;
const WRITTEN_MS = 4000;
const DOTS_PER_SECOND = 2500;

afterEach(closeRooms);

describe.skipIf(missing !== null)(suiteName("a class on the air"), () => {
  test("[BLE-3] [BLE-7] 60 pens where there is room for 40: who waits is told by name, and 2,500 dots a second arrive, each once", async () => {
    const room = await openRoom({ adapters: ADAPTERS, pens: 60 });
    const pupils = room.seatAll((index) => ({ mtu: [23, 64, 160, 185, 247, 517][index % 6] as number }));
    const seated = () => pupils.filter(({ pen }) => pen.registered);
    await room.until(
      "40 pens are registered and 20 wait",
      () => seated().length === 40 && room.source.radio().waiting.length === 20,
    );
    const report = room.source.radio();
    expect(report.adapters.map(({ pens, capacity }) => [pens, capacity])).toEqual(Array(ADAPTERS).fill([8, 8]));
    const waiting = pupils.filter(({ pen }) => !pen.linked).map(({ pen }) => pen.pen);
    expect(report.waiting.map(({ pen }) => pen).sort()).toEqual([...waiting].sort());

    const writers = seated();
    room.begin(WRITTEN_MS, 0.7, writers);
    await room.allWritten(writers);
    expectComplete(room, writers);
    const dots = writers.reduce((sum, pupil) => sum + pupil.dots, 0);
    expect(dots / (WRITTEN_MS / 1000)).toBeGreaterThan(DOTS_PER_SECOND);

    // One leaves: who has waited longest gets its place.
    const next = room.source.radio().waiting[0]?.pen;
    const leaver = writers[0]?.pen.pen as PenId;
    room.air.advertise(leaver, false);
    room.air.drop(leaver);
    await room.until("the next one has the place", () => pupils.some(({ pen }) => pen.pen === next && pen.registered));
    const left = waiting.filter((pen) => pen !== next);
    expect(
      room.source
        .radio()
        .waiting.map(({ pen }) => pen)
        .sort(),
    ).toEqual(left.sort());
  });
});
