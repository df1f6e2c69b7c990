import type { AnswerValue, Random } from "@penlight/proto";
import { type Frame, fitted, fittedWidth, frameOf, type Hand, type Ink, shifted } from "./editing-hand.ts";

export const EDITS = [
  "plain",
  "line",
  "double-line",
  "scribble",
  "wave",
  "overwritten",
  "inserted-above",
  "withdrawn",
  "mark",
  "tick-to-cross",
  "circle-moved",
  "over-border",
  "beside-box",
] as const;
export type Edit = (typeof EDITS)[number];

/** Item of the measuring worksheet that a trial is written in. */
export type Target = "number" | "mark" | "choice";

export interface Trial {
  readonly edit: Edit;
  readonly target: Target;
  readonly ink: Ink;
  /** What was meant; null: nothing (any more). */
  readonly answer: AnswerValue;
}

/** Real strokes of others that strike out, and marks. */
export interface Pens {
  readonly lines: readonly Ink[];
  readonly scribbles: readonly Ink[];
  readonly waves: readonly Ink[];
  readonly ticks: readonly Ink[];
  readonly crosses: readonly Ink[];
  readonly circles: readonly Ink[];
  readonly falling: readonly Ink[];
}

export interface Desk {
  readonly hand: Hand;
  readonly pens: Pens;
  readonly random: Random;
  readonly boxes: { readonly number: Frame; readonly mark: Frame; readonly options: readonly Frame[] };
}

export function trialOf(edit: Edit, desk: Desk): Trial {
  const { random, boxes } = desk;
  if (edit === "mark" || edit === "tick-to-cross") return markTrial(edit, desk);
  if (edit === "circle-moved") {
    const [from, to] = random.chance(0.5) ? [0, 1] : [2, 0];
    const rings = [from, to].map((at) => ringAround(boxes.options[at as number] as Frame, desk));
    return { edit, target: "choice", ink: rings.flat(), answer: "ABC"[to as number] as string };
  }
  return { edit, target: "number", ...numberTrial(edit, desk) };
}

function numberOfDigits(digits: number, random: Random): string {
  return Array.from({ length: digits }, (_, at) => String(random.integer(at === 0 && digits > 1 ? 1 : 0, 9))).join("");
}

function numberTrial(edit: Edit, desk: Desk): { readonly ink: Ink; readonly answer: AnswerValue } {
  const { hand, pens, random, boxes } = desk;
  const box = boxes.number;
  const height = random.between(5.5, 8.5);
  const base = (box.top + box.bottom + height) / 2 + random.normal(0, 0.5);
  const first = numberOfDigits(random.integer(1, 3), random);
  const next = numberOfDigits(random.integer(1, 3), random);
  const written = hand.line(first, box.left + 1.5 + random.between(0, 1.5), base, height);
  const ink = written.flat();
  const frame = frameOf(ink);
  const beside = () => hand.line(next, frame.right + 0.45 * height, base, height).flat();
  const line = () => struck(random.pick(pens.lines), frame, random);
  switch (edit) {
    case "line":
      return { ink: [...ink, ...line(), ...beside()], answer: next };
    case "double-line":
      return { ink: [...ink, ...line(), ...shifted(line(), 0, random.between(0.8, 1.6)), ...beside()], answer: next };
    case "scribble":
      return { ink: [...ink, ...fitted(random.pick(pens.scribbles), grown(frame, 0.5, random)), ...beside()], answer: next };
    case "wave": {
      const middle = (frame.top + frame.bottom) / 2;
      const half = random.between(0.12, 0.25) * height;
      const place = { ...grown(frame, 1, random), top: middle - half, bottom: middle + half };
      return { ink: [...ink, ...fitted(random.pick(pens.waves), place), ...beside()], answer: next };
    }
    case "withdrawn": {
      const out = random.chance(0.5) ? line() : fitted(random.pick(pens.scribbles), grown(frame, 0.5, random));
      return { ink: [...ink, ...out], answer: null };
    }
    case "overwritten": {
      const at = random.integer(0, written.length - 1);
      const old = frameOf(written[at] as Ink);
      const digit = String((Number(first[at]) + random.integer(1, 9)) % 10);
      const over = hand.symbol(digit, old.left, base, height * random.between(1, 1.15));
      const own = frameOf(over);
      const centred = shifted(over, (old.left + old.right - own.left - own.right) / 2 + random.normal(0, 0.3), 0);
      return { ink: [...ink, ...centred], answer: first.slice(0, at) + digit + first.slice(at + 1) };
    }
    case "inserted-above": {
      const above = hand.line(next, frame.left, frame.top - 0.8, height * random.between(0.6, 0.9)).flat();
      return { ink: [...ink, ...line(), ...above], answer: next };
    }
    case "over-border": {
      const down = random.between(0.2, 0.45) * height * (random.chance(0.5) ? 1 : -1);
      const edge = down > 0 ? box.bottom - frame.bottom : box.top - frame.top;
      return { ink: shifted(ink, 0, edge + down), answer: first };
    }
    case "beside-box": {
      const gap = random.between(0.3, 2.5);
      return { ink: shifted(ink, 0, box.bottom + gap - frame.top), answer: first };
    }
    default:
      return { ink, answer: first };
  }
}

function struck(line: Ink, over: Frame, random: Random): Ink {
  const beyond = random.between(0.6, 2.5);
  const middle = (over.top + over.bottom) / 2 + random.normal(0, 0.08 * (over.bottom - over.top));
  return fittedWidth(line, { left: over.left - beyond, right: over.right + beyond, top: middle, bottom: middle });
}

function grown({ left, top, right, bottom }: Frame, mm: number, random: Random): Frame {
  const by = () => mm * random.between(0.2, 1.5);
  return { left: left - by(), top: top - by(), right: right + by(), bottom: bottom + by() };
}

function markTrial(edit: Edit, { pens, random, boxes }: Desk): Trial {
  const box = boxes.mark;
  const size = random.between(5.5, 8.5);
  const left = (box.left + box.right - size) / 2 + random.normal(0, 0.6);
  const top = (box.top + box.bottom - size) / 2 + random.normal(0, 0.6);
  const place = { left, top, right: left + size, bottom: top + size };
  const isTick = edit === "tick-to-cross" || random.chance(0.5);
  const ink = fitted(random.pick(isTick ? pens.ticks : pens.crosses), place);
  if (edit === "mark") return { edit, target: "mark", ink, answer: isTick };
  // A stroke from upper left to lower right, across the long arm of the tick.
  const across = { left: left + 0.3 * size, right: left + 0.95 * size, top: top + 0.12 * size, bottom: top + 0.8 * size };
  return { edit, target: "mark", ink: [...ink, ...fitted(random.pick(pens.falling), across)], answer: false };
}

function ringAround(box: Frame, { pens, random }: Desk): Ink {
  return fitted(random.pick(pens.circles), grown(box, random.between(-0.5, 1), random));
}
