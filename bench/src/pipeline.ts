import { HeardPen, PenLink } from "@penlight/pen-gateway";
import {
  type AssignmentId,
  type BoxId,
  type ClassId,
  decodeInk,
  encodeInk,
  type Item,
  type ItemId,
  type PenId,
  penIdOf,
  Random,
  type RoomId,
  SetupState,
  type StudentId,
  type Worksheet,
  type WorksheetId,
} from "@penlight/proto";
import { encodePenFrame, type PenPacket } from "@penlight/proto/pen";
import { NO_METRICS, Room, readInk, Watermark } from "@penlight/stream-processor";
import { type BenchOptions, type BenchResult, hashOf, medianOf, RUNS } from "./result.ts";

/** Payload of a notification at the MTU that pens negotiate with most hosts (247): about a dozen dots. */
const NOTIFICATION_BYTES = 244;
const DOTS_PER_STROKE = 40;
const ITEMS = 20;
const START_MS = 1_760_000_000_000;
const STROKE_MS = 2000;
const MM_PER_UNIT = 2.370667;
const ROOM = "bench" as RoomId;

/** Bytes of every pen of a room, cut into notifications. */
interface ClassBytes {
  readonly pens: readonly { readonly pen: PenId; readonly notifications: readonly Uint8Array[] }[];
  readonly dots: number;
}

/** Twenty items of four boxes, 5 mm each. */
function worksheet(): Worksheet {
  const boxes: Worksheet["boxes"][number][] = [];
  const items: Item[] = [];
  for (let i = 0; i < ITEMS; i++) {
    const options = ["A", "B", "C", "D"].map((id, at) => {
      const box = `${i}${id}` as BoxId;
      boxes.push({ id: box, page: 0, xMm: 40 + at * 14, yMm: 20 + i * 12, widthMm: 5, heightMm: 5 });
      return { id, box };
    });
    const text = { zh: String(i), en: String(i) };
    const base = { id: `i${i}` as ItemId, number: String(i), stem: text, stemMm: { x: 0, y: 0 }, points: 1, options };
    items.push({ ...base, knowledgePoints: [], cognitiveLevel: "apply", expectedSeconds: 30, kind: "choice", key: "A" });
  }
  const address = { section: 3, owner: 27, note: 603, page: 1 };
  const pages = [{ address, widthMm: 210, heightMm: 297, originMm: { x: 0, y: 0 } }];
  return { id: "bench" as WorksheetId, version: 1, title: { zh: "", en: "" }, pages, boxes, items };
}

function setupOf(sheet: Worksheet, pens: number): SetupState {
  const setup = new SetupState();
  const name = { zh: "", en: "" };
  const students = Array.from({ length: pens }, (_, i) => ({ id: `s${i}` as StudentId, name, seat: i + 1 }));
  setup.apply({ kind: "classes", id: "c", version: 1, document: { id: "c" as ClassId, name, students } });
  for (let i = 0; i < pens; i++) {
    const pen = penAt(i);
    setup.apply({ kind: "pens", id: pen, version: 1, document: { id: pen, student: `s${i}` as StudentId } });
  }
  setup.apply({ kind: "worksheets", id: "bench@1", version: 1, document: sheet });
  const assignment = { id: "a" as AssignmentId, room: ROOM, class: "c" as ClassId, worksheet: sheet.id, worksheetVersion: 1 };
  const document = { ...assignment, kind: "lesson", opensMs: START_MS - 1000, closesMs: null } as const;
  setup.apply({ kind: "assignments", id: "a", version: 1, document });
  return setup;
}

function penAt(index: number): PenId {
  return penIdOf(0x9c7bd2000000n + BigInt(index));
}

/** Every stroke is a tick in a box; a pen goes from item to item. `firstStroke` sets where in the lesson it begins. */
function bytesOf(sheet: Worksheet, pens: number, strokes: number, firstStroke = 0): ClassBytes {
  const list = Array.from({ length: pens }, (_, index) => {
    const random = new Random(`pipeline/${index}/${firstStroke}`);
    const frames: Uint8Array[] = [];
    for (let i = firstStroke; i < firstStroke + strokes; i++)
      tick(random, sheet, i, (packet) => frames.push(encodePenFrame(packet)));
    const bytes = new Uint8Array(Buffer.concat(frames));
    const notifications: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += NOTIFICATION_BYTES)
      notifications.push(bytes.subarray(at, at + NOTIFICATION_BYTES));
    return { pen: penAt(index), notifications };
  });
  return { pens: list, dots: pens * strokes * DOTS_PER_STROKE };
}

