import {
  decodeEvent,
  encodeInk,
  encodeSetup,
  type InkRecord,
  partitionOf,
  type RoomId,
  type SetupRecord,
  setupKeyOf,
  TOPICS,
} from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { MemoryLog, MemoryStore } from "@penlight/proto/memory-log";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { describe, expect, it } from "vitest";
import { runProcessor } from "../../src/processor.ts";
import { ASSIGNMENT, OPENS_MS, penOf, ROOM, setupOf, studentOf, worksheetOf } from "../fixtures/classroom.ts";
import { dotsRecord, glyphStroke, penState, tick } from "../fixtures/ink.ts";
import { TICK } from "../fixtures/marks.ts";

const ITEMS = 4;
const sheet = worksheetOf(ITEMS);
const ink = (room: string) => partitionOf(room, TOPICS.ink.partitions);
const halls = Array.from({ length: 40 }, (_, i) => `hall-${i}`);
const FAR = halls.find((hall) => ink(hall) !== ink(ROOM)) as string;
const NEAR = halls.find((hall) => ink(hall) === ink(ROOM)) as string;

/** A log, a history, and processors that share the group. */
class School {
  readonly clock = new SimulatedClock(OPENS_MS);
  readonly store = new MemoryStore();
  readonly log = new MemoryLog({ clock: this.clock, store: this.store });
  readonly history = new MemoryHistory();

  async give(setup = setupOf(2, ITEMS)): Promise<void> {
    const records: SetupRecord[] = [];
    for (const [id, document] of setup.classes) records.push({ kind: "classes", id, version: 1, document });
    for (const [id, document] of setup.pens) records.push({ kind: "pens", id, version: 1, document });
    for (const [id, document] of setup.worksheets) records.push({ kind: "worksheets", id, version: 1, document });
    for (const [id, document] of setup.assignments) records.push({ kind: "assignments", id, version: 1, document });
    await this.put(...records);
  }

  async put(...records: readonly SetupRecord[]): Promise<void> {
    const timestampMs = this.clock.nowMs();
    await this.log.append(
      "setup",
      records.map((record) => ({ key: setupKeyOf(record.kind, record.id), value: encodeSetup(record), timestampMs })),
    );
  }

  /** A processor with a log client of its own. */
  processor() {
    const { clock, store, history } = this;
    const stop = new AbortController();
    const log = new MemoryLog({ clock, store });
    const running = runProcessor({ log, history, clock, signal: stop.signal });
    return async () => {
      stop.abort();
      await clock.run(clock.nowMs() + 1000);
      await running;
    };
  }

  async hear(room: string, ...records: readonly InkRecord[]): Promise<void> {
    await this.log.append(
      "ink",
      records.map((each) => ({ key: room, value: encodeInk(each), timestampMs: each.receivedMs })),
    );
  }

  /** Both gateways tell of their pens: pen 0 is in the other room. */
  async until(ms: number, hall: string): Promise<void> {
    while (this.clock.nowMs() < OPENS_MS + ms) {
      const atMs = this.clock.nowMs();
      await this.hear(hall, tick(atMs, [penState(penOf(0), atMs)]));
      await this.hear(ROOM, tick(atMs, [penState(penOf(1), atMs)]));
      await this.clock.run(atMs + 250);
    }
  }

  /** What the room's board was told last of a cell of student 0. */
  cell(item: string) {
    const { records } = this.store.partition("events", ink(ROOM));
    const cells = records.flatMap(({ key, value }) => {
      const body = decodeEvent(value)?.body;
      return key === ROOM && body?.kind === "cells" && body.student === studentOf(0) ? body.cells : [];
    });
    return cells.findLast((cell) => cell.item === item);
  }

  places() {
    return this.history.strokes().map((row) => [row.room, row.student, row.assignment, row.box, row.version]);
  }
}

const stroke = (box: string, atMs: number) => glyphStroke(penOf(0), OPENS_MS + atMs, sheet, box, TICK);
const whole = [ROOM, "s0", ASSIGNMENT];

