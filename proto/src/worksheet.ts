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
  readonly box: BoxId;
  readonly text?: LocalText;
}

/** `all-or-nothing`: full points for exactly the key. `per-option`: see SCORE rules in SPEC.md. */
export type PartialCredit = "all-or-nothing" | "per-option" | "half-if-subset";

export type Item =
  | (ItemBase & { readonly kind: "choice"; readonly options: readonly Option[]; readonly key: string })
  | (ItemBase & {
      readonly kind: "choices";
      readonly options: readonly Option[];
      readonly key: readonly string[];
      readonly partialCredit: PartialCredit;
    })
  /** Options are exactly two, with the ids "true" and "false". */
  | (ItemBase & { readonly kind: "true-false"; readonly options: readonly Option[]; readonly key: boolean });
export type ItemKind = Item["kind"];
