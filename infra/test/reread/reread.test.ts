import {
  type AnswerRow,
  type AssignmentId,
  type Box,
  DOT_STRIDE,
  DOT_X,
  DOT_Y,
  encodeSetup,
  type ItemId,
  MM_PER_CENTIUNIT,
  type NewRecord,
  type PenId,
  type SetupRecord,
  SetupState,
  type StrokeRow,
  setupKeyOf,
  strokeIdOf,
  TOPICS,
} from "@penlight/proto";
import { MemoryLog, MemoryStore } from "@penlight/proto/memory-log";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { readStored } from "@penlight/stream-processor/stored";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/config.ts";
import { DEMO_ROOM, type DemoClass, demoClass } from "../../src/demo/demo-class.ts";
import type { MeasuredLog } from "../../src/open-log.ts";
import { appliedText, applyReread } from "../../src/reread/apply.ts";
import { explanationOf } from "../../src/reread/explanation.ts";
import { applicable, type Reread, reread, rereadText } from "../../src/reread/reread.ts";
import { assignmentNamed, readSetup, sheetOf } from "../../src/reread/stored-sheet.ts";

const ASSIGNMENT = "monday" as AssignmentId;
const OPENS_MS = 1_790_000_000_000;
const demo: DemoClass = demoClass({
  room: DEMO_ROOM,
  students: 2,
  seed: 1,
  worksheet: "numbers",
  assignment: ASSIGNMENT,
  opensMs: OPENS_MS,
});
const PEN = demo.pens[0] as { readonly id: PenId };
const STUDENT = demo.schoolClass.students[0]?.id;

const documents: readonly SetupRecord[] = [
  { kind: "rooms", id: demo.room.id, version: 1, document: demo.room },
  { kind: "classes", id: demo.schoolClass.id, version: 1, document: demo.schoolClass },
  ...demo.pens.map((pen): SetupRecord => ({ kind: "pens", id: pen.id, version: 1, document: pen })),
  { kind: "worksheets", id: `${demo.worksheet.id}@1`, version: 1, document: demo.worksheet },
  { kind: "assignments", id: ASSIGNMENT, version: 1, document: demo.assignment },
];

async function setupInLog(): Promise<SetupState> {
  const clock = new SimulatedClock(OPENS_MS);
  const log = new MemoryLog({ clock, store: new MemoryStore() });
  const records = documents.map(
    (document): NewRecord => ({
      key: setupKeyOf(document.kind, document.id),
      value: encodeSetup(document),
      timestampMs: OPENS_MS,
    }),
  );
  await log.append("setup", records);
  const measured = Object.assign(log, {
    endOffsets: async () => Array.from({ length: TOPICS.setup.partitions }, () => BigInt(records.length)),
  });
  return readSetup(measured as unknown as MeasuredLog);
}

/** A stroke in an item's box, corners in shares of its size. */
function strokeIn(item: string, at: number, ...corners: readonly (readonly [number, number])[]): StrokeRow {
  const id = demo.worksheet.items.find((each) => each.id === item)?.box;
  const box = demo.worksheet.boxes.find((each) => each.id === id) as Box;
  const page = demo.worksheet.pages[box.page] as (typeof demo.worksheet.pages)[number];
  const points = corners.slice(1).flatMap(([x1, y1], i) => {
    const [x0, y0] = corners[i] as readonly [number, number];
    return Array.from({ length: 25 }, (_, n) => [x0 + ((x1 - x0) * n) / 24, y0 + ((y1 - y0) * n) / 24] as const);
  });
  const dots = new Int32Array(points.length * DOT_STRIDE);
  points.forEach(([x, y], i) => {
    const units = (mm: number, origin: number) => Math.round((mm + origin) / MM_PER_CENTIUNIT);
    dots[i * DOT_STRIDE] = i * 10;
    dots[i * DOT_STRIDE + DOT_X] = units(box.xMm + x * box.widthMm, page.originMm.x);
    dots[i * DOT_STRIDE + DOT_Y] = units(box.yMm + y * box.heightMm, page.originMm.y);
  });
  const downMs = OPENS_MS + at;
  return {
    ...{ stroke: strokeIdOf(PEN.id, page.address, downMs), version: points.length, placement: 1, gone: false },
    ...{ room: demo.room.id, pen: PEN.id, page: page.address, downMs, upMs: downMs + 500, clockOffsetMs: 0 },
    ...{ student: STUDENT ?? null, assignment: ASSIGNMENT, item: item as ItemId, box: box.id, tip: "pen", color: 0 },
    ...{ maxForce: 852, source: "live", syntheticStart: false, syntheticEnd: false, lostDots: 0, dots },
  };
}

function answerOf(item: string, over: Partial<AnswerRow>): AnswerRow {
  return {
    ...{ room: demo.room.id, assignment: ASSIGNMENT, student: STUDENT as AnswerRow["student"], item: item as ItemId },
    ...{ version: 1, state: "right", answer: null, atMs: OPENS_MS, strokes: [], recognizer: "writing-nets/0", ...over },
  };
}

