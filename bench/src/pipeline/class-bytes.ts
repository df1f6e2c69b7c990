import type { PenChunk } from "@penlight/pen-gateway";
import {
  type AssignmentId,
  type BoxId,
  type ClassId,
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

/** Payload of a notification at the MTU that pens negotiate with most hosts (247): about a dozen dots. */
const NOTIFICATION_BYTES = 244;
export const DOTS_PER_STROKE = 40;
const ITEMS = 20;
export const START_MS = 1_760_000_000_000;
const STROKE_MS = 2000;
const MM_PER_UNIT = 2.370667;
export const ROOM = "bench" as RoomId;

/** A notification of about a dozen dots takes a pen so long, ms. */
export const TURN_MS = 120;

export type HeardBytes = Extract<PenChunk, { readonly kind: "bytes" }>;

/** Bytes of every pen of a room, cut into notifications. */
export interface ClassBytes {
  readonly pens: readonly { readonly pen: PenId; readonly notifications: readonly Uint8Array[] }[];
  readonly dots: number;
}

/** Twenty items of four boxes, 5 mm each. */
export function worksheet(): Worksheet {
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
  return { id: "bench" as WorksheetId, version: 1, title: { zh: "标", en: "bench" }, pages, boxes, items };
}

export function setupOf(sheet: Worksheet, pens: number): SetupState {
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

export function penAt(index: number): PenId {
  return penIdOf(0x9c7bd2000000n + BigInt(index));
}

/** Every stroke is a tick in a box; a pen goes from item to item. `firstStroke` sets where in the lesson it begins. */
export function bytesOf(sheet: Worksheet, pens: number, strokes: number, firstStroke = 0): ClassBytes {
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
export function* heard(input: ClassBytes, startMs: number): Generator<HeardBytes> {
  const turns = Math.max(...input.pens.map((each) => each.notifications.length));
  for (let turn = 0; turn < turns; turn++) {
    for (const { pen, notifications } of input.pens) {
      const bytes = notifications[turn];
      if (bytes !== undefined) yield { kind: "bytes", pen, receivedMs: startMs + turn * TURN_MS, bytes };
    }
  }
}
