import {
  type AnswerValue,
  type BoxId,
  type ChoiceItem,
  type ChoicesItem,
  type Item,
  isWritten,
  type LettersItem,
  type NumberItem,
  optionsOf,
  type Random,
  type StudentId,
  type TrueFalseItem,
} from "@penlight/proto";
import { drawHand, type Hand } from "./hand.ts";
import { MARK_STYLES, type MarkStyle } from "./marks.ts";
import { DrawnScript, type Script } from "./script.ts";
import { drawSetting, type Setting } from "./writing.ts";
import { wrongNumbersOf, wrongWordsOf } from "./wrong-answers.ts";

/** What somebody means by the marks of one item: option ids, sorted; empty: nothing. */
export type Choice = readonly string[];

/** How hard an item is for this class, and which wrong answers tempt it. The same for every pupil. */
export interface ItemModel {
  /** On the scale of {@link PupilModel.ability} (a Rasch model with slope). */
  readonly difficulty: number;
  readonly key: Choice;
  /** Wrong answers with their weights; one or two of them are popular. */
  readonly wrong: readonly { readonly choice: Choice; readonly weight: number }[];
}

const LEVEL_DIFFICULTY: Readonly<Record<Item["cognitiveLevel"], number>> = {
  remember: -1.1,
  understand: -0.6,
  apply: 0,
  analyse: 0.5,
  evaluate: 0.8,
  create: 1,
};

export function itemModelOf(item: Item, random: Random): ItemModel {
  const key = keyOf(item);
  const wrong = wrongChoicesOf(item, key).map((choice) => ({ choice, weight: (-Math.log(1 - random.unit())) ** 1.8 + 0.02 }));
  return { difficulty: LEVEL_DIFFICULTY[item.cognitiveLevel] + random.normal(0, 0.6), key, wrong };
}

/** What is answered by marks in printed boxes. */
export type MarkedItem = (ChoiceItem | ChoicesItem | TrueFalseItem) & { readonly box?: never };

export function isMarked(item: Item): item is MarkedItem {
  return "options" in item && item.box === undefined;
}

/** What is answered in writing: a letter in a bracket, T or F, a tick or a cross, a number, letters. */
export type WrittenItem = ((ChoiceItem | ChoicesItem | TrueFalseItem) & { readonly box: BoxId }) | NumberItem | LettersItem;

export function isWrittenAnswer(item: Item): item is WrittenItem {
  return isWritten(item) && item.kind !== "open";
}

/** Everything that has an answer. */
export type AnsweredItem = MarkedItem | WrittenItem;

export function isAnswered(item: Item): item is AnsweredItem {
  return isMarked(item) || isWrittenAnswer(item);
}

function keyOf(item: Item): Choice {
  switch (item.kind) {
    case "choice":
      return [item.key];
    case "choices":
      return [...item.key].sort();
    case "true-false":
      return [item.key ? "true" : "false"];
    case "number":
      return [item.key.value];
    case "letters":
      return item.key.slice(0, 1);
    case "open":
    case "help":
    case "submit":
      return [];
  }
}

function wrongChoicesOf(item: Item, key: Choice): Choice[] {
  if (item.kind === "number") return wrongNumbersOf(item.key.value).map((text) => [text]);
  if (item.kind === "letters") return wrongWordsOf(key[0] ?? "", item.alphabet).map((text) => [text]);
  const ids = optionsOf(item).map((option) => option.id);
  const others = ids.filter((id) => !key.includes(id));
  if (item.kind !== "choices") return others.map((id) => [id]);
  const missing = key.filter(() => key.length > 1).map((left) => key.filter((id) => id !== left));
  const extra = others.map((id) => [...key, id].sort());
  const swapped = key.flatMap((left) => others.map((id) => [...key.filter((each) => each !== left), id].sort()));
  return [...missing, ...extra, ...swapped];
}

/** One pupil: able or not, quick or slow, careful or not. */
export interface PupilModel {
  readonly student: StudentId;
  readonly ability: number;
  /** Factor on the time an item is expected to take; above 1 is slow. */
  readonly slowness: number;
  /** Lesson time at which the pupil begins, ms. */
  readonly startMs: number;
  /** Chance to leave out an item that looks too hard. */
  readonly givesUp: number;
  readonly hand: Hand;
  readonly style: MarkStyle;
  readonly setting: Setting;
  readonly scribbles: number;
  readonly rests: number;
  readonly changesMind: number;
}

const STYLE_WEIGHTS: Readonly<Record<MarkStyle, number>> = { tick: 0.5, cross: 0.14, circle: 0.18, fill: 0.18 };

/** @param script how this pupil writes; default: as drawn from the seed. */
export function pupilModelOf(student: StudentId, random: Random, script?: Script): PupilModel {
  const hand = drawHand(random.fork("hand"));
  const written = script ?? new DrawnScript(random.fork("script"));
  return {
    student,
    ability: random.normal(0.35, 1),
    slowness: Math.min(1.45, Math.max(0.7, Math.exp(random.normal(0.02, 0.2)))),
    startMs: Math.round(1500 + random.between(0, 9000) + (random.chance(0.12) ? random.between(10_000, 40_000) : 0)),
    givesUp: random.unit() ** 3 * 0.3,
    hand,
    style: drawStyle(random),
    setting: drawSetting(written, hand.overshoot, random.fork("setting")),
    scribbles: random.unit() ** 2 * 0.3,
    rests: random.between(0.01, 0.1),
    changesMind: random.between(0.02, 0.1),
  };
}

export function drawStyle(random: Random): MarkStyle {
  let draw = random.unit();
  for (const style of MARK_STYLES) {
    draw -= STYLE_WEIGHTS[style];
    if (draw < 0) return style;
  }
  return "tick";
}

/** Chance that this pupil gets this item right: Rasch with slope 1.3 and a small floor. */
export function chanceOfRight(pupil: PupilModel, item: ItemModel): number {
  return 0.04 + 0.94 / (1 + Math.exp(-1.3 * (pupil.ability - item.difficulty)));
}

/** What the pupil would answer now; never one of `not` (boxes that were struck out cannot be used again). */
export function drawChoice(pupil: PupilModel, item: ItemModel, random: Random, not: ReadonlySet<string>): Choice {
  const right = random.chance(chanceOfRight(pupil, item));
  const open = (choice: Choice) => !choice.some((id) => not.has(id));
  if (right && open(item.key)) return item.key;
  const wrong = item.wrong.filter((each) => open(each.choice));
  let draw = random.unit() * wrong.reduce((sum, each) => sum + each.weight, 0);
  for (const each of wrong) {
    draw -= each.weight;
    if (draw < 0) return each.choice;
  }
  return open(item.key) ? item.key : [];
}

/** A choice in the form of the board's cells. */
export function answerOf(item: AnsweredItem, choice: Choice): AnswerValue {
  if (choice.length === 0) return null;
  switch (item.kind) {
    case "choice":
      return choice[0] ?? null;
    case "choices":
      return [...choice].sort();
    case "true-false":
      return choice[0] === "true";
    case "number":
    case "letters":
      return choice.join("");
  }
}