const tick = strokeIn("help", 1000, [0.2, 0.5], [0.4, 0.85], [0.9, 0.1]);
const drawing = strokeIn("q15", 2000, [0.2, 0.2], [0.6, 0.8], [0.8, 0.3]);
const seven = strokeIn("q01", 3000, [0.1, 0.15], [0.28, 0.15], [0.16, 0.85]);
const strike = strokeIn("q01", 4000, [0.02, 0.5], [0.75, 0.52]);

describe("reread", () => {
  test("[ANS-95] shows what the same ink would say now, and nothing that stays", async () => {
    const sheet = sheetOf(await setupInLog(), ASSIGNMENT);
    const before = [
      answerOf("help", { answer: true }),
      answerOf("q15", { state: "unsure" }),
      answerOf("q01", { state: "wrong", answer: "7" }),
    ];
    const report = reread(sheet, [tick, drawing, seven, strike], before);
    expect(report.answers).toBe(3);
    expect(report.changes.map(({ item, before: was, now }) => [item, was?.answer, now.state])).toEqual([
      ["q01", "7", "withdrawn"],
    ]);
    expect(rereadText(report)).toBe(
      `${STUDENT} q01: "7" -> withdrawn\n${ASSIGNMENT}: 3 answers with ink, 1 would be read differently`,
    );
  });

  test("[ANS-95] an answer that history lacks is told, and a corrected key is no other reading", async () => {
    const sheet = sheetOf(await setupInLog(), ASSIGNMENT);
    const report = reread(sheet, [tick, drawing], [answerOf("q15", { state: "unsure" })]);
    expect(report.changes.map(({ item, before, now }) => [item, before, now.answer])).toEqual([["help", null, true]]);
    expect(reread(sheet, [tick], [answerOf("help", { state: "wrong", answer: true })]).changes).toEqual([]);
  });

  test("[ANS-96] [SET-21] applied is what another recogniser read, once history has it; applied again it is nothing", async () => {
    const sheet = sheetOf(await setupInLog(), ASSIGNMENT);
    const before = [
      answerOf("help", { answer: true, recognizer: "marks-geometry/0" }),
      answerOf("q01", { state: "wrong", answer: "7" }),
    ];
    const report = reread(sheet, [tick, drawing, seven, strike], before);
    const [wanted] = applicable(report);
    expect([applicable(report).length, wanted?.item, report.changes.length]).toEqual([1, "q01", 2]);
    const clock = new SimulatedClock(OPENS_MS);
    const orders: unknown[] = [];
    const answers = [...before];
    const options = {
      ...{ by: "Ms Li", clock, signal: new AbortController().signal, answersOf: async () => answers },
      order: async (...said: unknown[]) => {
        orders.push(said);
        const { state, recognizer } = (wanted as Reread).now;
        answers[1] = answerOf("q01", { version: 2, state: state as AnswerRow["state"], recognizer });
      },
    };
    const applied = await applyReread(report, options);
    expect([applied, orders]).toEqual([
      { wanted: 1, left: 0 },
      [[ASSIGNMENT, { by: "Ms Li", recognizers: [wanted?.now.recognizer] }]],
    ]);
    expect(await applyReread(reread(sheet, [tick, drawing, seven, strike], answers), options)).toEqual({ wanted: 0, left: 0 });
    expect([orders.length, appliedText(applied)]).toEqual([1, expect.stringMatching(/^1 answers were read again/)]);
    const ended = new AbortController();
    ended.abort();
    const unheard = { ...options, order: async () => {}, answersOf: async () => before, signal: ended.signal };
    expect(appliedText(await applyReread(report, unheard))).toContain("1 of them are not stored yet");
  });

  test("an assignment that is not there is named, with those that are", async () => {
    const setup = await setupInLog();
    expect(() => sheetOf(setup, "tuesday")).toThrow(
      new ConfigError("there is no assignment tuesday; the last ones are monday"),
    );
    expect([assignmentNamed(setup, DEMO_ROOM), assignmentNamed(setup, "monday")]).toEqual(["monday", "monday"]);
    expect(() => sheetOf(new SetupState(), "x")).toThrow("none was made yet");
  });
});

test("[ANS-94] an explanation tells the strokes, what was done to them, and what was read", async () => {
  const sheet = sheetOf(await setupInLog(), ASSIGNMENT);
  const [cell] = readStored(sheet, [seven, strike]);
  const lines = cell === undefined ? [] : explanationOf(cell);
  expect(lines[0]).toMatch(/ q01 \(number\): withdrawn, answer null, key \{"value":"56"\}, version 75, read by writing-nets/);
  expect(lines.slice(1).map((line) => line.split(":")[0])).toEqual(["stroke 0", "stroke 1", "ANS-81"]);
  const [read] = readStored(sheet, [seven]);
  const told = read === undefined ? [] : explanationOf(read);
  expect(told.some((line) => line.startsWith("read as number: "))).toBe(true);
  expect(told.some((line) => line.startsWith("symbol 7: strokes 0 of those left"))).toBe(true);
});
