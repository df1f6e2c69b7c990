import { existsSync } from "node:fs";
import path from "node:path";
import { runDashboard } from "@penlight/classroom-dashboard";
import {
  type Assignment,
  type AssignmentId,
  type Board,
  type Box,
  type BoxId,
  type ClassId,
  DOT_STRIDE,
  encodeInk,
  encodeSetup,
  type InkRecord,
  type Item,
  type ItemId,
  MM_PER_CENTIUNIT,
  type NewRecord,
  type PenId,
  packDots,
  type Review,
  type RoomId,
  type SetupRecord,
  type StudentId,
  setupKeyOf,
  type Worksheet,
  type WorksheetId,
  worksheetKey,
} from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { MemoryLog } from "@penlight/proto/memory-log";
import { runProcessor, worthOf } from "@penlight/stream-processor";
import { SystemClock } from "../../src/system-clock.ts";

const WEB_ROOT = path.resolve(import.meta.dirname, "../../../classroom-dashboard/web/dist");
const ROOM = "lab" as RoomId;
export const LESSON = "monday" as AssignmentId;
export const EARLIER = "sunday" as AssignmentId;
const EARLIER_MS = 3_600_000;
const PAGE = { section: 3, owner: 27, note: 603, page: 1 } as const;
const ORIGIN_MM = { x: 12.7, y: 12.7 };
const BOX_MM = 8;
const DOT_MS = 10;
const CLOCK_OFFSET_MS = 5;
const text = (zh: string, en: string) => ({ zh, en });

/** Where the pen goes, in box sizes. */
type Way = readonly (readonly [number, number])[];
const TICK: Way = [
  [0.15, 0.5],
  [0.4, 0.85],
  [0.9, 0.1],
];
/** A mark or a slip, nobody knows. */
const SHORT: Way = [
  [0.3, 0.5],
  [0.7, 0.5],
];
const WAVE: Way = [
  [0.1, 0.5],
  [0.3, 0.2],
  [0.5, 0.8],
  [0.7, 0.2],
  [0.9, 0.6],
];

/** What a pupil writes, where. */
interface Written {
  readonly student: number;
  readonly box: string;
  readonly way: Way;
}

/** A class with a real processor and a real dashboard over a log and a history in memory; the pens' records are the test's. */
export interface MarkingRoom {
  readonly url: string;
  board(): Promise<Board>;
  /** Cells of an assignment that wait for the teacher. */
  waiting(assignment: AssignmentId): Promise<number>;
  close(): Promise<void>;
}

/**
 * Item 1: half of the class made a line so short that nobody knows whether it is a mark. Item 2 (key B): half of the class
 * chose A. Item 3: everybody chose B, which is right. Item 4 is open, and a third of the class wrote something.
 * In an earlier lesson with the same paper one pupil made a short line in item 1.
 */
