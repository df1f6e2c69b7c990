import {
  type Assignment,
  type AssignmentId,
  type BoxId,
  type Cell,
  type ClassId,
  type Clock,
  DOT_STRIDE,
  type DotBatch,
  type EventRecord,
  encodeEvent,
  encodeInk,
  encodeSetup,
  type InkRecord,
  type Item,
  type ItemId,
  type NewRecord,
  type PenId,
  type PenLinkState,
  type PenState,
  packDots,
  type Room,
  type RoomId,
  type SchoolClass,
  type SetupRecord,
  SetupState,
  type StudentId,
  setupKeyOf,
  type Worksheet,
  type WorksheetId,
  worksheetKey,
} from "@penlight/proto";

/** A small made-up lesson: `students` pupils, `items` choice items with options A and B, one page. */
export const ROOM = "lab" as RoomId;
export const START_MS = 1_800_000_000_000;
export const PAGE = { section: 3, owner: 27, note: 603, page: 12 } as const;
export const PAGE_KEY = "3.27.603.12";
export const LESSON = "monday" as AssignmentId;

export const studentId = (n: number) => `s${n}` as StudentId;
export const itemId = (n: number) => `q${n}` as ItemId;
export const penId = (n: number) => (0x9c7bd2000000 + n).toString(16) as PenId;
const both = (text: string) => ({ zh: `${text}（中）`, en: text });

export function worksheetOf(items: number, version = 1): Worksheet {
  const numbers = Array.from({ length: items }, (_, i) => i + 1);
  return {
    id: "sums" as WorksheetId,
    version,
    title: both("Sums"),
    pages: [{ address: PAGE, widthMm: 210, heightMm: 297, originMm: { x: 10, y: 20 } }],
    boxes: numbers.flatMap((n) =>
      ["A", "B"].map((option, i) => ({
        id: `q${n}${option}` as BoxId,
        page: 0,
        xMm: 20 + 20 * i,
        yMm: 20 + 12 * n,
        widthMm: 8,
        heightMm: 8,
      })),
    ),
    items: numbers.map(
      (n): Item => ({
        id: itemId(n),
        number: String(n),
        kind: "choice",
        stem: both(`Question ${n}`),
        stemMm: { x: 20, y: 15 + 12 * n },
        points: 2,
        knowledgePoints: ["sums"],
        cognitiveLevel: "apply",
        expectedSeconds: 30,
        options: ["A", "B"].map((option) => ({ id: option, box: `q${n}${option}` as BoxId })),
        key: "A",
      }),
    ),
  };
}

export const room: Room = { id: ROOM, name: both("Lab") };

export function classOf(students: number): SchoolClass {
  const numbers = Array.from({ length: students }, (_, i) => i + 1);
  return {
    id: "3b" as ClassId,
    name: both("3B"),
    students: numbers.map((n) => ({ id: studentId(n), name: both(`Student ${n}`), seat: n })),
  };
}

export function assignmentOf(change: Partial<Assignment> = {}): Assignment {
  return {
    id: LESSON,
    room: ROOM,
    class: "3b" as ClassId,
    worksheet: "sums" as WorksheetId,
    worksheetVersion: 1,
    kind: "lesson",
    opensMs: START_MS,
    closesMs: null,
    ...change,
  };
}

export function setupRecords(students: number, items: number, change: Partial<Assignment> = {}): SetupRecord[] {
  const worksheet = worksheetOf(items);
  const schoolClass = classOf(students);
  return [
    { kind: "rooms", id: ROOM, version: 1, document: room },
    { kind: "classes", id: schoolClass.id, version: 1, document: schoolClass },
    ...schoolClass.students.map((student, i): SetupRecord => {
      const id = penId(i + 1);
      return { kind: "pens", id, version: 1, document: { id, student: student.id } };
    }),
    { kind: "worksheets", id: worksheetKey(worksheet.id, worksheet.version), version: 1, document: worksheet },
    { kind: "assignments", id: LESSON, version: 1, document: assignmentOf(change) },
  ];
}

export function setupOf(records: readonly SetupRecord[]): SetupState {
  const setup = new SetupState();
  for (const record of records) setup.apply(record);
  return setup;
}

export function penState(n: number, link: PenLinkState, heardMs: number, change: Partial<PenState> = {}): PenState {
  const base = { batteryPercent: 80, charging: false, lostDots: 0, model: "NWP-F45", firmware: "1.0" };
  return { pen: penId(n), link, heardMs, ...base, ...change };
}

export function tick(receivedMs: number, pens: readonly PenState[]): InkRecord {
  return { receivedMs, body: { kind: "tick", pens } };
}

/** Dots `first` to `first + count` of a stroke: dot i lies at (1000 + i, 2000 + 2 i) centi-units with force 100 + i. */
export function dots(pen: number, downMs: number, first: number, count: number, change: Partial<DotBatch> = {}): DotBatch {
  const values = new Int32Array(count * DOT_STRIDE);
  for (let i = 0; i < count; i++) {
    const n = first + i;
    values.set([n * 10, 1000 + n, 2000 + 2 * n, 100 + n, 90, 90, 0], i * DOT_STRIDE);
  }
  return {
    pen: penId(pen),
    page: PAGE,
    downMs,
    clockOffsetMs: START_MS,
    firstDot: first,
    dotCount: count,
    ink: packDots(values),
    maxForce: 1000,
    tip: "pen",
    color: 0xff000000,
    syntheticStart: false,
    source: "live",
    end: null,
    ...change,
  };
}

export function ink(batch: DotBatch, receivedMs = START_MS + batch.downMs): InkRecord {
  return { receivedMs, body: { kind: "dots", batch } };
}

/** No teacher has said anything. */
export const UNDECIDED = { decision: 0, decidedBy: null, decidedMs: 0 } as const;

/** Of the only owner, where a test has no other. */
export const GENERATION = 1;

export function cellEvent(revision: number, student: number, cells: readonly Partial<Cell>[]): EventRecord {
  const whole = cells.map((cell) => ({
    item: itemId(1),
    state: "right" as const,
    answer: "A",
    points: 2,
    version: 10,
    inkMs: START_MS + 5,
    receivedMs: START_MS + 6,
    lateInkMs: 0,
    ...cell,
  }));
  const body = { kind: "cells" as const, student: studentId(student), cells: whole };
  return { atMs: START_MS + revision, generation: GENERATION, revision, assignment: LESSON, body };
}

export function setupRecord(record: SetupRecord): NewRecord {
  return { key: setupKeyOf(record.kind, record.id), value: encodeSetup(record), timestampMs: START_MS };
}

export function inkRecord(record: InkRecord): NewRecord {
  return { key: ROOM, value: encodeInk(record), timestampMs: record.receivedMs };
}

export function eventRecord(record: EventRecord): NewRecord {
  return { key: ROOM, value: encodeEvent(record), timestampMs: record.atMs };
}

/** Real time for tests with real sockets, starting at the made-up lesson's. */
export class TestClock implements Clock {
  readonly #startTick = performance.now();

  nowMs(): number {
    return START_MS + 1000 + (performance.now() - this.#startTick);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", done, { once: true });
    });
  }
}
