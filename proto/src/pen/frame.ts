import type { PenFaultKind } from "./faults.ts";

/** `C0 <escaped: command [error] length payload> C1`; C0, C1 and 7D inside travel as 7D and the byte XOR 0x20. PEN-3. */
export const FRAME_START = 0xc0;
export const FRAME_END = 0xc1;
export const FRAME_ESCAPE = 0x7d;
export const FRAME_ESCAPE_XOR = 0x20;

/** Longest frame, unescaped, without delimiters; beyond it the reader drops what it has. */
export const FRAME_BYTES_MAX = 32 * 1024;

export type Side = "pen" | "host";

/** Pen: every response (0x80 up). Host: only the two acknowledgements of the pen's own requests. */
export function hasErrorByte(from: Side, command: number): boolean {
  return from === "pen" ? command >= 0x80 : command === 0xa4 || command === 0xb2;
}

/** What {@link FrameReader.next} found. */
export const FRAME_NONE = 0;
export const FRAME_READY = 1;
export const FRAME_FAULT = 2;

/**
 * Finds frames in a stream of bytes that may be cut anywhere. Never throws, allocates nothing per byte or frame, holds at
 * most FRAME_BYTES_MAX. Delimiters are tested before the escape state, so one lost byte costs at most one frame. PEN-3.
 *
 * Give it bytes with `push`, then call `next` until FRAME_NONE; what it found is in the public fields until the next call.
 */
export class FrameReader {
  readonly #from: Side;
  /** Unescaped bytes of the current frame; payload is [payloadStart, payloadEnd) of it. */
  body: Uint8Array = new Uint8Array(256);
  command = 0;
  /** Error byte of a frame that has one, else 0. */
  error = 0;
  /** False: a response cut after its error byte. */
  hasPayload = true;
  payloadStart = 0;
  payloadEnd = 0;
  /** More bytes than the length field said (fault `long`). */
  excess = 0;
  fault: PenFaultKind = "garbage";
  /** Bytes for `garbage`, else 1. */
  faultCount = 0;

  #input: Uint8Array = new Uint8Array(0);
  #at = 0;
  #inFrame = false;
  #escape = 0;
  #length = 0;

  constructor(from: Side) {
    this.#from = from;
  }

  /** Forgets a partial frame: the link was lost. */
  reset(): void {
    this.#inFrame = false;
    this.#escape = 0;
    this.#length = 0;
    this.#at = this.#input.length;
  }

  /** The bytes are read by `next`, not copied: leave them alone until it says FRAME_NONE. */
  push(bytes: Uint8Array): void {
    this.#input = bytes;
    this.#at = 0;
  }

  next(): typeof FRAME_NONE | typeof FRAME_READY | typeof FRAME_FAULT {
    const input = this.#input;
    const end = input.length;
    let at = this.#at;
    if (!this.#inFrame) {
      if (at >= end) return FRAME_NONE;
      if (input[at] !== FRAME_START) return this.#skip();
      at++;
      this.#inFrame = true;
      this.#length = 0;
      this.#escape = 0;
    }
    let body = this.body;
    let length = this.#length;
    let pending = this.#escape;
    while (at < end) {
      const byte = input[at++] as number;
      if (byte === FRAME_START || byte === FRAME_END) {
        this.#at = at;
        this.#length = length;
        this.#escape = pending;
        return byte === FRAME_END ? this.#finish() : this.#restart();
      }
      if (byte === FRAME_ESCAPE && pending === 0) {
        pending = FRAME_ESCAPE_XOR;
        continue;
      }
      if (length === body.length) {
        if (length === FRAME_BYTES_MAX) {
          this.#at = at;
          return this.#overflow();
        }
        body = this.#grow();
      }
      body[length++] = byte ^ pending;
      pending = 0;
    }
    this.#at = at;
    this.#length = length;
    this.#escape = pending;
    return FRAME_NONE;
  }

  #skip(): typeof FRAME_FAULT {
    const input = this.#input;
    let at = this.#at;
    if (input[at] === FRAME_END) {
      this.#at = at + 1;
      return this.#found("stray-end", 1);
    }
    const first = at;
    while (at < input.length && input[at] !== FRAME_START && input[at] !== FRAME_END) at++;
    this.#at = at;
    return this.#found("garbage", at - first);
  }

  #restart(): typeof FRAME_FAULT {
    this.#length = 0;
    this.#escape = 0;
    return this.#found("resync", 1);
  }

  #overflow(): typeof FRAME_FAULT {
    this.#inFrame = false;
    return this.#found("oversize", 1);
  }

  #found(fault: PenFaultKind, count: number): typeof FRAME_FAULT {
    this.fault = fault;
    this.faultCount = count;
    return FRAME_FAULT;
  }

  #grow(): Uint8Array {
    const wider = new Uint8Array(Math.min(this.body.length * 4, FRAME_BYTES_MAX));
    wider.set(this.body);
    this.body = wider;
    return wider;
  }

  #finish(): typeof FRAME_READY | typeof FRAME_FAULT {
    this.#inFrame = false;
    const { body } = this;
    const length = this.#length;
    this.command = length > 0 ? (body[0] as number) : 0;
    if (this.#escape !== 0) return this.#found("broken-escape", 1);
    const withError = length > 0 && hasErrorByte(this.#from, this.command);
    const start = withError ? 4 : 3;
    this.error = withError && length > 1 ? (body[1] as number) : 0;
    this.excess = 0;
    this.payloadStart = start;
    this.payloadEnd = start;
    this.hasPayload = length >= start;
    if (length < start) return withError && length === 2 && this.error !== 0 ? FRAME_READY : this.#found("runt", 1);
    const declared = (body[start - 2] as number) | ((body[start - 1] as number) << 8);
    if (length - start < declared) return this.#found("short", 1);
    this.payloadEnd = start + declared;
    this.excess = length - start - declared;
    return FRAME_READY;
  }
}

/** The frame's bytes as they travel. `error` is null for a frame without an error byte. */
export function encodeFrame(command: number, error: number | null, payload: Uint8Array): Uint8Array {
  const head = error === null ? 3 : 4;
  const body = new Uint8Array(head + payload.length);
  body[0] = command;
  if (error !== null) body[1] = error;
  body[head - 2] = payload.length & 0xff;
  body[head - 1] = payload.length >> 8;
  body.set(payload, head);
  return escapeBody(body);
}

function escapeBody(body: Uint8Array): Uint8Array {
  let escapes = 0;
  for (const byte of body) if (byte === FRAME_START || byte === FRAME_END || byte === FRAME_ESCAPE) escapes++;
  const frame = new Uint8Array(body.length + escapes + 2);
  frame[0] = FRAME_START;
  let at = 1;
  for (const byte of body) {
    if (byte === FRAME_START || byte === FRAME_END || byte === FRAME_ESCAPE) {
      frame[at++] = FRAME_ESCAPE;
      frame[at++] = byte ^ FRAME_ESCAPE_XOR;
    } else frame[at++] = byte;
  }
  frame[at] = FRAME_END;
  return frame;
}

/** Cuts a frame into writes of at most `mtu` - 3 bytes, in order; frames are never interleaved. PEN-7. */
export function cutFrame(frame: Uint8Array, mtu: number): Uint8Array[] {
  const size = Math.max(1, mtu - 3);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < frame.length; at += size) pieces.push(frame.subarray(at, at + size));
  return pieces;
}
