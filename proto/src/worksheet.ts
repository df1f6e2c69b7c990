import type { AnswerValue } from "./cell.ts";
import type { BoxId, ItemId, PageAddress, WorksheetId } from "./ids.ts";

/** Text in the two languages of the product. */
export interface LocalText {
  readonly zh: string;
  readonly en: string;
}

/** A worksheet document; its published JSON Schema is `proto/schema/worksheet.schema.json`. */
export interface Worksheet {
  readonly id: WorksheetId;
  /** Raised with every edit; an assignment keeps the version that it was given with. */
  readonly version: number;
  readonly title: LocalText;
  readonly subject?: LocalText;
  readonly pages: readonly WorksheetPage[];
  readonly boxes: readonly Box[];
  readonly items: readonly Item[];
}

export interface WorksheetPage {
  readonly address: PageAddress;
  readonly widthMm: number;
  readonly heightMm: number;
  /** Where the sheet's top-left corner lies in pen coordinates (mm): page mm = pen units x 2.370667 - origin. */
  readonly originMm: { readonly x: number; readonly y: number };
}

/** A printed answer area. Rectangle in mm from the top-left corner of the sheet. */
export interface Box {
  readonly id: BoxId;
  /** Index into `pages`. */
  readonly page: number;
  readonly xMm: number;
  readonly yMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
  /** Printed beside the box, e.g. "A". */
  readonly label?: string;
}

interface ItemBase {
  readonly id: ItemId;
  /** What the class calls it, e.g. "7". */
  readonly number: string;
  readonly stem: LocalText;
  /** Where the stem is printed: top-left corner in mm on the page of the item's first box. */
  readonly stemMm: { readonly x: number; readonly y: number };
  readonly points: number;
  readonly knowledgePoints: readonly string[];
  readonly cognitiveLevel: "remember" | "understand" | "apply" | "analyse" | "evaluate" | "create";
  readonly expectedSeconds: number;
  readonly source?: string;
}

export interface Option {
  readonly id: string;
  /** Absent where the letter is written into the item's own box: then the id is a capital letter, or `true`, `false`. */
  readonly box?: BoxId;
  readonly text?: LocalText;
}

/** `all-or-nothing`: full points for exactly the key. `per-option`: see SCORE rules in SPEC.md. */
export type PartialCredit = "all-or-nothing" | "per-option" | "half-if-subset";

/** Either each option has a printed box to mark, or the item has one box to write in (the bracket of Chinese worksheets). */
interface OptionItem extends ItemBase {
  readonly options: readonly Option[];
  readonly box?: BoxId;
}

export interface ChoiceItem extends OptionItem {
  readonly kind: "choice";
  readonly key: string;
}

export interface ChoicesItem extends OptionItem {
  readonly kind: "choices";
  readonly key: readonly string[];
  readonly partialCredit: PartialCredit;
}

/** Options are exactly two, with the ids "true" and "false". Written: a tick or T, a cross or F. */
export interface TrueFalseItem extends OptionItem {
  readonly kind: "true-false";
  readonly key: boolean;
}

/** How a number can be written: `3`, `0.5`, `1/2`, `2 1/3`. */
export const NUMBER_FORMS = ["integer", "decimal", "fraction", "mixed"] as const;
export type NumberForm = (typeof NUMBER_FORMS)[number];

/** Numbers are texts, so that they are exact. SCORE-6. */
export interface NumberKey {
  /** @example "-3", "0.5", "1/2", "2 1/3" */
  readonly value: string;
  /** Largest accepted distance from `value`; absent: none. */
  readonly tolerance?: string;
  /** Absent: all. */
  readonly forms?: readonly NumberForm[];
  /** A fraction must be in its lowest terms. */
  readonly lowestTerms?: boolean;
}

export interface NumberItem extends ItemBase {
  readonly kind: "number";
  readonly box: BoxId;
  readonly key: NumberKey;
  /** Printed behind the box, or expected to be written behind the number. */
  readonly unit?: string;
  /** What is written behind the number is not read. */
  readonly ignoreUnit?: boolean;
  /** What the right value in a form that the key does not accept is worth; absent: nothing. */
  readonly partialCredit?: "half-if-other-form";
}

/** What letters are expected. */
export type LetterRange = "A-D" | "A-H" | "A-Z" | "a-z";

export interface LettersItem extends ItemBase {
  readonly kind: "letters";
  readonly box: BoxId;
  readonly alphabet: LetterRange;
  /** So many letters can be written, 1 when absent: one letter alone is read better than letters beside each other. */
  readonly lettersMax?: number;
  /** Every accepted answer. @example ["B"], ["ACE", "ACF"] */
  readonly key: readonly string[];
}

export interface RubricLine {
  readonly points: number;
  readonly text: LocalText;
}

/** Free writing or drawing, which the teacher gives points for. */
export interface OpenItem extends ItemBase {
  readonly kind: "open";
  readonly box: BoxId;
  readonly rubric?: readonly RubricLine[];
}

/** A box to tick: raise a hand, hand in. Worth nothing, counted nowhere. */
export interface SignalItem extends ItemBase {
  readonly kind: "help" | "submit";
  readonly box: BoxId;
}

export type Item = ChoiceItem | ChoicesItem | TrueFalseItem | NumberItem | LettersItem | OpenItem | SignalItem;
export type ItemKind = Item["kind"];
export const ITEM_KINDS = [
  "choice",
  "choices",
  "true-false",
  "number",
  "letters",
  "open",
  "help",
  "submit",
] as const satisfies readonly ItemKind[];

/** Empty for kinds without options. */
export function optionsOf(item: Item): readonly Option[] {
  return "options" in item ? item.options : [];
}

/** The box of an item that is one box, printed or to write in; null: its options have the boxes. */
export function ownBoxOf(item: Item): BoxId | null {
  return item.box ?? null;
}

/** Every box of an item: those of its options in their order, or its own. */
export function boxIdsOf(item: Item): readonly BoxId[] {
  if (item.box !== undefined) return [item.box];
  return optionsOf(item).flatMap((option) => option.box ?? []);
}

/** Whether answers are read as writing, not as marks in printed boxes. */
export function isWritten(item: Item): boolean {
  return item.box !== undefined && !isSignal(item);
}

/** Whether an item is a sign to the teacher and no question. */
export function isSignal(item: Item): item is SignalItem {
  return item.kind === "help" || item.kind === "submit";
}

/** The key as an answer is shown; null: the item has none. Of several accepted answers the first. */
export function keyAnswerOf(item: Item): AnswerValue {
  switch (item.kind) {
    case "choice":
    case "choices":
    case "true-false":
      return item.key;
    case "number":
      return item.key.value;
    case "letters":
      return item.key[0] ?? null;
    case "open":
    case "help":
    case "submit":
      return null;
  }
}
