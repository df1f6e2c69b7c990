import { type LinkEvent, PenLink } from "@penlight/pen-gateway";
import { type PenId, parsePenId } from "@penlight/proto";
import { decodeHostFrame, encodeHostFrame, FRAME_FAULT, FRAME_NONE, FrameReader, hexOf } from "@penlight/proto/pen";
import type { Expected, Vector, VectorFile } from "./vector-file.ts";
import { hostWords, PenWords, type Words } from "./vector-words.ts";

export interface Outcome {
  readonly events: readonly Words[];
  /** What was wrong with the bytes, in order: kind, count and command of each. */
  readonly faults: readonly Words[];
  /** Frames in hex. Pen to host: what we answer to these notifications. Host to pen: the packet, encoded again. */
  readonly writes: readonly string[];
}

/** Frames are written whole: what is cut for the air is cut elsewhere. */
const MTU_WIDE = 0xffff;
/** The pen that speaks in the vectors; all is heard at one fixed time, so that a run is a function of the bytes. */
const PEN = parsePenId("9c7bd251f41f") as PenId;
const RECEIVED_MS = 1_760_000_000_000;

const COMMAND_ACK = 0xa4;
const COMMAND_STATUS_REQUEST = 0x04;

/** Runs one vector through the gateway's own decoder (or, host to pen, the tables that the simulator reads with). */
export function runVector(vector: Vector, file: VectorFile): Outcome {
  if (vector.direction === "host->pen") return readHost(vector.bytes);
  return hearPen(file.preambles.get(vector.preamble) ?? [], vector.notifications);
}

/** Memory chunks count as stored at once. Handshake chatter is not in `writes`, only what answers these notifications. */
export function hearPen(preamble: readonly Uint8Array[], notifications: readonly Uint8Array[]): Outcome {
  const link = new PenLink({ pen: PEN });
  link.open(RECEIVED_MS, MTU_WIDE);
  for (const bytes of preamble) link.receive(bytes, RECEIVED_MS);
  link.takeWrites();
  const words = new PenWords();
  const events: Words[] = [];
  const faults: Words[] = [];
  const writes: string[] = [];
  for (const bytes of notifications) {
    const heard = link.receive(bytes, RECEIVED_MS);
    for (const event of heard) {
      if (event.kind === "fault") faults.push({ ...event.fault });
      else events.push(...words.of(event, link));
    }
    for (const event of heard) if (event.kind === "memory-chunk") link.memoryStored(event.chunk.packetId);
    for (const frame of link.takeWrites()) if (isAnswer(frame, heard)) writes.push(hexOf(frame));
  }
  return { events, faults, writes };
}

function isAnswer(frame: Uint8Array, heard: readonly LinkEvent[]): boolean {
  if (frame[1] === COMMAND_ACK) return true;
  return frame[1] === COMMAND_STATUS_REQUEST && heard.some((event) => event.kind === "version");
}

function readHost(bytes: Uint8Array): Outcome {
  const reader = new FrameReader("host");
  const events: Words[] = [];
  const faults: Words[] = [];
  const writes: string[] = [];
  reader.push(bytes);
  for (let found = reader.next(); found !== FRAME_NONE; found = reader.next()) {
    const packet = found === FRAME_FAULT ? reader.fault : decodeHostFrame(reader);
    if (typeof packet === "string") {
      const isFraming = found === FRAME_FAULT;
      faults.push({ kind: packet, count: isFraming ? reader.faultCount : 1, command: isFraming ? null : reader.command });
      continue;
    }
    events.push(hostWords(packet));
    writes.push(hexOf(encodeHostFrame(packet)));
  }
  return { events, faults, writes };
}

/** What differs from `expect`, or null. Expected events must come in their order; more events and more fields may. */
export function differenceOf(vector: Vector, outcome: Outcome): string | null {
  const expected: readonly Expected[] = vector.direction === "host->pen" ? [vector.expect] : vector.expect;
  let at = 0;
  for (const each of expected) {
    if (typeof each === "string") continue;
    const found = outcome.events.findIndex((event, i) => i >= at && holds(event, each));
    if (found === -1) return `no event ${JSON.stringify(each)} in ${JSON.stringify(outcome.events.slice(at))}`;
    at = found + 1;
  }
  if (vector.direction === "pen->host") return null;
  const written = outcome.writes.join("");
  return written === hexOf(vector.bytes) ? null : `encoded again it is ${written}`;
}

/** Does `actual` hold all that `expected` says? Lists must be of one length. */
function holds(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) {
    return Array.isArray(actual) && actual.length === expected.length && expected.every((each, i) => holds(actual[i], each));
  }
  if (typeof expected !== "object" || expected === null) return Object.is(actual, expected);
  if (typeof actual !== "object" || actual === null) return false;
  return Object.entries(expected).every(([name, value]) => holds((actual as Record<string, unknown>)[name], value));
}
