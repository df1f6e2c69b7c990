import type { Random } from "@penlight/proto";
import type { WrittenStroke } from "@penlight/stream-processor/writing";
import type { Sample } from "./samples.ts";

/** Ink on a page, mm: x, y, x, y, ... one list a stroke. */
export type Ink = readonly WrittenStroke[];

export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function frameOf(ink: Ink): Frame {
  let [left, top, right, bottom] = [1e9, 1e9, -1e9, -1e9];
  for (const { points } of ink) {
    for (let at = 0; at < points.length; at += 2) {
      left = Math.min(left, points[at] as number);
      right = Math.max(right, points[at] as number);
      top = Math.min(top, points[at + 1] as number);
      bottom = Math.max(bottom, points[at + 1] as number);
    }
  }
  return { left, top, right, bottom };
}

/** Stretched and moved so that its frame is this one. */
export function fitted(ink: Ink, to: Frame): Ink {
  const from = frameOf(ink);
  const scaleX = (to.right - to.left) / Math.max(0.01, from.right - from.left);
  const scaleY = (to.bottom - to.top) / Math.max(0.01, from.bottom - from.top);
  return ink.map(({ points }) => ({
    points: points.map((value, at) =>
      at % 2 === 0 ? to.left + (value - from.left) * scaleX : to.top + (value - from.top) * scaleY,
    ),
  }));
}

/** As wide as the frame, with its own proportions, its middle in the frame's middle. */
export function fittedWidth(ink: Ink, to: Frame): Ink {
  const from = frameOf(ink);
  const scale = (to.right - to.left) / Math.max(0.01, from.right - from.left);
  const half = (scale * (from.bottom - from.top)) / 2;
  const middle = (to.top + to.bottom) / 2;
  return fitted(ink, { ...to, top: middle - half - 0.01, bottom: middle + half + 0.01 });
}

export function shifted(ink: Ink, dx: number, dy: number): Ink {
  return ink.map(({ points }) => ({ points: points.map((value, at) => value + (at % 2 === 0 ? dx : dy)) }));
}

/** The hand of one writer of a collection: what is written beside each other on a line. */
export class Hand {
  readonly #byLabel = new Map<string, Sample[]>();
  readonly #random: Random;

  constructor(samples: readonly Sample[], random: Random) {
    for (const sample of samples) {
      const list = this.#byLabel.get(sample.label) ?? [];
      list.push(sample);
      this.#byLabel.set(sample.label, list);
    }
    this.#random = random;
  }

  has(text: string): boolean {
    return [...text].every((label) => this.#byLabel.has(label));
  }

  /** A symbol as high as `heightMm` (as the writer's own symbols differ), standing on the line. */
  symbol(label: string, x: number, baseY: number, heightMm: number): Ink {
    const sample = this.#random.pick(this.#byLabel.get(label) ?? []);
    const from = frameOf(sample.strokes);
    const scale = heightMm / Math.max(0.5, Math.max(from.bottom - from.top, 0.6 * (from.right - from.left)));
    return sample.strokes.map(({ points }) => ({
      points: points.map((value, at) =>
        at % 2 === 0 ? x + (value - from.left) * scale : baseY + (value - from.bottom) * scale,
      ),
    }));
  }

  /** Symbols in the order of their text. */
  line(text: string, x: number, baseY: number, heightMm: number): Ink[] {
    const gap = this.#random.between(0.12, 0.35) * heightMm;
    let at = x;
    return [...text].map((label) => {
      const own = heightMm * this.#random.between(0.92, 1.08);
      const ink = this.symbol(label, at, baseY + this.#random.normal(0, 0.04 * heightMm), own);
      at = frameOf(ink).right + gap;
      return ink;
    });
  }
}
