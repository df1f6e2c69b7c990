import type { Insight, Item } from "@penlight/proto";
import type { AnswerReading } from "./answer.ts";
import type { InkReader } from "./ink-reader.ts";
import { lengthWithin } from "./recognize/box-geometry.ts";
import { type EditedInk, type EditStep, InkEdits, isDot } from "./recognize/editing/ink-edits.ts";
import type { BoxStroke } from "./recognize/read-boxes.ts";
import type { StrokeShape } from "./recognize/shape.ts";
import { readWriting, WRITING_RECOGNIZER } from "./recognize/writing/read-writing.ts";
import type { Alphabet, WritingReading } from "./recognize/writing/writing.ts";
import { BOX_MARGIN_MM, BOX_SHARE_MIN, type PlacedBox } from "./worksheet-map.ts";
import { answerIn } from "./written-answer.ts";

/** More strokes than this in one written box are not read: the teacher sees them. ANS-92. */
export const WRITTEN_STROKES_MAX = 64;
/** Places, from the end, where a unit behind a number may begin. ANS-93. */
export const UNIT_CUTS_MAX = 4;

interface Found {
  readonly reading: AnswerReading;
  readonly insight: Insight | null;
  readonly steps: readonly EditStep[];
}

const TOO_MUCH: Found = { reading: { kind: "unsure" }, insight: null, steps: [] };

/** Reads what is written into one box. */
export class WritingReader implements InkReader {
  readonly recognizer = WRITING_RECOGNIZER;
  readonly #item: Item;
  readonly #box: PlacedBox | undefined;
  readonly #alphabet: Alphabet;
  readonly #edits: InkEdits;
  #count = 0;
  #found: Found | null = null;

  constructor(item: Item, box: PlacedBox | undefined, alphabet: Alphabet) {
    this.#item = item;
    this.#box = box;
    this.#alphabet = alphabet;
    this.#edits = new InkEdits((strokes) => this.#sureText(strokes), alphabet === "true-false");
  }

  read({ shape }: BoxStroke): void {
    this.#found = null;
    this.#count++;
    if (this.#count <= WRITTEN_STROKES_MAX) this.#edits.add(shape, isOutside(shape, this.#box));
  }

  get reading(): AnswerReading {
    return this.#result.reading;
  }

  get insight(): Insight | null {
    return this.#result.insight;
  }

  get steps(): readonly EditStep[] {
    return this.#result.steps;
  }

  get live(): readonly StrokeShape[] {
    return this.#count > WRITTEN_STROKES_MAX ? [] : this.#edits.edited.live;
  }

  get #result(): Found {
    this.#found ??= this.#count > WRITTEN_STROKES_MAX ? TOO_MUCH : this.#judge(this.#edits.edited);
    return this.#found;
  }

  #judge({ live, isStruck, isDoubtful, steps }: EditedInk): Found {
    if (live.length === 0) return { reading: { kind: isStruck ? "withdrawn" : "none" }, insight: null, steps };
    const { text, verdict, confidence, second } = this.#readInk(live);
    const insight = { alphabet: this.#alphabet, guess: text, confidence, runnerUp: second?.text ?? "" };
    const value = verdict === "sure" && !isDoubtful ? answerIn(this.#item, text) : null;
    return { reading: value === null ? { kind: "unsure" } : { kind: "answer", value }, insight, steps };
  }

  #sureText(strokes: readonly StrokeShape[]): string | null {
    const { verdict, text } = this.#readInk(strokes);
    return verdict === "sure" && answerIn(this.#item, text) !== null ? text : null;
  }

  #readInk(strokes: readonly StrokeShape[]): WritingReading {
    const whole = readWriting(strokes, this.#alphabet);
    const mayHaveUnit = this.#item.kind === "number" && this.#item.ignoreUnit === true && whole.verdict !== "sure";
    return (mayHaveUnit ? readBeforeUnit(strokes) : null) ?? whole;
  }
}

/** Whether a stroke lies beside its box, not in it by the measure of every other box. ANS-10, ANS-88. */
function isOutside(shape: StrokeShape, box: PlacedBox | undefined): boolean {
  if (box === undefined) return false;
  const { left, top, right, bottom } = box;
  const near = {
    left: left - BOX_MARGIN_MM,
    top: top - BOX_MARGIN_MM,
    right: right + BOX_MARGIN_MM,
    bottom: bottom + BOX_MARGIN_MM,
  };
  if (shape.lengthMm === 0) {
    return shape.left < near.left || shape.right > near.right || shape.top < near.top || shape.bottom > near.bottom;
  }
  return lengthWithin(shape, near) < BOX_SHARE_MIN * shape.lengthMm;
}

/** The number before something that is certainly none; null: nothing looks like a unit. ANS-93. */
function readBeforeUnit(strokes: readonly StrokeShape[]): WritingReading | null {
  const ordered = [...strokes].sort((a, b) => a.left - b.left);
  const cuts: number[] = [];
  let right = Number.NEGATIVE_INFINITY;
  ordered.forEach((each, at) => {
    if (at > 0 && each.left > right) cuts.push(at);
    right = Math.max(right, each.right);
  });
  for (const cut of cuts.reverse().slice(0, UNIT_CUTS_MAX)) {
    const behind = new Set(ordered.slice(cut));
    if ([...behind].every(isDot)) continue;
    const unit = readWriting(
      strokes.filter((each) => behind.has(each)),
      "number",
    );
    if (unit.verdict !== "not-a-symbol") continue;
    const number = readWriting(
      strokes.filter((each) => !behind.has(each)),
      "number",
    );
    if (number.verdict === "sure") return number;
  }
  return null;
}
