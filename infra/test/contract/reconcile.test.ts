import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  type AssignmentId,
  decodeInk,
  encodeDeadLetter,
  encodeInk,
  type InkRecord,
  type NewRecord,
  partitionOf,
  type RoomId,
  type StrokeRow,
  type StudentId,
  TOPICS,
} from "@penlight/proto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClickHouseHistory, openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import { reconcile } from "../../src/reconcile/reconcile.ts";
import { SystemClock } from "../../src/system-clock.ts";
import {
  changed,
  indexOf,
  isDots,
  isGap,
  type LogOfOptions,
  logOf,
  ROOM,
  recordAt,
  recordedLesson,
  START_MS,
  type Stored,
} from "../reconcile/recorded-lesson.ts";

const PARTITION = partitionOf(ROOM, TOPICS.ink.partitions);
const RANGE = { room: ROOM, fromMs: START_MS - 1000, toMs: START_MS + 3_600_000 };

let folder: string;
let databases = 0;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "penlight-reconcile-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The stores with these contents, held against each other: a real engine, a log in memory. */
async function reconciled(stored: Stored, options: LogOfOptions & { readonly passStrokesMax?: number } = {}) {
  const { passStrokesMax, ...ofLog } = options;
  const database = `lesson_${++databases}`;
  const history: ClickHouseHistory = await openClickHouseHistory({
    target: { kind: "chdb", path: path.join(folder, "chdb"), database },
    clock: new SystemClock(),
  });
  try {
    await history.write(stored.batch);
    const log = await logOf(stored, ofLog);
    return await reconcile({ log, history, ...RANGE, ...(passStrokesMax === undefined ? {} : { passStrokesMax }) });
  } finally {
    await history.close();
  }
}

async function found(stored: Stored) {
  const { differences, unexplained } = await reconciled(stored);
  const unknown = differences.filter((each) => each.explained === null);
  expect(unknown.length).toBe(unexplained);
  return { unknown, told: differences.filter((each) => each.explained !== null) };
}

function letterOf(record: NewRecord, offset: number, reason: string): NewRecord {
  const letter = {
    topic: "ink",
    key: ROOM,
    partition: PARTITION,
    offset: BigInt(offset),
    reason,
    bytes: record.value,
  } as const;
  return { key: "ink", value: encodeDeadLetter(letter), timestampMs: record.timestampMs };
}

/** A batch in the middle of a stroke that goes on after it. */
const isMiddle = (record: InkRecord) =>
  isDots(record) && record.body.kind === "dots" && record.body.batch.firstDot > 0 && record.body.batch.end === null;

describe("[REC-1] a lesson of which nothing was lost", () => {
  test("is the same at every station, with two lives of the gateway, gaps of the radio and a kill", async () => {
    const report = await reconciled(await recordedLesson());
    expect([report.unexplained, report.explained, report.differences]).toEqual([0, 0, []]);
    expect(report.lives).toMatchObject([
      { gateway: ROOM, endedInOrder: true, repeated: 0 },
      { gateway: ROOM, endedInOrder: false, repeated: 0 },
    ]);
    expect(report.pens.length).toBe(4);
    for (const { heard, log, history } of report.pens) {
      expect(log.strokes).toBeGreaterThan(10);
      expect([log, history]).toEqual([history, log]);
      expect((heard?.liveDots ?? 0) + (heard?.memoryDots ?? 0)).toBeGreaterThanOrEqual(log.dots);
    }
    expect(report.pens.some(({ declaredLost }) => declaredLost > 0)).toBe(true);
  });

  test("[LOG-14] a topic with more partitions than we make: the room is looked for where it is", async () => {
    const inkPartitions = 11;
    expect(partitionOf(ROOM, inkPartitions)).not.toBe(PARTITION);
    const stored = await recordedLesson();
    expect(await reconciled(stored, { inkPartitions })).toEqual(await reconciled(stored));
  });

  test("[REC-5] pens in turns give the same report as all at once", async () => {
    const stored = await recordedLesson();
    expect(await reconciled(stored, { passStrokesMax: 1 })).toEqual(await reconciled(stored));
  });
});