/** One stroke in the events of the newer family; the counter runs over all of a pen's events. */
function tick(random: Random, sheet: Worksheet, stroke: number, say: (packet: PenPacket) => void): void {
  const box = sheet.boxes[(stroke % ITEMS) * 4 + random.integer(0, 3)] as Worksheet["boxes"][number];
  const timeMs = START_MS + stroke * STROKE_MS;
  let count = (stroke * (DOTS_PER_STROKE + 3)) & 0xff;
  const next = () => {
    const now = count;
    count = (count + 1) & 0xff;
    return now;
  };
  say({ kind: "penDown", count: next(), timeMs, tip: "pen", color: 0xff000000 });
  say({ kind: "page", count: next(), section: 3, owner: 27, note: 603, page: 1 });
  for (let i = 0; i < DOTS_PER_STROKE; i++) {
    const share = i / (DOTS_PER_STROKE - 1);
    const [x, y] =
      share < 0.3 ? [0.2 + share * 0.8, 0.5 + share * 1.2] : [0.44 + (share - 0.3) * 0.7, 0.86 - (share - 0.3) * 1.1];
    const unitsX = Math.round(((box.xMm + x * 5 + random.normal(0, 0.03)) / MM_PER_UNIT) * 100);
    const unitsY = Math.round(((box.yMm + y * 5 + random.normal(0, 0.03)) / MM_PER_UNIT) * 100);
    const place = { x: Math.floor(unitsX / 100), y: Math.floor(unitsY / 100), fx: unitsX % 100, fy: unitsY % 100 };
    say({ kind: "dot", count: next(), dt: 10, force: random.integer(300, 340), ...place, tiltX: 90, tiltY: 85, twist: 40 });
  }
  const images = { totalImages: 44, processedImages: 44, okImages: 42, sentImages: DOTS_PER_STROKE };
  say({ kind: "penUp", count: next(), timeMs: timeMs + 400, dots: DOTS_PER_STROKE, ...images });
}

/** Notifications of all pens in turns, with the gateway's time. */
function* heard(input: ClassBytes, startMs: number) {
  const turns = Math.max(...input.pens.map((each) => each.notifications.length));
  for (let turn = 0; turn < turns; turn++) {
    for (const { pen, notifications } of input.pens) {
      const bytes = notifications[turn];
      if (bytes !== undefined) yield { kind: "bytes" as const, pen, receivedMs: startMs + turn * 120, bytes };
    }
  }
}

/** bytes -> dots. */
function decode(input: ClassBytes): number {
  const links = new Map(input.pens.map(({ pen }) => [pen, new PenLink({ pen })]));
  let dots = 0;
  for (const { pen, bytes, receivedMs } of heard(input, START_MS)) {
    for (const event of (links.get(pen) as PenLink).receive(bytes, receivedMs))
      if (event.kind === "dots") dots += event.to - event.from;
  }
  return dots;
}

/** A room and its gateway; time goes on from one `work` to the next. */
class Rig {
  readonly room: Room;
  readonly #watermark = new Watermark(0n);
  readonly #pens = new Map<PenId, HeardPen>();
  #offset = 0n;
  #nowMs = START_MS;
  events = 0;
  strokes = 0;
  answers = 0;

  constructor(sheet: Worksheet, pens: number) {
    const setup = setupOf(sheet, pens);
    this.room = new Room(ROOM, setup, this.#watermark, NO_METRICS);
    for (const each of this.room.setup.sheets) this.room.addLesson(each);
    const ignore = () => {};
    for (let i = 0; i < pens; i++) {
      const pen = penAt(i);
      const record = (ink: Parameters<typeof encodeInk>[0]) => this.#read(encodeInk(ink), ink.receivedMs);
      this.#pens.set(pen, new HeardPen(pen, { record, dots: ignore, fault: ignore, memory: ignore }));
    }
    this.#drain();
  }

  /** bytes -> PenLink -> batches -> record bytes -> strokes -> answers -> statistics -> events and rows. */
  work(input: ClassBytes): void {
    const startMs = this.#nowMs;
    let turnMs = startMs;
    for (const chunk of heard(input, startMs)) {
      if (chunk.receivedMs !== turnMs) {
        this.#drain();
        turnMs = chunk.receivedMs;
      }
      const pen = this.#pens.get(chunk.pen) as HeardPen;
      pen.hear(chunk);
      pen.flush();
      this.#nowMs = chunk.receivedMs;
    }
    this.#drain();
    this.#nowMs += 1000;
  }

  #read(bytes: Uint8Array, receivedMs: number): void {
    const record = decodeInk(bytes);
    if (record === null) throw new Error(`undecodable record at ${receivedMs}`);
    this.#watermark.read(this.#offset++);
    readInk(this.room, record, "");
  }