export async function openMarkingRoom(students: number): Promise<MarkingRoom> {
  if (!existsSync(path.join(WEB_ROOT, "index.html"))) throw new Error("the page is not built: npm test and npm start build it");
  const clock = new SystemClock();
  const log = new MemoryLog({ clock });
  const history = new MemoryHistory();
  const stop = new AbortController();
  const startMs = Math.floor(clock.nowMs()) - 60_000;
  const earlierMs = startMs - EARLIER_MS;
  await log.append("setup", setupRecords(students, startMs, earlierMs));
  await log.append("ink", inkRecords([{ student: 1, box: "q1-B", way: SHORT }], students, earlierMs));
  await log.append("ink", inkRecords(writtenBy(students), students, startMs));
  const running: Promise<void>[] = [runProcessor({ log, history, clock, signal: stop.signal })];
  const port = await new Promise<number>((resolve, reject) => {
    let opened = 0;
    const onListening = (address: { readonly port: number }) => {
      opened = address.port;
    };
    const onReady = () => resolve(opened);
    const signal = stop.signal;
    const service = runDashboard({ log, history, clock, worthOf, signal, webRoot: WEB_ROOT, onListening, onReady });
    running.push(service);
    for (const each of running) each.catch(reject);
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    board: async () => (await (await fetch(`${url}/api/v1/rooms/${ROOM}/board`)).json()) as Board,
    waiting: async (assignment) => {
      const review = await fetch(`${url}/api/v1/rooms/${ROOM}/review?assignment=${assignment}`);
      return ((await review.json()) as Review).waiting;
    },
    close: async () => {
      stop.abort();
      await Promise.all(running);
    },
  };
}

function writtenBy(students: number): Written[] {
  return Array.from({ length: students }, (_, student) => student).flatMap((student): Written[] => [
    { student, box: "q1-B", way: student % 2 === 0 ? SHORT : TICK },
    { student, box: student % 2 === 0 ? "q2-A" : "q2-B", way: TICK },
    { student, box: "q3-B", way: TICK },
    ...(student % 3 === 0 ? [{ student, box: "q4", way: WAVE }] : []),
  ]);
}

function boxes(): Box[] {
  const printed = [1, 2, 3].flatMap((n) =>
    ["A", "B", "C"].map((label, column) => ({
      ...{ id: `q${n}-${label}` as BoxId, page: 0, xMm: 30 + column * 30, yMm: 20 + n * 30 },
      ...{ widthMm: BOX_MM, heightMm: BOX_MM, label },
    })),
  );
  return [...printed, { id: "q4" as BoxId, page: 0, xMm: 30, yMm: 150, widthMm: 60, heightMm: 24 }];
}

function worksheet(): Worksheet {
  const base = (n: number) => ({
    ...{
      id: `q${n}` as ItemId,
      number: String(n),
      stem: text(`第 ${n} 题`, `Question ${n}`),
      stemMm: { x: 20, y: 12 + n * 30 },
    },
    ...{ points: 2, knowledgePoints: ["k"], cognitiveLevel: "apply" as const, expectedSeconds: 30 },
  });
  const choices = [1, 2, 3].map((n): Item => {
    const options = ["A", "B", "C"].map((id) => ({ id, box: `q${n}-${id}` as BoxId }));
    return { ...base(n), kind: "choice", options, key: "B" };
  });
  const pages = [{ address: PAGE, widthMm: 210, heightMm: 297, originMm: ORIGIN_MM }];
  const items: Item[] = [...choices, { ...base(4), kind: "open", box: "q4" as BoxId, points: 3 }];
  return { id: "sheet" as WorksheetId, version: 1, title: text("练习", "Practice"), pages, boxes: boxes(), items };
}

const studentId = (n: number) => `s${n}` as StudentId;
const penId = (n: number) => (0x9c7bd2000000 + n).toString(16) as PenId;

function setupRecords(students: number, opensMs: number, earlierMs: number): NewRecord[] {
  const roster = Array.from({ length: students }, (_, n) => ({
    id: studentId(n),
    name: text(`学生${n + 1}`, `Pupil ${n + 1}`),
    seat: n + 1,
  }));
  const sheet = worksheet();
  const assignment: Assignment = {
    ...{ id: LESSON, room: ROOM, class: "7a" as ClassId, worksheet: sheet.id, worksheetVersion: 1 },
    ...{ kind: "lesson", opensMs, closesMs: null },
  };
  const earlier: Assignment = { ...assignment, id: EARLIER, opensMs: earlierMs, closesMs: opensMs - 1 };
  const records: SetupRecord[] = [
    { kind: "rooms", id: ROOM, version: 1, document: { id: ROOM, name: text("实验室", "Lab") } },
    {
      kind: "classes",
      id: "7a",
      version: 1,
      document: { id: "7a" as ClassId, name: text("七（1）班", "7A"), students: roster },
    },
    ...roster.map((student, n): SetupRecord => {
      const id = penId(n);
      return { kind: "pens", id, version: 1, document: { id, student: student.id } };
    }),
    { kind: "worksheets", id: worksheetKey(sheet.id, 1), version: 1, document: sheet },
    { kind: "assignments", id: EARLIER, version: 1, document: earlier },
    { kind: "assignments", id: LESSON, version: 1, document: assignment },
  ];
  return records.map((record) => ({
    key: setupKeyOf(record.kind, record.id),
    value: encodeSetup(record),
    timestampMs: earlierMs,
  }));
}

function inkRecords(written: readonly Written[], students: number, startMs: number): NewRecord[] {
  const all = new Map(boxes().map((box) => [box.id as string, box]));
  const records = written.map((each, index) => strokeOf(each, all.get(each.box) as Box, startMs + 1000 + index * 40));
  const heardMs = startMs + 30_000;
  const pens = Array.from({ length: students }, (_, n) => ({
    ...{ pen: penId(n), link: "connected" as const, batteryPercent: 80, charging: false, heardMs, lostDots: 0 },
    ...{ model: "NWP-F121", firmware: "1.0" },
  }));
  const tick: InkRecord = { receivedMs: heardMs, body: { kind: "tick", pens } };
  return [...records, tick].map((record) => ({ key: ROOM, value: encodeInk(record), timestampMs: record.receivedMs }));
}

/** A whole stroke: dots DOT_MS apart along its way. */
function strokeOf({ student, way }: Written, box: Box, hostMs: number): InkRecord {
  const points = way.flatMap(([x1, y1], i) => {
    const [x0, y0] = way[Math.max(0, i - 1)] as readonly [number, number];
    const steps = i === 0 ? 1 : 8;
    return Array.from({ length: steps }, (_, k) => [x0 + ((x1 - x0) * (k + 1)) / steps, y0 + ((y1 - y0) * (k + 1)) / steps]);
  });
  const dots = new Int32Array(points.length * DOT_STRIDE);
  points.forEach(([x = 0, y = 0], i) => {
    const unit = (mm: number) => Math.round(mm / MM_PER_CENTIUNIT);
    const [left, top] = [box.xMm + x * box.widthMm + ORIGIN_MM.x, box.yMm + y * box.heightMm + ORIGIN_MM.y];
    dots.set([i * DOT_MS, unit(left), unit(top), 400, 0, 0, 0], i * DOT_STRIDE);
  });
  const downMs = hostMs - CLOCK_OFFSET_MS;
  const upMs = downMs + points.length * DOT_MS;
  const batch = {
    ...{ pen: penId(student), page: PAGE, downMs, clockOffsetMs: CLOCK_OFFSET_MS, firstDot: 0, dotCount: points.length },
    ...{ ink: packDots(dots), maxForce: 852, tip: "pen" as const, color: 0xff000000, syntheticStart: false },
    ...{ source: "live" as const, end: { upMs, synthetic: false, lostDots: 0 } },
  };
  return { receivedMs: hostMs + points.length * DOT_MS, body: { kind: "dots", batch } };
}
