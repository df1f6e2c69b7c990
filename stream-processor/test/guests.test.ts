import { decodeInk, type EventLog, LogError, type RoomId, type SetupState } from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { describe, expect, it } from "vitest";
import { LOOK_AGAIN_MS } from "../src/room-history.ts";
import { AppendedLog, BenchPartition, StillClock } from "./fixtures/bench-partition.ts";
import { ASSIGNMENT, OPENS_MS, penOf, ROOM, setupOf, studentOf, worksheetOf } from "./fixtures/classroom.ts";
import { dotsRecord, glyphStroke, stored, tick } from "./fixtures/ink.ts";
import { TICK } from "./fixtures/marks.ts";

const HALL = "hall";
const T = OPENS_MS + 1000;
const sheet = worksheetOf(2);
const drawn = (box: string, atMs = 0) => dotsRecord(glyphStroke(penOf(0), T + atMs, sheet, box, TICK));
const penTo = (setup: SetupState, student: number | null, version: number) =>
  setup.apply({
    ...{ kind: "pens", id: penOf(0), version },
    document: { id: penOf(0), student: student === null ? null : studentOf(student) },
  });

/** Takes no ink for so many appends. */
class DeafLog extends AppendedLog {
  deaf = 0;

  override async append(topic: string, records: Parameters<EventLog["append"]>[1]): Promise<void> {
    if (topic === "ink" && this.deaf-- > 0) throw new LogError("log.unreachable");
    await super.append(topic, records);
  }

  /** What was passed on to other rooms. */
  get passedOn() {
    return this.appended
      .filter(({ topic }) => topic === "ink")
      .map(({ record }) => ({ ...record, ink: decodeInk(record.value) }));
  }
}

describe("RoomPartition: guests", () => {
  it("[ANS-14] [LOG-7] nothing is needed less before what belongs to another room is there, and nothing is told before", async () => {
    const setup = setupOf(2, 2);
    penTo(setup, null, 2);
    const [log, history] = [new DeafLog(), new MemoryHistory()];
    const hall = new BenchPartition({ setup, log, history });
    await hall.feed(stored([drawn("i0-B"), tick(T + 2000)], 0n, HALL));
    await hall.close();
    expect(history.strokes()).toMatchObject([{ room: HALL, student: null, assignment: null }]);

    // The next owner reads it back by a setup that knows whose it is, while the log takes nothing.
    penTo(setup, 0, 3);
    const stop = new AbortController();
    class StoppedClock extends StillClock {
      override async sleep(): Promise<void> {
        if (log.deaf < 95) stop.abort();
      }
    }
    log.deaf = 100;
    const options = { setup, log, history, clock: new StoppedClock(), startOffset: 2n, signal: stop.signal };
    const next = new BenchPartition(options);
    await expect(next.feed(stored([tick(T + 3000)], 2n, HALL))).rejects.toThrow("cannot be reached");
    await next.close();
    // It is not said to be gone: nobody else has it yet.
    expect([history.strokes().length, log.passedOn]).toEqual([1, []]);

    log.deaf = 3;
    const last = new BenchPartition({ setup, log, history, startOffset: 2n });
    await last.feed(stored([tick(T + 3000)], 2n, HALL));
    expect(log.passedOn).toMatchObject([{ key: ROOM, ink: { body: { kind: "dots", batch: { pen: penOf(0) } } } }]);
    expect(log.passedOn[0]?.ink).not.toHaveProperty("origin");
    await last.close();
    expect([history.strokes(), last.lowWater]).toEqual([[], 3n]);
  });

  it("[ANS-14] [OWN-4] a former owner by an older setup tells that it is here: the new one puts that right", async () => {
    const older = setupOf(2, 2);
    penTo(older, null, 2);
    const newer = setupOf(2, 2);
    penTo(newer, null, 2);
    penTo(newer, 0, 3);
    const [log, history, clock] = [new AppendedLog(), new MemoryHistory(), new StillClock()];
    const records = stored([drawn("i0-B"), tick(T + 2000)], 0n, HALL);
    const zombie = new BenchPartition({ setup: older, log, history, generation: 7 });
    const heir = new BenchPartition({ setup: newer, log, history, clock, generation: 8 });
    const home = new BenchPartition({ setup: newer, history });
    await heir.feed(records);
    await zombie.feed(records);
    await zombie.close();
    expect(history.strokes()).toMatchObject([{ room: HALL, student: null }]);
    clock.now += LOOK_AGAIN_MS[0];
    await heir.partition.onBatch([]);
    await new Promise((resolve) => setImmediate(resolve));
    await heir.partition.onBatch([]);
    await heir.close();
    const arrived = log.appended.filter(({ topic }) => topic === "ink").map(({ record }, at) => ({ ...record, at }));
    // Twice: the heir passed it on when it heard it; what it read back it had.
    await home.feed(arrived.map(({ at, ...record }) => ({ ...record, key: ROOM as RoomId, partition: 0, offset: BigInt(at) })));
    await home.close();
    expect(history.strokes()).toMatchObject([{ room: ROOM, student: "s0", assignment: ASSIGNMENT, box: "i0-B" }]);
  });
});