  #drain(): void {
    this.events += this.room.flush(Number(this.#offset)).length;
    const { strokes, answers, marks } = this.room.rows;
    for (const { hold } of strokes) this.#watermark.release(hold);
    this.strokes += strokes.length;
    this.answers += answers.length;
    strokes.length = 0;
    answers.length = 0;
    marks.length = 0;
  }

  get result() {
    const states = [...this.room.lessons.values()].flatMap((lesson) =>
      [...lesson.cells].flatMap((cells) => cells.map((cell) => cell.judged)),
    );
    return { strokes: this.strokes, answers: this.answers, states };
  }
}

/** CPU time of the whole process, its collector threads included: neighbours on the machine do not count. */
function secondsOf(work: () => unknown): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** Decode to answers on one core, and how the cost of a dot grows with pens and with strokes already in the room. */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const sheet = worksheet();
  const times = smoke ? 1 : RUNS;
  const results = [whole(sheet, smoke ? 2000 : 20_000, times)];
  const total = smoke ? 1000 : 10_000;
  const base = withPens(sheet, 1, total, times);
  results.push(base);
  for (const pens of [10, 100, 1000]) results.push(against(withPens(sheet, pens, total, times), base, "1 pen"));
  const empty = withStrokesBefore(sheet, 0, smoke ? 5 : 20, times);
  results.push(empty, against(withStrokesBefore(sheet, smoke ? 20 : 200, smoke ? 5 : 20, times), empty, "an empty room"));
  return results;
}

/** A class of 40. */
function whole(sheet: Worksheet, strokes: number, times: number): BenchResult {
  const pens = 40;
  const input = bytesOf(sheet, pens, Math.ceil(strokes / pens));
  new Rig(sheet, pens).work(input);
  decode(input);
  const runs: number[] = [];
  const decodes: number[] = [];
  let hash = "";
  for (let i = 0; i < times; i++) {
    const rig = new Rig(sheet, pens);
    runs.push(rounded(input.dots / secondsOf(() => rig.work(input)) / 1e6));
    decodes.push(rounded(input.dots / secondsOf(() => decode(input)) / 1e6));
    if (rig.strokes * DOTS_PER_STROKE !== input.dots)
      throw new Error(`${rig.strokes} strokes of ${input.dots / DOTS_PER_STROKE}`);
    hash = hashOf(rig.result);
  }
  const median = medianOf(runs);
  const beside = { name: "decode alone", median: medianOf(decodes) };
  const note =
    "pen bytes to answers, statistics, events and rows; 40 pens, notifications of 244 bytes; CPU time of all threads";
  return {
    bench: "pipeline",
    case: "class of 40",
    unit: "M dots/s",
    median,
    runs,
    beside,
    ratio: rounded(median / beside.median),
    hash,
    note,
  };
}

/** The same work with other numbers of pens: 50 strokes each, as many rooms one after the other as make `total` strokes. */
function withPens(sheet: Worksheet, pens: number, total: number, times: number): BenchResult {
  const strokes = 50;
  const input = bytesOf(sheet, pens, strokes);
  const rooms = Math.max(1, Math.round(total / (pens * strokes)));
  const runs: number[] = [];
  for (let i = 0; i < times + 1; i++) {
    const rigs = Array.from({ length: rooms }, () => new Rig(sheet, pens));
    const seconds = secondsOf(() => {
      for (const rig of rigs) rig.work(input);
    });
    if (i > 0 || times === 1) runs.push(rounded((seconds * 1e9) / (rooms * input.dots)));
  }
  const name = pens === 1 ? "1 pen" : `${pens} pens`;
  return { bench: "pipeline", case: `growth: ${name}`, unit: "ns/dot", median: medianOf(runs), runs };
}

/** The next strokes of a class of 40 after `before` strokes of each pen in other items' boxes and the same ones. */
function withStrokesBefore(sheet: Worksheet, before: number, strokes: number, times: number): BenchResult {
  const pens = 40;
  const runs: number[] = [];
  const earlier = before === 0 ? null : bytesOf(sheet, pens, before);
  const input = bytesOf(sheet, pens, strokes, before);
  for (let i = 0; i < times + 1; i++) {
    const rigs = Array.from({ length: 5 }, () => new Rig(sheet, pens));
    if (earlier !== null) for (const rig of rigs) rig.work(earlier);
    const seconds = secondsOf(() => {
      for (const rig of rigs) rig.work(input);
    });
    if (i > 0 || times === 1) runs.push(rounded((seconds * 1e9) / (rigs.length * input.dots)));
  }
  return { bench: "pipeline", case: `growth: after ${before * pens} strokes`, unit: "ns/dot", median: medianOf(runs), runs };
}

function against(result: BenchResult, base: BenchResult, name: string): BenchResult {
  return { ...result, beside: { name, median: base.median }, ratio: rounded(result.median / base.median) };
}
