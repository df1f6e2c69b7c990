import {
  DOT_FORCE,
  DOT_STRIDE,
  DOT_TILT_X,
  DOT_TILT_Y,
  DOT_TIME,
  DOT_TWIST,
  DOT_X,
  DOT_Y,
  MM_PER_CENTIUNIT,
  type Random,
} from "@penlight/proto";

/** How a pupil moves a pen. Drawn once from the seed; every stroke of the pupil has it. */
export interface Hand {
  /** Time between two camera samples, ms: 8 (120 Hz) to 12 (80 Hz). */
  readonly dtMs: number;
  readonly speedMmPerS: number;
  /** Size of the tremor, mm. */
  readonly jitterMm: number;
  /** How far marks leave their box, 0 (never) to 1. */
  readonly overshoot: number;
  /** Force of a firm stroke, device units. */
  readonly force: number;
  readonly tiltX: number;
  readonly tiltY: number;
  readonly twist: number;
}

export function drawHand(random: Random): Hand {
  return {
    dtMs: random.integer(8, 12),
    speedMmPerS: random.between(45, 95),
    jitterMm: random.between(0.03, 0.14),
    overshoot: random.unit() ** 2,
    force: random.between(280, 640),
    tiltX: random.integer(50, 110),
    tiltY: random.integer(70, 130),
    twist: random.integer(0, 359),
  };
}

/** One piece of a movement: a quadratic curve in page millimetres. */
export interface Curve {
  readonly fromX: number;
  readonly fromY: number;
  readonly viaX: number;
  readonly viaY: number;
  readonly toX: number;
  readonly toY: number;
}

/** A movement that is thought out: the hand adds its tremor and its pace. */
export interface DrawnMovement {
  readonly curves: readonly Curve[];
  /** The curves flow into each other (a circle); otherwise the pen slows down where they meet (a corner). */
  readonly flowing: boolean;
  /** Factor on the hand's speed. */
  readonly pace: number;
}

/** A movement that somebody made: places at equal times, mm. */
export interface RecordedMovement {
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly dtMs: number;
}

/** One pen-down. */
export type Movement = DrawnMovement | RecordedMovement;

/** The movement at another place and in another size: x and y are scaled, then shifted. */
export function moved(
  movement: Movement,
  { xMm, yMm, scale }: { readonly xMm: number; readonly yMm: number; readonly scale: number },
): Movement {
  const x = (value: number) => xMm + value * scale;
  const y = (value: number) => yMm + value * scale;
  if ("points" in movement) return { ...movement, points: movement.points.map((point) => [x(point[0]), y(point[1])]) };
  const curves = movement.curves.map((curve) => ({
    fromX: x(curve.fromX),
    fromY: y(curve.fromY),
    viaX: x(curve.viaX),
    viaY: y(curve.viaY),
    toX: x(curve.toX),
    toY: y(curve.toY),
  }));
  return { ...movement, curves };
}

const MAX_FORCE = 852;
const DOTS_MAX = 4096;
const scratch = new Int32Array(DOTS_MAX * DOT_STRIDE);
const PRESS_MS = 35;
const LIFT_MS = 30;

interface Origin {
  readonly x: number;
  readonly y: number;
}

/**
 * Samples a movement as a pen's camera does: DOT_STRIDE numbers a dot, times from pen-down, places in hundredths of an
 * Ncode unit. `origin` is the page's `originMm`.
 */
export function trace(movement: Movement, hand: Hand, origin: Origin, random: Random): Int32Array {
  return "points" in movement ? retrace(movement, hand, origin, random) : draw(movement, hand, origin, random);
}

function draw(movement: DrawnMovement, hand: Hand, origin: Origin, random: Random): Int32Array {
  const { curves, flowing } = movement;
  const msPerMm = 1000 / (hand.speedMmPerS * movement.pace * random.between(0.85, 1.18));
  const durations = curves.map((curve) => Math.max(hand.dtMs * 1.5, lengthOf(curve) * msPerMm));
  const totalMs = durations.reduce((sum, each) => sum + each, 0);
  const sampler = new Sampler(hand, origin, random, totalMs);
  let index = 0;
  let curveStartMs = 0;
  let timeMs = 0;
  while (sampler.count < DOTS_MAX) {
    timeMs += sampler.nextDt();
    while (index < curves.length && timeMs > curveStartMs + (durations[index] as number)) {
      curveStartMs += durations[index] as number;
      index++;
    }
    const curve = curves[index];
    if (curve === undefined) break;
    const linear = (timeMs - curveStartMs) / (durations[index] as number);
    const along = flowing ? linear : 0.45 * linear + 0.55 * minimumJerk(linear);
    const back = 1 - along;
    const x = back * back * curve.fromX + 2 * back * along * curve.viaX + along * along * curve.toX;
    const y = back * back * curve.fromY + 2 * back * along * curve.viaY + along * along * curve.toY;
    sampler.push(timeMs, x, y);
  }
  if (sampler.count === 0) sampler.push(timeMs, (curves[0] as Curve).fromX, (curves[0] as Curve).fromY);
  return sampler.take();
}

