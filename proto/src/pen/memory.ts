import { deflateSync, inflateSync } from "node:zlib";
import { DOT_STRIDE } from "../dots.ts";
import type { PageAddress } from "../ids.ts";
import { ByteSink, type Cursor, readFields, writeFields } from "./field.ts";
import { encodePenFrame, type PenPacketOf } from "./packet.ts";
import { MEMORY_DOT, MEMORY_DOT_BYTES, MEMORY_STROKE, MEMORY_STROKE_BYTES } from "./packet-table.ts";

/** Largest body of a chunk after inflation: the size field is 16 bits wide, and a bomb must not be unpacked. PEN-9. */
export const MEMORY_BODY_BYTES_MAX = 64 * 1024;

/** A stroke out of the pen's memory. Times are the pen's clock, ms. */
export interface MemoryStroke {
  readonly page: PageAddress;
  readonly downMs: number;
  readonly upMs: number;
  readonly tip: "pen" | "eraser";
  /** 0xAARRGGBB. */
  readonly color: number;
  /** DOT_STRIDE numbers a dot, times since downMs. */
  readonly dots: Int32Array;
  /** Dots left out because their checksum was wrong. */
  readonly badDots: number;
}

export interface MemoryChunk {
  readonly packetId: number;
  readonly compressed: boolean;
  readonly position: "first" | "middle" | "last" | number;
  readonly section: number;
  readonly owner: number;
  readonly note: number;
  readonly strokes: readonly MemoryStroke[];
  readonly badDots: number;
}

/** Why a chunk cannot be read at all. */
export type ChunkDamage = "inflate" | "size" | "overrun";

/** Null when it is not a zlib stream of at most MEMORY_BODY_BYTES_MAX. */
function inflate(body: Uint8Array): Uint8Array | null {
  try {
    return inflateSync(body, { maxOutputLength: MEMORY_BODY_BYTES_MAX });
  } catch {
    return null; // damaged bytes are a value here; zlib knows no other way to say so
  }
}

/** Body of the chunk -> strokes. A wrong size is wrong only where the body is compressed: uncompressed ones with size 0 occur. PEN-9. */
export function decodeMemoryChunk(packet: PenPacketOf<"offlineChunk">): MemoryChunk | ChunkDamage {
  if (packet.compressed && packet.sentSize !== packet.body.length) return "size";
  const body = packet.compressed ? inflate(packet.body) : packet.body;
  if (body === null) return "inflate";
  if (packet.compressed && body.length !== packet.size) return "size";
  const cursor: Cursor = { bytes: body, at: 0, end: body.length };
  const strokes: MemoryStroke[] = [];
  let badDots = 0;
  for (let i = 0; i < packet.strokes; i++) {
    const stroke = readStroke(cursor, packet);
    if (stroke === null) return "overrun";
    strokes.push(stroke);
    badDots += stroke.badDots;
  }
  const { packetId, compressed, position, section, owner, note } = packet;
  return { packetId, compressed, position, section, owner, note, strokes, badDots };
}

interface StrokeHead {
  readonly page: number;
  readonly downMs: number;
  readonly upMs: number;
  readonly tip: "pen" | "eraser" | number;
  readonly color: number;
  readonly dots: number;
}

function readStroke(cursor: Cursor, note: PenPacketOf<"offlineChunk">): MemoryStroke | null {
  const head = readFields(cursor, MEMORY_STROKE) as StrokeHead | undefined;
  if (head === undefined || cursor.at + head.dots * MEMORY_DOT_BYTES > cursor.end) return null;
  const dots = new Int32Array(head.dots * DOT_STRIDE);
  let kept = 0;
  let time = 0;
  for (let i = 0; i < head.dots; i++, cursor.at += MEMORY_DOT_BYTES) {
    if (checksumOf(cursor.bytes, cursor.at) !== cursor.bytes[cursor.at + MEMORY_DOT_BYTES - 1]) continue;
    time += cursor.bytes[cursor.at] as number;
    readDot(cursor.bytes, cursor.at, dots, kept * DOT_STRIDE, time);
    kept++;
  }
  return {
    page: { section: note.section, owner: note.owner, note: note.note, page: head.page },
    downMs: head.downMs,
    upMs: head.upMs,
    tip: head.tip === "eraser" ? "eraser" : "pen",
    color: head.color,
    dots: kept === head.dots ? dots : dots.slice(0, kept * DOT_STRIDE),
    badDots: head.dots - kept,
  };
}

