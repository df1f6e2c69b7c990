import {
  type AssignmentId,
  type ClassId,
  DOT_STRIDE,
  encodeInk,
  encodeSetup,
  type InkBody,
  MM_PER_CENTIUNIT,
  type NewRecord,
  packDots,
  penIdOf,
  type RoomId,
  type SetupRecord,
  type StudentId,
  setupKeyOf,
} from "@penlight/proto";
import { worksheet } from "../pipeline/class-bytes.ts";

const SHEET = worksheet();
const OPTIONS = 4;
const DOTS_PER_STROKE = 32;
const DOTS_PER_BATCH = 16;
/** A gateway's tick, ms; every fourth carries the states of the pens. EVT-6. */
const TICK_MS = 250;
const MARGIN_MM = 0.5;

export interface RoomInk {
  readonly room: RoomId;
  readonly pens: number;
  /** Strokes of each pen, one after the other over the whole time. */
  readonly strokes: number;
  readonly startMs: number;
  readonly lastsMs: number;
  /** So many strokes, the first ones, are too short to be told from a slip: their cells are `unsure`. Default 0. */
  readonly unsure?: number;
}

const penOf = (room: RoomInk, index: number) => penIdOf(0x9c7bd2000000n + BigInt(hashOfRoom(room.room) * 1000 + index));
const studentOf = (room: RoomInk, index: number) => `${room.room}-s${index}` as StudentId;

function hashOfRoom(room: RoomId): number {
  return Number(/\d+$/.exec(room)?.[0] ?? 0);
}

/** One open assignment of the bench's worksheet for each room. */
export function setupOfRooms(rooms: readonly RoomInk[]): NewRecord[] {
  const name = { zh: "", en: "" };
  const records: SetupRecord[] = [{ kind: "worksheets", id: "bench@1", version: 1, document: SHEET }];
  for (const each of rooms) {
    const { room, startMs } = each;
    const id = `class-${room}` as ClassId;
    const students = Array.from({ length: each.pens }, (_, i) => ({ id: studentOf(each, i), name, seat: i + 1 }));
    records.push(
      { kind: "rooms", id: room, version: 1, document: { id: room, name } },
      { kind: "classes", id, version: 1, document: { id, name, students } },
    );
    for (let i = 0; i < each.pens; i++) {
      const pen = penOf(each, i);
      records.push({ kind: "pens", id: pen, version: 1, document: { id: pen, student: studentOf(each, i) } });
    }
    const lesson = { id: `lesson-${room}` as AssignmentId, room, class: id, worksheet: SHEET.id, worksheetVersion: 1 };
    const document = { ...lesson, kind: "lesson", opensMs: startMs - 1000, closesMs: null } as const;
    records.push({ kind: "assignments", id: lesson.id, version: 1, document });
  }
  return records.map((each) => ({
    key: setupKeyOf(each.kind, each.id),
    value: encodeSetup(each),
    timestampMs: rooms[0]?.startMs ?? 0,
  }));
}

/** Records of topic `ink` of one room, in the order of their time: every stroke a line in a box of the next item. */
export function* inkOfRoom(room: RoomInk): Generator<NewRecord> {
  const { startMs, lastsMs, pens, strokes } = room;
  const everyMs = lastsMs / (strokes * pens);
  const record = (receivedMs: number, body: InkBody): NewRecord => ({
    key: room.room,
    value: encodeInk({ receivedMs, body }),
    timestampMs: receivedMs,
  });
  let tickMs = startMs;
  let ticks = 0;
  for (let n = 0; n < strokes * pens; n++) {
    const downMs = Math.floor(startMs + n * everyMs);
    for (; tickMs <= downMs; tickMs += TICK_MS) yield record(tickMs, tickOf(room, ticks++, tickMs));
    for (let first = 0; first < DOTS_PER_STROKE; first += DOTS_PER_BATCH)
      yield record(downMs + first * 10, batchOf(room, n % pens, Math.floor(n / pens), downMs, first));
  }
  for (; tickMs <= startMs + lastsMs; tickMs += TICK_MS) yield record(tickMs, tickOf(room, ticks++, tickMs));
}

function tickOf(room: RoomInk, n: number, heardMs: number): InkBody {
  if (n % 4 !== 0) return { kind: "tick", pens: [] };
  const state = {
    link: "connected",
    batteryPercent: 80,
    charging: false,
    heardMs,
    lostDots: 0,
    model: "",
    firmware: "",
  } as const;
  return { kind: "tick", pens: Array.from({ length: room.pens }, (_, i) => ({ pen: penOf(room, i), ...state })) };
}

function batchOf(room: RoomInk, pen: number, stroke: number, downMs: number, first: number): InkBody {
  const box = SHEET.boxes[(stroke % SHEET.items.length) * OPTIONS + ((pen + stroke) % OPTIONS)];
  if (box === undefined) throw new Error("the worksheet has no such box");
  const isShort = stroke * room.pens + pen < (room.unsure ?? 0);
  const dots = new Int32Array(DOTS_PER_STROKE * DOT_STRIDE);
  for (let i = 0; i < DOTS_PER_STROKE; i++) {
    const share = isShort ? 0.3 + (0.4 * i) / (DOTS_PER_STROKE - 1) : i / (DOTS_PER_STROKE - 1);
    const mm = [
      box.xMm + MARGIN_MM + share * (box.widthMm - 2 * MARGIN_MM),
      box.yMm + MARGIN_MM + share * (box.heightMm - 2 * MARGIN_MM),
    ];
    const [x = 0, y = 0] = mm.map((each) => Math.round(each / MM_PER_CENTIUNIT));
    dots.set([i * 10, x, y, 320 + (i % 7), 90, 85, 40], i * DOT_STRIDE);
  }
  const isLast = first + DOTS_PER_BATCH >= DOTS_PER_STROKE;
  return {
    kind: "dots",
    batch: {
      pen: penOf(room, pen),
      page: { section: 3, owner: 27, note: 603, page: 1 },
      downMs,
      clockOffsetMs: 0,
      firstDot: first,
      dotCount: DOTS_PER_BATCH,
      ink: packDots(dots, first, DOTS_PER_BATCH),
      maxForce: 852,
      tip: "pen",
      color: 0xff000000,
      syntheticStart: false,
      source: "live",
      end: isLast ? { upMs: downMs + DOTS_PER_STROKE * 10, synthetic: false, lostDots: 0 } : null,
    },
  };
}

/** Dots in the ink of a room. */
export const dotsOfRoom = ({ pens, strokes }: RoomInk): number => pens * strokes * DOTS_PER_STROKE;
