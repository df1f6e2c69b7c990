import { DOT_FORCE, DOT_TILT_X, DOT_TILT_Y, DOT_TWIST, DOT_X, DOT_Y, Slab } from "@penlight/proto";
import { FRAME_END, FRAME_ESCAPE, FRAME_ESCAPE_XOR, FRAME_START } from "@penlight/proto/pen";

const COMMAND_COUNTED = 0x6c;
const COMMAND_LEGACY = 0x65;
const body = new Uint8Array(17);
/** Every byte of it escaped. */
const frames = new Slab();
const frame = new Uint8Array(2 * body.length + 2);

/**
 * The frame of one dot, as `encodePenFrame` gives it for `dot` or `legacyDot` (a test holds the two against each other),
 * without an object a dot: a class sends 50,000 of them a second. `at` is the dot's first number in `dots`; `count` is
 * the event counter, null for the legacy family.
 */
export function encodeDotFrame(dots: Int32Array, at: number, dtMs: number, count: number | null): Uint8Array {
  let length = 0;
  body[length++] = count === null ? COMMAND_LEGACY : COMMAND_COUNTED;
  body[length++] = count === null ? 13 : 14;
  body[length++] = 0;
  if (count !== null) body[length++] = count;
  const x = dots[at + DOT_X] as number;
  const y = dots[at + DOT_Y] as number;
  const force = dots[at + DOT_FORCE] as number;
  const twist = dots[at + DOT_TWIST] as number;
  const unitsX = (x / 100) | 0;
  const unitsY = (y / 100) | 0;
  body[length++] = dtMs;
  body[length++] = force;
  body[length++] = force >> 8;
  body[length++] = unitsX;
  body[length++] = unitsX >> 8;
  body[length++] = unitsY;
  body[length++] = unitsY >> 8;
  body[length++] = x - unitsX * 100;
  body[length++] = y - unitsY * 100;
  body[length++] = dots[at + DOT_TILT_X] as number;
  body[length++] = dots[at + DOT_TILT_Y] as number;
  body[length++] = twist;
  body[length++] = twist >> 8;
  return escaped(length);
}

function escaped(length: number): Uint8Array {
  let to = 0;
  frame[to++] = FRAME_START;
  for (let i = 0; i < length; i++) {
    const byte = body[i] as number;
    if (isSpecial(byte)) {
      frame[to++] = FRAME_ESCAPE;
      frame[to++] = byte ^ FRAME_ESCAPE_XOR;
    } else frame[to++] = byte;
  }
  frame[to++] = FRAME_END;
  return frames.cutBytes(frame, 0, to);
}

function isSpecial(byte: number): boolean {
  return byte === FRAME_START || byte === FRAME_END || byte === FRAME_ESCAPE;
}