describe("a pen that writes in another room", () => {
  it.each([
    ["of another partition, which another processor has", FAR],
    ["of the same partition", NEAR],
  ])("[ANS-14] [ANS-15] is on its class's board, also after restarts, each stroke once: a room %s", async (_, hall) => {
    const school = new School();
    await school.give();
    const [first, second] = [school.processor(), school.processor()];
    await school.until(1000, hall);
    expect(school.cell("i0")).toMatchObject({ state: "not-started" });
    await school.hear(hall, dotsRecord(stroke("i0-B", 1000)), dotsRecord(stroke("i1-B", 1500), { to: 3, end: false }));
    await school.until(2500, hall);
    expect([school.cell("i0"), school.cell("i1")]).toMatchObject([{ state: "right", answer: "B" }, { state: "writing" }]);
    // In the middle of a stroke everybody goes, and somebody else comes.
    await first();
    await second();
    const third = school.processor();
    await school.hear(hall, dotsRecord(stroke("i1-B", 1500), { from: 3 }));
    await school.until(8000, hall);
    expect(school.cell("i1")).toMatchObject({ state: "right", answer: "B" });
    expect(school.places()).toEqual([
      [...whole, "i0-B", TICK.length],
      [...whole, "i1-B", TICK.length],
    ]);
    // The longer copy of a stroke that a lost link cut short, and what was written on the bus, come home to the other room.
    await school.hear(hall, dotsRecord(stroke("i3-true", 4000), { to: 4, end: false }));
    await school.until(20_000, hall);
    await school.hear(
      hall,
      dotsRecord(stroke("i3-true", 4000), { source: "memory", receivedMs: OPENS_MS + 20_000 }),
      dotsRecord(stroke("i2-A", 5000), { source: "memory", receivedMs: OPENS_MS + 20_000 }),
    );
    await school.until(22_000, hall);
    expect([school.cell("i3"), school.cell("i2")]).toMatchObject([
      { state: "right", answer: true },
      { state: "partial", answer: ["A"] },
    ]);
    await third();
    expect(school.places().slice(2)).toEqual([
      [...whole, "i3-true", TICK.length],
      [...whole, "i2-A", TICK.length],
    ]);
  });

  it("[ANS-14] [ANS-12] its ink of before it was given out goes along, whoever was listening", async () => {
    const school = new School();
    const setup = setupOf(2, ITEMS);
    const pen = setup.pens.get(penOf(0));
    setup.pens.delete(penOf(0));
    await school.give(setup);
    const first = school.processor();
    await school.until(500, FAR);
    await school.hear(FAR, dotsRecord(stroke("i0-B", 1000)));
    await school.until(4000, FAR);
    await first();
    expect(school.places()).toMatchObject([[FAR, null, null, null, TICK.length]]);
    await school.put({ kind: "pens", id: penOf(0), version: 1, document: pen as never });
    const second = school.processor();
    await school.until(7000, FAR);
    expect(school.cell("i0")).toMatchObject({ state: "right", answer: "B" });
    await second();
    expect(school.places()).toEqual([[...whole, "i0-B", TICK.length]]);
  });

  it("[ANS-14] a room of which nothing else is heard has its board and its time by the guests alone", async () => {
    const school = new School();
    await school.give();
    const stop = school.processor();
    const hall = FAR as RoomId;
    for (let ms = 0; ms < 6000; ms += 250) {
      const atMs = OPENS_MS + ms;
      await school.hear(hall, tick(atMs, [penState(penOf(0), atMs)]));
      if (ms === 1000) await school.hear(hall, dotsRecord(stroke("i0-B", 1000)));
      await school.clock.run(atMs + 250);
    }
    expect(school.cell("i0")).toMatchObject({ state: "right", answer: "B" });
    expect(school.cell("i1")).toMatchObject({ state: "not-started" });
    await stop();
  });
});
