import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { unpackDots } from "./dots.ts";
import {
  type Delivery as DeliveryMessage,
  type DotBatch as DotBatchMessage,
  InkRecordSchema,
  type Tick as TickMessage,
} from "./gen/penlight/v1/ink_pb.js";
import type { PageAddress, PenId } from "./ids.ts";
import { decodeDotsRecord } from "./ink-wire-reader.ts";
import { encodeDotsRecord, isPlain } from "./ink-wire-writer.ts";
import { countedPenStateMessage, type PenState, parsePenState, penIdOf, penNumberOf } from "./pen-state.ts";
import { parseRadioState, type RadioState, radioStateMessage } from "./radio-state.ts";

/** What a gateway has that the log does not have yet, and what it gave up at its limit. EVT-16. */
export interface Delivery {
  /** Age of the oldest record that waits, ms. */
  readonly ageMs: number;
  readonly bytes: number;
  readonly bytesMax: number;
  /** Records given up since the gateway began: ticks, and batches of dots. */
  readonly shedTicks: number;
  readonly shedInk: number;
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
  | TickBody
  | { readonly kind: "pen-state"; readonly state: PenState }
  | GapBody;

export interface TickBody {
  readonly kind: "tick";
  readonly pens: readonly PenState[];
  /** Name of the gateway, in ticks with pens. */
  readonly gateway?: string;
  /** Absent: everything has reached the log. */
  readonly delivery?: Delivery;
  /** The last record of a life that ended in good order. */
  readonly last?: boolean;
  /** Absent: told less than 5 s ago, or a source without radios. EVT-23. */
  readonly radio?: RadioState;
  /** Orders for this life of the gateway are sealed to it; in ticks with pens. REG-9. */
  readonly sealKey?: Uint8Array;
}

export interface GapBody {
  readonly kind: "gap";
  readonly pen: PenId;
  readonly lostEvents: number;
  readonly reason: string;
  /** Numbered records that are gone: runs of their numbers, as first, count, first, count ... EVT-17. */
  readonly gone?: { readonly life: number; readonly runs: readonly number[] };
}

/** Which record of which life of a gateway this is: a hole in the numbers is a record that was lost. EVT-14. */
export interface InkOrigin {
  /** 1 to 2^32 - 1. */
  readonly life: number;
  /** From 1 on. */
  readonly seq: number;
}

export interface InkRecord {
  readonly receivedMs: number;
  readonly body: InkBody;
  /** Absent: not numbered, as what older gateways wrote. */
  readonly origin?: InkOrigin;
}

export function encodeInk(record: InkRecord): Uint8Array {
  const { receivedMs, body, origin } = record;
  if (body.kind === "dots" && isPlain(body.batch)) return encodeDotsRecord(receivedMs, body.batch, origin);
  const numbers = origin === undefined ? {} : { life: origin.life, seq: BigInt(origin.seq) };
  return toBinary(InkRecordSchema, create(InkRecordSchema, { receivedMs, body: bodyMessage(body), ...numbers }));
}

function bodyMessage(body: InkBody) {
  switch (body.kind) {
    case "dots":
      return { case: "dots" as const, value: batchMessage(body.batch) };
    case "tick":
      return { case: "tick" as const, value: tickMessage(body) };
    case "pen-state":
      return { case: "penState" as const, value: countedPenStateMessage(body.state) };
    case "gap": {
      const { lostEvents, reason, gone } = body;
      const numbers = gone === undefined ? {} : { life: gone.life, runs: gone.runs.map(BigInt) };
      return { case: "gap" as const, value: { pen: penNumberOf(body.pen), lostEvents, reason, ...numbers } };
    }
  }
}

function tickMessage({ pens, gateway, delivery, last, radio, sealKey }: TickBody) {
  return {
    pens: pens.map(countedPenStateMessage),
    ...(gateway === undefined ? {} : { gateway }),
    ...(delivery === undefined ? {} : { delivery: deliveryMessage(delivery) }),
    ...(last === undefined ? {} : { last }),
    ...(radio === undefined ? {} : { radio: radioStateMessage(radio) }),
    ...(sealKey === undefined ? {} : { sealKey }),
  };
}

function deliveryMessage({ ageMs, bytes, bytesMax, shedTicks, shedInk }: Delivery) {
  return {
    ageMs,
    bytes: BigInt(bytes),
    bytesMax: BigInt(bytesMax),
    shedTicks: BigInt(shedTicks),
    shedInk: BigInt(shedInk),
  };
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

/** Null when the bytes are not an ink record (then the caller keeps them as a dead letter, with the reason). */
export function decodeInk(bytes: Uint8Array): InkRecord | null {
  const dots = decodeDotsRecord(bytes);
  if (dots !== undefined) {
    const { receivedMs, batch, origin } = dots;
    if (!Number.isFinite(receivedMs)) return null;
    return origin === undefined
      ? { receivedMs, body: { kind: "dots", batch } }
      : { receivedMs, body: { kind: "dots", batch }, origin };
  }
  let message: ReturnType<typeof parse>;
  try {
    message = parse(bytes);
  } catch {
    return null;
  }
  const body = parseBody(message);
  const { receivedMs, life, seq } = message;
  if (body === null || !Number.isFinite(receivedMs)) return null;
  return seq === 0n || life === 0 ? { receivedMs, body } : { receivedMs, body, origin: { life, seq: Number(seq) } };
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
      return parseTick(message.body.value);
    case "penState":
      return { kind: "pen-state", state: parsePenState(message.body.value) };
    case "gap": {
      const gap = message.body.value;
      const gone = gap.runs.length === 0 ? {} : { gone: { life: gap.life, runs: gap.runs.map(Number) } };
      return { kind: "gap", pen: penIdOf(gap.pen), lostEvents: gap.lostEvents, reason: gap.reason, ...gone };
    }
    default:
      return null;
  }
}

function parseTick({ pens, gateway, delivery, last, radio, sealKey }: TickMessage): TickBody {
  return {
    kind: "tick",
    pens: pens.map(parsePenState),
    ...(gateway === "" ? {} : { gateway }),
    ...(delivery === undefined ? {} : { delivery: parseDelivery(delivery) }),
    ...(last ? { last } : {}),
    ...(radio === undefined ? {} : { radio: parseRadioState(radio) }),
    ...(sealKey.length === 0 ? {} : { sealKey }),
  };
}

function parseDelivery({ ageMs, bytes, bytesMax, shedTicks, shedInk }: DeliveryMessage): Delivery {
  return {
    ageMs,
    bytes: Number(bytes),
    bytesMax: Number(bytesMax),
    shedTicks: Number(shedTicks),
    shedInk: Number(shedInk),
  };
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

/** Dots of a batch, or null when its packed bytes are damaged. */
export function dotsOf(batch: DotBatch): Int32Array | null {
  return unpackDots(batch.ink, batch.dotCount);
}