/** Follows the points as they were made, at the pen's own sampling, without a tremor on top of theirs. */
function retrace({ points, dtMs }: RecordedMovement, hand: Hand, origin: Origin, random: Random): Int32Array {
  const totalMs = (points.length - 1) * dtMs;
  const sampler = new Sampler({ ...hand, jitterMm: 0 }, origin, random, totalMs);
  let timeMs = sampler.nextDt();
  const firstMs = timeMs;
  do {
    const at = Math.min(points.length - 1, (timeMs - firstMs) / dtMs);
    const from = points[Math.floor(at)] as readonly [number, number];
    const to = points[Math.ceil(at)] as readonly [number, number];
    const part = at - Math.floor(at);
    sampler.push(timeMs, from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1]));
    timeMs += sampler.nextDt();
  } while (timeMs - firstMs < totalMs + hand.dtMs && sampler.count < DOTS_MAX);
  return sampler.take();
}

/** A pen that rests on the paper: dots that stay in place, drifting a little. */
export function rest(x: number, y: number, durationMs: number, hand: Hand, origin: Origin, random: Random): Int32Array {
  const still: Hand = { ...hand, jitterMm: 0.02, force: hand.force * 0.55 };
  const sampler = new Sampler(still, origin, random, durationMs);
  let driftX = 0;
  let driftY = 0;
  for (let timeMs = sampler.nextDt(); timeMs < durationMs && sampler.count < DOTS_MAX; timeMs += sampler.nextDt()) {
    driftX = clamp(driftX + random.between(-0.006, 0.006), -0.12, 0.12);
    driftY = clamp(driftY + random.between(-0.006, 0.006), -0.12, 0.12);
    sampler.push(timeMs, x + driftX, y + driftY);
  }
  return sampler.take();
}

/** Adds what a hand and a camera add to an ideal path: tremor, pressure, slowly turning tilt and twist, whole numbers. */
class Sampler {
  count = 0;
  readonly #hand: Hand;
  readonly #origin: Origin;
  readonly #random: Random;
  readonly #totalMs: number;
  #tremorX = 0;
  #tremorY = 0;
  #firmness = 1;
  #tiltX: number;
  #tiltY: number;
  #twist: number;

  constructor(hand: Hand, origin: Origin, random: Random, totalMs: number) {
    this.#hand = hand;
    this.#origin = origin;
    this.#random = random;
    this.#totalMs = totalMs;
    this.#tiltX = hand.tiltX + random.between(-4, 4);
    this.#tiltY = hand.tiltY + random.between(-4, 4);
    this.#twist = hand.twist + random.between(-6, 6);
  }

  nextDt(): number {
    const draw = this.#random.unit();
    const dt = this.#hand.dtMs + (draw < 0.12 ? -1 : draw > 0.88 ? 1 : 0);
    return Math.min(12, Math.max(8, dt));
  }

  push(timeMs: number, x: number, y: number): void {
    const random = this.#random;
    const hand = this.#hand;
    this.#tremorX = 0.8 * this.#tremorX + hand.jitterMm * random.between(-0.6, 0.6);
    this.#tremorY = 0.8 * this.#tremorY + hand.jitterMm * random.between(-0.6, 0.6);
    this.#firmness = clamp(this.#firmness + random.between(-0.03, 0.03), 0.75, 1.2);
    this.#tiltX = clamp(this.#tiltX + random.between(-0.5, 0.5), 10, 170);
    this.#tiltY = clamp(this.#tiltY + random.between(-0.5, 0.5), 10, 170);
    this.#twist += random.between(-0.6, 0.6);
    const press = Math.min(1, 0.25 + (0.75 * timeMs) / PRESS_MS, 0.2 + (0.8 * Math.max(0, this.#totalMs - timeMs)) / LIFT_MS);
    const at = this.count++ * DOT_STRIDE;
    scratch[at + DOT_TIME] = timeMs;
    scratch[at + DOT_X] = Math.max(0, Math.round((x + this.#tremorX + this.#origin.x) / MM_PER_CENTIUNIT));
    scratch[at + DOT_Y] = Math.max(0, Math.round((y + this.#tremorY + this.#origin.y) / MM_PER_CENTIUNIT));
    scratch[at + DOT_FORCE] = Math.round(clamp(hand.force * press * this.#firmness, 8, MAX_FORCE));
    scratch[at + DOT_TILT_X] = Math.round(this.#tiltX);
    scratch[at + DOT_TILT_Y] = Math.round(this.#tiltY);
    scratch[at + DOT_TWIST] = ((Math.round(this.#twist) % 360) + 360) % 360;
  }

  take(): Int32Array {
    return scratch.slice(0, this.count * DOT_STRIDE);
  }
}

/** Position along a movement from rest to rest, 0..1 (Flash and Hogan 1985): 10 t^3 - 15 t^4 + 6 t^5. */
function minimumJerk(t: number): number {
  return t * t * t * (10 + t * (6 * t - 15));
}

/** Length of a quadratic curve, by the mean of chord and control polygon: exact enough to time a movement. */
function lengthOf(curve: Curve): number {
  const chord = Math.hypot(curve.toX - curve.fromX, curve.toY - curve.fromY);
  const legs =
    Math.hypot(curve.viaX - curve.fromX, curve.viaY - curve.fromY) + Math.hypot(curve.toX - curve.viaX, curve.toY - curve.viaY);
  return (chord + legs) / 2;
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
