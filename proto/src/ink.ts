import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { unpackDots } from "./dots.ts";
import {
  type DotBatch as DotBatchMessage,
  InkRecordSchema,
  type PenState as PenStateMessage,
  PenStateSchema,
} from "./gen/penlight/v1/ink_pb.js";
import type { PageAddress, PenId } from "./ids.ts";
import { decodeDotsRecord } from "./ink-wire-reader.ts";
import { encodeDotsRecord, isPlain } from "./ink-wire-writer.ts";

/** State of the link to a pen; the index is what travels. EVT-6. */
export const PEN_LINKS = ["lost", "connecting", "connected", "off", "locked"] as const;
export type PenLinkState = (typeof PEN_LINKS)[number];

export interface PenState {
  readonly pen: PenId;
  readonly link: PenLinkState;
  readonly batteryPercent: number | null;
  readonly charging: boolean;
  readonly heardMs: number;
  readonly lostDots: number;
  readonly model: string;
  readonly firmware: string;
}

export interface StrokeEnd {
  /** Pen clock, ms. */
  readonly upMs: number;
  readonly synthetic: boolean;
  readonly lostDots: number;
}

/** A run of dots of one stroke. EVT-2. */
export interface DotBatch {
  readonly pen: PenId;
  readonly page: PageAddress | null;
  /** Pen clock, ms. */
  readonly downMs: number;
  /** Gateway clock minus pen clock, ms: host time of a dot = downMs + its time + clockOffsetMs. */
  readonly clockOffsetMs: number;
  readonly firstDot: number;
  readonly dotCount: number;
  /** Packed dots (EVT-5); see `unpackDots`. */
  readonly ink: Uint8Array;
  readonly maxForce: number;
  readonly tip: "pen" | "eraser";
  /** 0xAARRGGBB. */
  readonly color: number;
  readonly syntheticStart: boolean;
  readonly source: "live" | "memory";
  readonly end: StrokeEnd | null;
}

export type InkBody =
  | { readonly kind: "dots"; readonly batch: DotBatch }
  | { readonly kind: "tick"; readonly pens: readonly PenState[] }
  | { readonly kind: "pen-state"; readonly state: PenState }
  | { readonly kind: "gap"; readonly pen: PenId; readonly lostEvents: number; readonly reason: string };

export interface InkRecord {
  readonly receivedMs: number;
  readonly body: InkBody;
}

export function penNumberOf(pen: PenId): bigint {
  return BigInt(`0x${pen}`);
}
export function penIdOf(pen: bigint): PenId {
  return pen.toString(16).padStart(12, "0") as PenId;
}

export function encodeInk(record: InkRecord): Uint8Array {
  if (record.body.kind === "dots" && isPlain(record.body.batch)) return encodeDotsRecord(record.receivedMs, record.body.batch);
  return toBinary(InkRecordSchema, create(InkRecordSchema, { receivedMs: record.receivedMs, body: bodyMessage(record.body) }));
}

function bodyMessage(body: InkBody) {
  switch (body.kind) {
    case "dots":
      return { case: "dots" as const, value: batchMessage(body.batch) };
    case "tick":
      return { case: "tick" as const, value: { pens: body.pens.map(penStateMessage) } };
    case "pen-state":
      return { case: "penState" as const, value: penStateMessage(body.state) };
    case "gap":
      return { case: "gap" as const, value: { pen: penNumberOf(body.pen), lostEvents: body.lostEvents, reason: body.reason } };
  }
}

function batchMessage(batch: DotBatch) {
  return {
    pen: penNumberOf(batch.pen),
    ...(batch.page === null ? {} : { page: { ...batch.page } }),
    downMs: batch.downMs,
    clockOffsetMs: batch.clockOffsetMs,
    firstDot: batch.firstDot,
    dotCount: batch.dotCount,
    ink: batch.ink,
    maxForce: batch.maxForce,
    tip: batch.tip === "pen" ? 0 : 1,
    color: batch.color,
    syntheticStart: batch.syntheticStart,
    source: batch.source === "live" ? 0 : 1,
    ...(batch.end === null ? {} : { end: { ...batch.end } }),
  };
}

export function penStateMessage(state: PenState): PenStateMessage {
  return create(PenStateSchema, {
    pen: penNumberOf(state.pen),
    link: PEN_LINKS.indexOf(state.link),
    ...(state.batteryPercent === null ? {} : { batteryPercent: state.batteryPercent }),
    charging: state.charging,
    heardMs: state.heardMs,
    lostDots: state.lostDots,
    model: state.model,
    firmware: state.firmware,
  });
}

/** Null when the bytes are not an ink record (then the caller keeps them as a dead letter, with the reason). */
export function decodeInk(bytes: Uint8Array): InkRecord | null {
  const dots = decodeDotsRecord(bytes);
  if (dots !== undefined) {
    return Number.isFinite(dots.receivedMs) ? { receivedMs: dots.receivedMs, body: { kind: "dots", batch: dots.batch } } : null;
  }
  let message: ReturnType<typeof parse>;
  try {
    message = parse(bytes);
  } catch {
    return null;
  }
  const body = parseBody(message);
  return body === null || !Number.isFinite(message.receivedMs) ? null : { receivedMs: message.receivedMs, body };
}

function parse(bytes: Uint8Array) {
  return fromBinary(InkRecordSchema, bytes);
}

function parseBody(message: ReturnType<typeof parse>): InkBody | null {
  switch (message.body.case) {
    case "dots": {
      const batch = parseBatch(message.body.value);
      return batch === null ? null : { kind: "dots", batch };
    }
    case "tick":
      return { kind: "tick", pens: message.body.value.pens.map(parsePenState) };
    case "penState":
      return { kind: "pen-state", state: parsePenState(message.body.value) };
    case "gap": {
      const gap = message.body.value;
      return { kind: "gap", pen: penIdOf(gap.pen), lostEvents: gap.lostEvents, reason: gap.reason };
    }
    default:
      return null;
  }
}

function parseBatch(message: DotBatchMessage): DotBatch | null {
  if (!Number.isFinite(message.downMs) || !Number.isFinite(message.clockOffsetMs)) return null;
  const page = message.page;
  return {
    pen: penIdOf(message.pen),
    page: page === undefined ? null : { section: page.section, owner: page.owner, note: page.note, page: page.page },
    downMs: message.downMs,
    clockOffsetMs: message.clockOffsetMs,
    firstDot: message.firstDot,
    dotCount: message.dotCount,
    ink: message.ink,
    maxForce: message.maxForce,
    tip: message.tip === 1 ? "eraser" : "pen",
    color: message.color,
    syntheticStart: message.syntheticStart,
    source: message.source === 1 ? "memory" : "live",
    end:
      message.end === undefined
        ? null
        : { upMs: message.end.upMs, synthetic: message.end.synthetic, lostDots: message.end.lostDots },
  };
}

export function parsePenState(message: PenStateMessage): PenState {
  return {
    pen: penIdOf(message.pen),
    link: PEN_LINKS[message.link] ?? "lost",
    batteryPercent: message.batteryPercent ?? null,
    charging: message.charging,
    heardMs: message.heardMs,
    lostDots: message.lostDots,
    model: message.model,
    firmware: message.firmware,
  };
}

/** Dots of a batch, or null when its packed bytes are damaged. */
export function dotsOf(batch: DotBatch): Int32Array | null {
  return unpackDots(batch.ink, batch.dotCount);
}