/**
 * The DOT fields at `at`, straight into `dots`: the same as the table walker gives (a property test says so), without an
 * object a dot. Live dots (0x65, 0x6C after its counter) and dots in memory share this layout.
 */
export function readDot(bytes: Uint8Array, at: number, dots: Int32Array, to: number, time: number): void {
  dots[to] = time;
  dots[to + 1] = ((bytes[at + 3] as number) | ((bytes[at + 4] as number) << 8)) * 100 + (bytes[at + 7] as number);
  dots[to + 2] = ((bytes[at + 5] as number) | ((bytes[at + 6] as number) << 8)) * 100 + (bytes[at + 8] as number);
  dots[to + 3] = (bytes[at + 1] as number) | ((bytes[at + 2] as number) << 8);
  dots[to + 4] = bytes[at + 9] as number;
  dots[to + 5] = bytes[at + 10] as number;
  dots[to + 6] = (bytes[at + 11] as number) | ((bytes[at + 12] as number) << 8);
}

function checksumOf(bytes: Uint8Array, at: number): number {
  let sum = 0;
  for (let i = at; i < at + MEMORY_DOT_BYTES - 1; i++) sum += bytes[i] as number;
  return sum & 0xff;
}

/** What a pen needs to say a chunk: strokes as {@link MemoryStroke}; `badDots` is not looked at. */
export interface MemoryChunkSource extends Omit<MemoryChunk, "badDots" | "strokes"> {
  readonly strokes: readonly Omit<MemoryStroke, "badDots">[];
}

/** The frame of a chunk, as a pen sends it. Gaps of more than 255 ms between dots cannot be said: they shrink to 255. @throws RangeError when the body is too long for its size field. */
export function encodeMemoryChunk(chunk: MemoryChunkSource): Uint8Array {
  const sink = new ByteSink();
  for (const stroke of chunk.strokes) writeStroke(sink, stroke);
  const plain = sink.take();
  const body = chunk.compressed ? new Uint8Array(deflateSync(plain)) : plain;
  if (plain.length > 0xffff || body.length > 0xffff)
    throw new RangeError("encodeMemoryChunk requires at most 65535 bytes of strokes");
  const { packetId, compressed, position, section, owner, note } = chunk;
  return encodePenFrame({
    kind: "offlineChunk",
    packetId,
    compressed,
    size: plain.length,
    sentSize: body.length,
    position,
    section,
    owner,
    note,
    strokes: chunk.strokes.length,
    body,
  });
}

function writeStroke(sink: ByteSink, stroke: Omit<MemoryStroke, "badDots">): void {
  const count = stroke.dots.length / DOT_STRIDE;
  const { downMs, upMs, tip, color } = stroke;
  writeFields(sink, { page: stroke.page.page, downMs, upMs, tip, color, dots: count }, MEMORY_STROKE);
  let time = 0;
  for (let i = 0; i < count; i++) {
    const dot = stroke.dots.subarray(i * DOT_STRIDE, (i + 1) * DOT_STRIDE);
    const dt = Math.min(255, (dot[0] as number) - time);
    time = dot[0] as number;
    const first = sink.length;
    writeFields(sink, { ...dotFieldsOf(dot), dt, checksum: 0 }, MEMORY_DOT);
    sink.bytes[sink.length - 1] = checksumOf(sink.bytes, first);
  }
}

/** One dot of an Int32Array (time aside) in the fields of the tables: whole units and hundredths apart. */
export function dotFieldsOf(dot: Int32Array) {
  const [, x, y, force, tiltX, tiltY, twist] = dot as unknown as [number, number, number, number, number, number, number];
  return { force, x: Math.floor(x / 100), y: Math.floor(y / 100), fx: x % 100, fy: y % 100, tiltX, tiltY, twist };
}

/** Bytes that a stroke of so many dots takes in a chunk's body, so that a pen can fill chunks to a size. */
export function memoryStrokeBytes(dots: number): number {
  return MEMORY_STROKE_BYTES + dots * MEMORY_DOT_BYTES;
}