describe("[REC-3] [ANS-14] strokes of guests", () => {
  const HALL = "hall" as RoomId;
  /** The last strokes of the lesson that are not pieces are of another room's lesson. */
  async function withGuests() {
    const stored = await recordedLesson();
    const guests = stored.batch.strokes.filter((row) => !row.syntheticStart).slice(-5);
    const strokes = stored.batch.strokes.map((row) =>
      guests.includes(row) ? { ...row, room: HALL, assignment: "there" as AssignmentId } : row,
    );
    return { stored, guests, batch: { ...stored.batch, strokes } };
  }

  test("are in history in the room of their lesson, and that is said", async () => {
    const { stored, guests, batch } = await withGuests();
    const { unknown, told } = await found({ ...stored, batch });
    expect(unknown).toEqual([]);
    expect(told.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual(
      guests.map(({ stroke }) => `stroke-elsewhere ${stroke}`).sort(),
    );
  });

  test("are doubled where this room has them, too", async () => {
    const { stored, guests, batch } = await withGuests();
    const strokes = [...batch.strokes, guests[0] as StrokeRow];
    const { unknown } = await found({ ...stored, batch: { ...batch, strokes } });
    expect(unknown).toMatchObject([{ kind: "stroke-doubled", id: guests[0]?.stroke, count: 1 }]);
  });

  test("are under way while the processor of their room has not come so far", async () => {
    const { stored, guests, batch } = await withGuests();
    const [guest] = guests as [StrokeRow];
    const strokes = batch.strokes.filter((row) => row.stroke !== guest.stroke);
    const passedOn = stored.ink.flatMap((record): NewRecord[] => {
      const { origin: _, ...rest } = decodeInk(record.value) as InkRecord;
      const isIts = rest.body.kind === "dots" && rest.body.batch.pen === guest.pen && rest.body.batch.downMs === guest.downMs;
      return isIts ? [{ ...record, key: HALL, value: encodeInk(rest) }] : [];
    });
    const now = { ...stored, ink: [...stored.ink, ...passedOn], batch: { ...batch, strokes } };
    const missing = async (othersProcessedTo: bigint) =>
      (await reconciled(now, { othersProcessedTo })).differences.filter(({ kind }) => kind === "stroke-missing");
    expect(await missing(0n)).toMatchObject([{ id: guest.stroke, explained: expect.stringContaining("another room's") }]);
    expect(await missing(BigInt(passedOn.length))).toMatchObject([{ id: guest.stroke, explained: null }]);
  });
});

describe("[REC-3] what is planted is found and named", () => {
  test("a record that never came to the log", async () => {
    const stored = await recordedLesson();
    const at = indexOf(stored.ink, isMiddle, 200);
    const { origin } = recordAt(stored.ink, at);
    stored.ink.splice(at, 1);
    const { unknown, told } = await found(stored);
    const id = `${origin?.life.toString(16).padStart(8, "0")}:${origin?.seq}`;
    // History has it (the processor read the whole log): so its stroke is longer there.
    expect(unknown.map(({ kind }) => kind).sort()).toEqual(["records-missing", "stroke-long"]);
    expect(unknown.find(({ kind }) => kind === "records-missing")).toMatchObject({ id, count: 1 });
    expect(told.map(({ kind }) => kind)).toEqual(["dots-unrecorded"]);
  });

  test("records that came twice are no loss and no double", async () => {
    const stored = await recordedLesson();
    const at = indexOf(stored.ink, isDots, 100);
    stored.ink.splice(at + 20, 0, ...stored.ink.slice(at, at + 20));
    const { unknown, told } = await found(stored);
    expect(unknown).toEqual([]);
    expect(told).toMatchObject([{ kind: "records-repeated", count: 20 }]);
  });

  test("dots that the gateway heard and never recorded, and dots that it never heard", async () => {
    for (const [kind, by] of [
      ["dots-unrecorded", 3],
      ["dots-unheard", -3],
    ] as const) {
      const stored = await recordedLesson();
      const [pen] = recordAt(stored.ink, indexOf(stored.ink, isDots, 100)).body.kind === "dots" ? [penAt(stored, 100)] : [];
      stored.ink.forEach((record, at) => {
        stored.ink[at] = changed(record, (ink) => withTotals(ink, pen as string, by));
      });
      const { unknown } = await found(stored);
      // Both lives say it of this pen.
      expect(unknown).toMatchObject([
        { kind, pen, count: 3 },
        { kind, pen, count: 3 },
      ]);
    }
  });

  test("an unreadable record is explained by its dead letter, and a loss without one", async () => {
    const stored = await recordedLesson();
    const at = indexOf(stored.ink, isMiddle, 300);
    const bad = { ...(stored.ink[at] as NewRecord), value: Uint8Array.of(0xff, 0xff, 1, 2, 3) };
    stored.ink[at] = bad;
    const without = await found({ ...stored, batch: await shortened(stored, at) });
    expect(without.unknown).toMatchObject([{ kind: "not-dead-lettered", id: `ink/${PARTITION}/${at} undecodable` }]);
    expect(without.told.map(({ kind }) => kind).sort()).toEqual(["dots-unrecorded", "records-unreadable"]);
    const letters = [letterOf(bad, at, "undecodable")];
    expect((await found({ ...stored, letters, batch: await shortened(stored, at) })).unknown).toEqual([]);
  });

  test("damaged dots are counted at the dead letters", async () => {
    const stored = await recordedLesson();
    const at = indexOf(stored.ink, isMiddle, 400);
    const good = recordAt(stored.ink, at);
    const batch = await shortened(stored, at);
    stored.ink[at] = changed(stored.ink[at] as NewRecord, (ink) =>
      ink.body.kind === "dots"
        ? { ...ink, body: { kind: "dots", batch: { ...ink.body.batch, ink: ink.body.batch.ink.slice(1) } } }
        : ink,
    );
    const letters = [letterOf(stored.ink[at] as NewRecord, at, "damaged-dots")];
    const report = await reconciled({ ...stored, batch, letters });
    expect(report.unexplained).toBe(0);
    const dots = good.body.kind === "dots" ? good.body.batch.dotCount : 0;
    expect(report.pens.reduce((sum, { deadLettered }) => sum + deadLettered.dots, 0)).toBe(dots);
    expect((await found({ ...stored, batch })).unknown).toMatchObject([{ kind: "not-dead-lettered", count: dots }]);
  });

  test("a stroke, and dots of one, that history lacks; and what the processor has not come to yet", async () => {
    const stored = await recordedLesson();
    const [first, second, ...rest] = stored.batch.strokes as [StrokeRow, StrokeRow, ...StrokeRow[]];
    const cut = { ...second, version: second.version - 1, dots: second.dots.slice(7) };
    const planted = { ...stored, batch: { ...stored.batch, strokes: [cut, ...rest] } };
    expect((await found(planted)).unknown.sort(byKind)).toMatchObject([
      { kind: "stroke-missing", id: first.stroke, pen: first.pen, count: first.version },
      { kind: "stroke-short", id: second.stroke, pen: second.pen, count: 1 },
    ]);
    const early = await reconciled(planted, { processedTo: 0n });
    expect([early.unexplained, early.explained]).toEqual([0, 2]);
    expect(early.pens.reduce((sum, { underWay }) => sum + underWay.dots, 0)).toBe(first.version + 1);
  });

  test("a stroke that history refused is a dead letter, not a loss", async () => {
    const stored = await recordedLesson();
    const [first, ...rest] = stored.batch.strokes as [StrokeRow, ...StrokeRow[]];
    const bytes = new TextEncoder().encode(JSON.stringify({ detail: "refused", batch: { strokes: [{ ...first, dots: [] }] } }));
    const letter = { topic: "ink", key: ROOM, partition: PARTITION, offset: 0n, reason: "history.refused", bytes } as const;
    const letters = [{ key: "ink", value: encodeDeadLetter(letter), timestampMs: START_MS + 1000 }];
    const report = await reconciled({ ...stored, letters, batch: { ...stored.batch, strokes: rest } });
    expect(report.unexplained).toBe(0);
    expect(report.differences).toMatchObject([{ kind: "stroke-missing", id: first.stroke }]);
    expect(report.pens.find(({ pen }) => pen === first.pen)?.deadLettered).toEqual({ dots: first.version, strokes: 1 });
  });

  test("a stroke that nobody wrote, and one at two places", async () => {
    const stored = await recordedLesson();
    const [first, second] = stored.batch.strokes as [StrokeRow, StrokeRow];
    const strange = { ...first, downMs: first.downMs + 0.5, stroke: `${first.stroke}.5` as StrokeRow["stroke"] };
    const twice = { ...second, assignment: "other" as AssignmentId, student: "s9" as StudentId };
    const planted = { ...stored, batch: { ...stored.batch, strokes: [...stored.batch.strokes, strange, twice] } };
    const { unknown } = await found(planted);
    expect(unknown.sort(byKind)).toMatchObject([
      { kind: "stroke-doubled", id: second.stroke, count: 1 },
      { kind: "stroke-strange", pen: first.pen, count: first.version },
    ]);
  });

  test("[ANS-6] a piece that is part of a whole stroke is one; a whole stroke that is gone is a loss", async () => {
    for (const isPiece of [true, false]) {
      const stored = await recordedLesson();
      const [first, ...rest] = stored.batch.strokes as [StrokeRow, ...StrokeRow[]];
      stored.ink.forEach((record, at) => {
        stored.ink[at] = changed(record, (ink) =>
          ink.body.kind === "dots" && ink.body.batch.pen === first.pen && ink.body.batch.downMs === first.downMs
            ? { ...ink, body: { kind: "dots", batch: { ...ink.body.batch, syntheticStart: isPiece } } }
            : ink,
        );
      });
      const gone = { ...first, gone: true, dots: first.dots.slice(0, 0), version: 0, placement: first.placement + 1 };
      const { unknown, told } = await found({ ...stored, batch: { ...stored.batch, strokes: [first, gone, ...rest] } });
      const difference = { kind: isPiece ? "stroke-part" : "stroke-missing", id: first.stroke, count: first.version };
      expect([unknown.length, told.length]).toEqual(isPiece ? [0, 1] : [1, 0]);
      expect([...unknown, ...told]).toMatchObject([difference]);
    }
  });

  test("a gap of which history knows nothing", async () => {
    const stored = await recordedLesson();
    const [gap, ...gaps] = stored.batch.gaps;
    const { unknown } = await found({ ...stored, batch: { ...stored.batch, gaps } });
    expect(unknown).toMatchObject([{ kind: "gap-missing", id: gap?.cause, count: gap?.lostEvents }]);
    expect(recordAt(stored.ink, indexOf(stored.ink, isGap)).body.kind).toBe("gap");
  });

  test("[EVT-17] what an outbox gave up is explained by its gap records, and by nothing else", async () => {
    const stored = await recordedLesson();
    const at = indexOf(stored.ink, isMiddle, 500);
    const { origin, body, receivedMs } = recordAt(stored.ink, at);
    if (body.kind !== "dots" || origin === undefined) throw new Error("no dots");
    const batch = await shortened(stored, at);
    const gap = {
      kind: "gap" as const,
      pen: body.batch.pen,
      lostEvents: body.batch.dotCount,
      reason: "outbox-ink",
      gone: { life: origin.life, runs: [origin.seq, 1] },
    };
    const cause = `${ROOM}/${gap.pen}/${receivedMs}/${gap.reason}`;
    const row = {
      room: ROOM,
      pen: gap.pen,
      student: null,
      atMs: receivedMs,
      lostEvents: gap.lostEvents,
      reason: gap.reason,
      cause,
    };
    stored.ink[at] = { ...(stored.ink[at] as NewRecord), value: encodeInk({ receivedMs, body: gap }) };
    const { unknown, told } = await found({ ...stored, batch: { ...batch, gaps: [...batch.gaps, row] } });
    expect(unknown).toEqual([]);
    expect(told).toMatchObject([{ kind: "records-shed", count: 1 }]);
  });
});

function byKind(a: { readonly kind: string }, b: { readonly kind: string }): number {
  return a.kind < b.kind ? -1 : 1;
}

function penAt({ ink }: Stored, at: number): string {
  const { body } = recordAt(ink, indexOf(ink, isDots, at));
  return body.kind === "dots" ? body.batch.pen : "";
}

/** The gateway says of a pen that it heard `by` dots more than it did. */
function withTotals(ink: InkRecord, pen: string, by: number): InkRecord {
  const more = <State extends { readonly pen: string; readonly totals?: { readonly liveDots: number } }>(
    state: State,
  ): State =>
    state.pen === pen && state.totals !== undefined && state.totals.liveDots > 50
      ? { ...state, totals: { ...state.totals, liveDots: state.totals.liveDots + by } }
      : state;
  if (ink.body.kind === "tick") return { ...ink, body: { ...ink.body, pens: ink.body.pens.map(more) } };
  return ink.body.kind === "pen-state" ? { ...ink, body: { ...ink.body, state: more(ink.body.state) } } : ink;
}

/** History as it is when the dots of the record at `at` never came to the processor. */
async function shortened({ ink, batch }: Stored, at: number): Promise<Stored["batch"]> {
  const record = decodeInk((ink[at] as NewRecord).value) ?? recordAt((await recordedLesson()).ink, at);
  if (record.body.kind !== "dots") throw new Error("no dots");
  const { pen, downMs, dotCount, firstDot } = record.body.batch;
  const strokes = batch.strokes.map((row) => {
    if (row.pen !== pen || row.downMs !== downMs) return row;
    const dots = Int32Array.from([...row.dots.slice(0, firstDot * 7), ...row.dots.slice((firstDot + dotCount) * 7)]);
    return { ...row, version: row.version - dotCount, dots };
  });
  return { ...batch, strokes };
}
