import { ByteWriter } from "./bytes.ts";

/**
 * Dots in memory: one Int32Array, `DOT_STRIDE` numbers a dot. Units: time in ms since the stroke's pen-down; x and y in
 * hundredths of an Ncode unit (see MM_PER_CENTIUNIT); force in device units; tilt in degrees 0-180 (90 upright);
 * twist in degrees 0-359.
 */
export const DOT_STRIDE = 7;
export const DOT_TIME = 0;
export const DOT_X = 1;
export const DOT_Y = 2;
export const DOT_FORCE = 3;
export const DOT_TILT_X = 4;
export const DOT_TILT_Y = 5;
export const DOT_TWIST = 6;

const writer = new ByteWriter(8192);

/** Packs `count` dots from `first` on: for each dot the seven zigzag varint differences to the dot before it, the first against zero. EVT-5. */
export function packDots(dots: Int32Array, first = 0, count = dots.length / DOT_STRIDE - first): Uint8Array {
  let time = 0;
  let x = 0;
  let y = 0;
  let force = 0;
  let tiltX = 0;
  let tiltY = 0;
  let twist = 0;
  const end = (first + count) * DOT_STRIDE;
  for (let at = first * DOT_STRIDE; at < end; at += DOT_STRIDE) {
    const t = dots[at] as number;
    const dotX = dots[at + DOT_X] as number;
    const dotY = dots[at + DOT_Y] as number;
    const f = dots[at + DOT_FORCE] as number;
    const tx = dots[at + DOT_TILT_X] as number;
    const ty = dots[at + DOT_TILT_Y] as number;
    const w = dots[at + DOT_TWIST] as number;
    writer.zigzag(t - time);
    writer.zigzag(dotX - x);
    writer.zigzag(dotY - y);
    writer.zigzag(f - force);
    writer.zigzag(tx - tiltX);
    writer.zigzag(ty - tiltY);
    writer.zigzag(w - twist);
    time = t;
    x = dotX;
    y = dotY;
    force = f;
    tiltX = tx;
    tiltY = ty;
    twist = w;
  }
  return writer.take();
}

/** The reverse of {@link packDots}; null when the bytes are not exactly `count` dots. */
export function unpackDots(bytes: Uint8Array, count: number): Int32Array | null {
  if (bytes.length < count * DOT_STRIDE) return null;
  const dots = new Int32Array(count * DOT_STRIDE);
  return unpackDotsInto(bytes, count, dots, 0) ? dots : null;
}

/**
 * The same into room that is there already: `target` from dot `first` on, which must hold `count` more dots. False, with
 * rubbish in that room, when the bytes are not exactly `count` dots.
 */
export function unpackDotsInto(bytes: Uint8Array, count: number, target: Int32Array, first: number): boolean {
  const start = first * DOT_STRIDE;
  const second = start + DOT_STRIDE;
  const end = start + count * DOT_STRIDE;
  if (bytes.length < count * DOT_STRIDE || target.length < end) return false;
  let at = 0;
  for (let i = start; i < end; i++) {
    let value = 0;
    let shift = 0;
    let byte: number;
    do {
      if (at >= bytes.length || shift > 28) return false;
      byte = bytes[at++] as number;
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte > 0x7f);
    const delta = (value >>> 1) ^ -(value & 1);
    target[i] = i < second ? delta : (target[i - DOT_STRIDE] as number) + delta;
  }
  return at === bytes.length;
}
