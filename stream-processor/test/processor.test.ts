import {
  type AssignmentId,
  decodeDeadLetter,
  decodeEvent,
  type EventLog,
  encodeInk,
  encodeSetup,
  type HistoryBatch,
  HistoryError,
  type InkRecord,
  Random,
  type SetupRecord,
  setupKeyOf,
} from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { MemoryLog, MemoryStore } from "@penlight/proto/memory-log";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { describe, expect, it } from "vitest";
import { HISTORY_DELAYED_MS } from "../src/core/history-news.ts";
import { NO_METRICS, type ProcessorMetrics } from "../src/metrics.ts";
import { type ProcessorOptions, runProcessor } from "../src/processor.ts";
import { ASSIGNMENT, LESSON, OPENS_MS, penOf, ROOM, studentOf, worksheetOf } from "./fixtures/classroom.ts";
import { MARKS } from "./fixtures/glyphs.ts";
import { dotsRecord, glyphStroke, penState, tick } from "./fixtures/ink.ts";

const ITEMS = 4;
const sheet = worksheetOf(ITEMS);
const name = { zh: "名", en: "Name" };
const CLASS: SetupRecord = {
  kind: "classes",
  id: "class-1",
  version: 1,
  document: { id: LESSON.class, name, students: [0, 1].map((i) => ({ id: studentOf(i), name, seat: i + 1 })) },
};
const PENS = [0, 1].map(
  (i): SetupRecord => ({ kind: "pens", id: penOf(i), version: 1, document: { id: penOf(i), student: studentOf(i) } }),
);
const SHEET: SetupRecord = { kind: "worksheets", id: "sheet@1", version: 1, document: sheet };
const GIVEN: SetupRecord = { kind: "assignments", id: ASSIGNMENT, version: 1, document: LESSON };

/** A log, a history and a processor on a clock that the test moves. */
class Bench {
  readonly clock = new SimulatedClock(OPENS_MS);
  readonly store = new MemoryStore();
  readonly log = new MemoryLog({ clock: this.clock, store: this.store });
  readonly history: MemoryHistory;
  #abort = new AbortController();
  #running: Promise<void> | null = null;

  constructor(history = new MemoryHistory()) {
    this.history = history;
  }

  async setup(...records: readonly SetupRecord[]): Promise<void> {
    const toRecord = (record: SetupRecord) => ({
      key: setupKeyOf(record.kind, record.id),
      value: encodeSetup(record),
      timestampMs: this.clock.nowMs(),
    });
    await this.log.append("setup", records.map(toRecord));
  }

  start(options: Pick<ProcessorOptions, "waitingRowsMax" | "metrics"> = {}): void {
    const { log, history, clock } = this;
    this.#abort = new AbortController();
    this.#running = runProcessor({ log, history, clock, signal: this.#abort.signal, ...options });
  }

  async ink(...records: readonly InkRecord[]): Promise<void> {
    await this.log.append(
      "ink",
      records.map((each) => ({ key: ROOM, value: encodeInk(each), timestampMs: each.receivedMs })),
    );
  }

  /** Ticks of the gateway and time for everybody, up to `ms` after the opening. */
  async until(ms: number): Promise<void> {
    while (this.clock.nowMs() < OPENS_MS + ms) {
      const atMs = this.clock.nowMs();
      await this.ink(
        tick(
          atMs,
          [0, 1].map((i) => penState(penOf(i), atMs)),
        ),
      );
      await this.clock.run(atMs + 250);
    }
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    const running = this.#running;
    await this.clock.run(this.clock.nowMs() + 1000);
    await running;
  }

  async cell(item: string): Promise<unknown> {
    const cells = (await this.#read("events")).flatMap((value) => {
      const body = decodeEvent(value)?.body;
      return body?.kind === "cells" && body.student === studentOf(0) ? body.cells.filter((each) => each.item === item) : [];
    });
    return cells.at(-1);
  }

  async delays() {
    return (await this.#read("events")).flatMap((value) => {
      const body = decodeEvent(value)?.body;
      return body?.kind === "history" ? [body.delay] : [];
    });
  }

  async deadLetters() {
    return (await this.#read("dead.letters")).map(decodeDeadLetter);
  }

  async #read(topic: "events" | "dead.letters"): Promise<Uint8Array[]> {
    const values: Uint8Array[] = [];
    const end = new AbortController();
    const reading = this.log.consume({
      topic,
      group: null,
      signal: end.signal,
      openPartition: () => ({
        onBatch: async (records) => {
          for (const record of records) values.push(record.value);
          return (records.at(-1)?.offset ?? -1n) + 1n;
        },
      }),
    });
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    end.abort();
    await reading;
    return values;
  }
}

function mark(box: string, atMs: number): InkRecord[] {
  const random = new Random(`${box}/${atMs}`);
  return MARKS.tick(random).map((glyph) => dotsRecord(glyphStroke(penOf(0), OPENS_MS + atMs, sheet, box, glyph)));
}

describe("runProcessor", () => {
  it("[ANS-50] [HIS-2] turns ink into cells on `events` and rows in history", async () => {
    const bench = new Bench();
    await bench.setup(CLASS, ...PENS, SHEET, GIVEN);
    bench.start();
    await bench.until(1000);
    expect(await bench.cell("i0")).toMatchObject({ state: "not-started" });
    await bench.ink(...mark("i0-B", 1000));
    await bench.until(4000);
    expect(await bench.cell("i0")).toMatchObject({ state: "right", answer: "B", points: 2 });
    await bench.stop();
    expect(await bench.history.marksOfAssignment(ASSIGNMENT)).toMatchObject([
      { item: "i0", state: "right", points: 2, by: "machine" },
    ]);
  });

  it("[ANS-12] ink that comes before its assignment, or before its pen is given out, is placed when they come", async () => {
    const bench = new Bench();
    await bench.setup(CLASS, SHEET);
    bench.start();
    await bench.until(1000);
    await bench.ink(...mark("i0-B", 1000));
    await bench.until(3000);
    expect(await bench.cell("i0")).toBeUndefined();
    await bench.setup(GIVEN);
    await bench.until(4000);
    expect(await bench.cell("i0")).toMatchObject({ state: "no-signal" });
    await bench.setup(...PENS);
    await bench.until(6000);
    expect(await bench.cell("i0")).toMatchObject({ state: "right", answer: "B" });
    await bench.stop();
    expect(await bench.history.strokesOfAssignment(ASSIGNMENT)).toMatchObject([{ student: "s0", item: "i0", box: "i0-B" }]);
  });

  it("[ANS-12] [HIS-13] ink of a pen that is given out after a restart is placed then, too", async () => {
    const bench = new Bench();
    await bench.setup(CLASS, SHEET, GIVEN);
    bench.start();
    await bench.until(1000);
    await bench.ink(...mark("i0-B", 1000));
    await bench.until(4000);
    await bench.stop();
    expect(bench.history.strokes()).toMatchObject([{ student: null, assignment: null }]);
    bench.start();
    await bench.until(7000);
    expect(await bench.cell("i0")).toMatchObject({ state: "no-signal" });
    await bench.setup(...PENS);
    await bench.until(9000);
    expect(await bench.cell("i0")).toMatchObject({ state: "right", answer: "B" });
    await bench.stop();
    expect(await bench.history.strokesOfAssignment(ASSIGNMENT)).toMatchObject([{ student: "s0", item: "i0", box: "i0-B" }]);
  });

  /** Student, assignment and box of every stroke that readers see. */
  const placesIn = (bench: Bench) => bench.history.strokes().map((row) => [row.student, row.assignment, row.box]);
  const penOf0 = (student: number, version: number): SetupRecord => ({
    ...{ kind: "pens", id: penOf(0), version },
    document: { id: penOf(0), student: studentOf(student) },
  });

  it("[HIS-7] [ANS-12] ink that changes its owner is one stroke, in history and on the board, also after a restart", async () => {
    const bench = new Bench();
    await bench.setup(CLASS, SHEET, GIVEN, ...PENS);
    bench.start();
    await bench.until(1000);
    await bench.ink(...mark("i0-B", 1000));
    await bench.until(4000);
    expect(placesIn(bench)).toEqual([["s0", ASSIGNMENT, "i0-B"]]);
    await bench.setup(penOf0(1, 2));
    await bench.until(6000);
    expect(placesIn(bench)).toEqual([["s1", ASSIGNMENT, "i0-B"]]);
    await bench.stop();
    // Given back while nobody listens.
    await bench.setup(penOf0(0, 3));
    bench.start();
    await bench.until(9000);
    expect(await bench.cell("i0")).toMatchObject({ state: "right", answer: "B" });
    await bench.stop();
    expect(placesIn(bench)).toEqual([["s0", ASSIGNMENT, "i0-B"]]);
    const latest = (await bench.history.answersOfAssignment(ASSIGNMENT)).map((row) => [row.student, row.item, row.state]);
    expect(latest).toEqual([
      ["s0", "i0", "right"],
      ["s1", "i0", "not-started"],
    ]);
  });

  it("[HIS-7] [ANS-12] ink goes to another assignment when the window of its own is edited while no processor runs", async () => {
    const bench = new Bench();
    await bench.setup(CLASS, SHEET, GIVEN, ...PENS);
    bench.start();
    await bench.until(1000);
    await bench.ink(...mark("i0-B", 1000));
    await bench.until(4000);
    await bench.stop();
    const id = "assignment-first" as AssignmentId;
    await bench.setup(
      { ...GIVEN, id, document: { ...LESSON, id, closesMs: OPENS_MS + 3000 } } as SetupRecord,
      { ...GIVEN, version: 2, document: { ...LESSON, opensMs: OPENS_MS + 3000 } } as SetupRecord,
    );
    bench.start();
    await bench.until(9000);
    await bench.stop();
    expect(placesIn(bench)).toEqual([["s0", id, "i0-B"]]);
    expect(await bench.history.answersOfAssignment(id)).toContainEqual(
      expect.objectContaining({ student: "s0", item: "i0", state: "right" }),
    );
    expect(await bench.history.answersOfAssignment(ASSIGNMENT)).toMatchObject([{ item: "i0", state: "not-started" }]);
  });

  it("[HIS-3] a key that was corrected while no processor ran marks what history has anew", async () => {
    const bench = new Bench();
    await bench.setup(CLASS, SHEET, GIVEN, ...PENS);
    bench.start();
    await bench.until(1000);
    await bench.ink(...mark("i0-B", 1000));
    await bench.until(4000);
    await bench.stop();
    const items = sheet.items.map((item, i) => (i === 0 ? { ...item, key: "A" } : item));
    await bench.setup(
      { ...SHEET, id: "sheet@2", document: { ...sheet, version: 2, items } } as SetupRecord,
      { ...GIVEN, version: 2, document: { ...LESSON, worksheetVersion: 2 } } as SetupRecord,
    );
    bench.start();
    await bench.until(7000);
    expect(await bench.cell("i0")).toMatchObject({ state: "wrong", answer: "B", points: 0 });
    await bench.stop();
    expect(await bench.history.marksOfAssignment(ASSIGNMENT)).toMatchObject([
      { item: "i0", worksheetVersion: 2, state: "wrong", points: 0 },
    ]);
  });

  it("[ANS-12] [HIS-13] ink of a pen that is given out while no processor runs is placed when one does", async () => {
    // Over by then, and followed by another assignment: nothing else would read it from history.
    const over: SetupRecord = { ...GIVEN, document: { ...LESSON, closesMs: OPENS_MS + 2000 } } as SetupRecord;
    const id = "assignment-after" as AssignmentId;
    const next = { ...GIVEN, id, document: { ...LESSON, id, opensMs: OPENS_MS + 3000 } } as SetupRecord;
    const bench = new Bench();
    await bench.setup(CLASS, SHEET, over, next);
    bench.start();
    await bench.until(1000);
    await bench.ink(...mark("i0-B", 1000));
    await bench.until(4000);
    await bench.stop();
    await bench.setup(...PENS);
    bench.start();
    await bench.until(7000);
    await bench.stop();
    expect(await bench.history.strokesOfAssignment(ASSIGNMENT)).toMatchObject([{ student: "s0", item: "i0", box: "i0-B" }]);
    expect(await bench.history.answersOfAssignment(ASSIGNMENT)).toContainEqual(
      expect.objectContaining({ student: "s0", item: "i0", state: "right", answer: "B" }),
    );
  });

  it("[LOG-7] reads no ink before it knows the setup, also when the log is slow: an empty batch is not the end", async () => {
    const bench = new Bench();
    await bench.setup(CLASS, ...PENS, SHEET, GIVEN);
    const { log, clock } = bench;
    const order: string[] = [];
    const slow: EventLog = {
      append: (topic, records) => log.append(topic, records),
      close: () => log.close(),
      consume: (options) =>
        log.consume({
          ...options,
          openPartition: async (owned) => {
            if (options.topic === "ink") return options.openPartition(owned);
            const handler = await options.openPartition(owned);
            await handler.onBatch([]);
            await clock.sleep(1000);
            return {
              onBatch: (records) => {
                order.push("setup");
                return handler.onBatch(records);
              },
            };
          },
        }),
    };
    const stop = new AbortController();
    const ready = () => void order.push("ready");
    const running = runProcessor({ log: slow, history: bench.history, clock, signal: stop.signal, ready });
    await bench.until(2000);
    expect(order.slice(0, 2)).toEqual(["setup", "ready"]);
    stop.abort();
    await clock.run(clock.nowMs() + 1000);
    await running;
  });

  it("[ANS-52] a teacher who closes the assignment makes blanks of what has no ink", async () => {
    const bench = new Bench();
    await bench.setup(CLASS, ...PENS, SHEET, GIVEN);
    bench.start();
    await bench.until(1000);
    await bench.ink(...mark("i0-A", 1000));
    await bench.until(3000);
    await bench.setup({ ...GIVEN, version: 2, document: { ...LESSON, closesMs: OPENS_MS + 3000 } } as SetupRecord);
    await bench.until(6000);
    expect(await bench.cell("i0")).toMatchObject({ state: "wrong", answer: "A" });
    expect(await bench.cell("i1")).toMatchObject({ state: "blank", answer: null, points: 0 });
    await bench.stop();
    const states = (await bench.history.answersOfAssignment(ASSIGNMENT))
      .filter((row) => row.student === "s0")
      .map((row) => row.state);
    expect(states).toEqual(["wrong", "blank", "blank", "blank"]);
  });

  it("[EVT-21] keeps what it cannot read as a dead letter and goes on", async () => {
    const bench = new Bench();
    await bench.setup(CLASS, ...PENS, SHEET, GIVEN);
    bench.start();
    await bench.until(1000);
    const bad = new Uint8Array([1, 2, 3]);
    await bench.log.append("ink", [{ key: ROOM, value: bad, timestampMs: 1 }]);
    await bench.ink(...mark("i0-B", 1000));
    await bench.until(3000);
    expect(await bench.cell("i0")).toMatchObject({ state: "right" });
    expect(await bench.deadLetters()).toMatchObject([{ topic: "ink", reason: "undecodable", bytes: bad }]);
    // Of an old record too: retention counts from the burial.
    const [letter] = bench.store.partition("dead.letters", 0).records;
    expect(letter?.timestampMs).toBeGreaterThanOrEqual(OPENS_MS);
    await bench.stop();
  });

  it("[HIS-5] [HIS-6] repeats a batch unchanged until history takes it", async () => {
    const tries: HistoryBatch[] = [];
    class Failing extends MemoryHistory {
      override async write(batch: HistoryBatch): Promise<void> {
        tries.push(batch);
        // It happened in part, and nobody was told.
        if (tries.length <= 3) await super.write({ ...batch, answers: [], marks: [] });
        if (tries.length <= 3) throw new HistoryError("history.unavailable");
        await super.write(batch);
      }
    }
    const bench = new Bench(new Failing());
    await bench.setup(CLASS, ...PENS, SHEET, GIVEN);
    bench.start();
    await bench.until(1000);
    await bench.ink(...mark("i0-B", 1000));
    await bench.until(6000);
    expect(new Set(tries.slice(0, 4)).size).toBe(1);
    expect(await bench.history.answersOfAssignment(ASSIGNMENT)).toMatchObject([{ item: "i0", state: "right" }]);
    await bench.stop();
  });

  it("[EVT-19] tells the room while history does not take its rows, marks all the same, and tells when it is over", async () => {
    let isDown = true;
    class Down extends MemoryHistory {
      override async write(batch: HistoryBatch): Promise<void> {
        if (isDown) throw new HistoryError("history.unavailable");
        await super.write(batch);
      }
    }
    const bench = new Bench(new Down());
    await bench.setup(CLASS, ...PENS, SHEET, GIVEN);
    bench.start();
    await bench.until(1000);
    await bench.ink(...mark("i0-B", 1000));
    await bench.until(10_000);
    const during = await bench.delays();
    expect(during.length).toBeGreaterThan(2);
    expect(Math.min(...during.map(({ ageMs }) => ageMs))).toBeGreaterThanOrEqual(HISTORY_DELAYED_MS);
    expect(during.at(-1)?.rows).toBeGreaterThan(0);
    expect(await bench.cell("i0")).toMatchObject({ state: "right" });
    isDown = false;
    await bench.until(16_000);
    expect((await bench.delays()).at(-1)).toEqual({ ageMs: 0, rows: 0 });
    await bench.stop();
    expect(await bench.history.answersOfAssignment(ASSIGNMENT)).toMatchObject([{ item: "i0", state: "right" }]);
  });

  it("[HIS-5] with its buffer full it reads no further, marks until then, and drops nothing", async () => {
    let isDown = true;
    class Down extends MemoryHistory {
      override async write(batch: HistoryBatch): Promise<void> {
        if (isDown) throw new HistoryError("history.unavailable");
        await super.write(batch);
      }
    }
    const bench = new Bench(new Down());
    let rows = 0;
    const gauge: ProcessorMetrics["gauge"] = (name, _, value) => {
      if (name === "history-waiting-rows") rows = Math.max(rows, value);
    };
    await bench.setup(CLASS, ...PENS, SHEET, GIVEN);
    bench.start({ waitingRowsMax: 5, metrics: { ...NO_METRICS, gauge } });
    await bench.until(1000);
    const stateOf = async (item: string) => ((await bench.cell(item)) as { state: string }).state;
    await bench.ink(...mark("i0-B", 1000));
    await bench.until(5000);
    expect([await stateOf("i0"), rows <= 5]).toEqual(["right", true]);
    await bench.ink(...mark("i1-B", 5000));
    await bench.until(10_000);
    // Its ink alone is too much: it is seen, and judged when there is room again.
    expect([await stateOf("i1"), rows > 5]).toEqual(["writing", true]);
    const atLimit = rows;
    await bench.ink(...mark("i2-B", 10_000));
    await bench.until(120_000);
    expect([await stateOf("i2"), rows]).toEqual(["not-started", atLimit]);
    expect(bench.history.strokes()).toEqual([]);
    isDown = false;
    await bench.until(130_000);
    expect([await stateOf("i0"), await stateOf("i1"), await stateOf("i2")]).toEqual(["right", "right", "wrong"]);
    await bench.stop();
    expect(bench.history.strokes()).toHaveLength(3);
    const answers = await bench.history.answersOfAssignment(ASSIGNMENT);
    expect(answers.map(({ item, state }) => `${item} ${state}`)).toEqual(["i0 right", "i1 right", "i2 wrong"]);
    expect(await bench.deadLetters()).toEqual([]);
  });

  it("[HIS-5] buries the one row that history will never have, and writes the others", async () => {
    class Picky extends MemoryHistory {
      override async write(batch: HistoryBatch): Promise<void> {
        if (batch.answers.some((row) => row.item === "i1")) throw new HistoryError("history.refused", "a bad row");
        await super.write(batch);
      }
    }
    const bench = new Bench(new Picky());
    await bench.setup(CLASS, ...PENS, SHEET, GIVEN);
    bench.start();
    await bench.until(1000);
    await bench.ink(...mark("i0-B", 1000), ...mark("i1-B", 2000));
    await bench.until(6000);
    expect((await bench.history.answersOfAssignment(ASSIGNMENT)).map((row) => row.item)).toEqual(["i0"]);
    expect(bench.history.strokes().length).toBe(2);
    expect(await bench.deadLetters()).toMatchObject([{ reason: "history.refused" }]);
    await bench.stop();
  });
});
