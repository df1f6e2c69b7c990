import type { AnswerValue, ItemId, PageAddress } from "@penlight/proto";

/** Lesson time: ms since the lesson began. A stroke as the hand made it, before any pen or radio. */
export interface PlannedStroke {
  readonly page: PageAddress;
  readonly downMs: number;
  readonly upMs: number;
  /** DOT_STRIDE numbers a dot, times from pen-down; the first is above 0. */
  readonly dots: Int32Array;
}

/** What a pupil does, in order of time. */
export type PupilAct =
  | { readonly kind: "stroke"; readonly stroke: PlannedStroke }
  /** What the pupil means, from the moment its ink is complete. `final`: the last one for this item. */
  | {
      readonly kind: "intention";
      readonly atMs: number;
      readonly item: ItemId;
      readonly answer: AnswerValue;
      readonly final: boolean;
    }
  /** The pen is out of the radio's reach. */
  | { readonly kind: "away"; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: "hand-in"; readonly atMs: number };

/** When a pen's link is gone, lesson time. */
export interface Away {
  readonly fromMs: number;
  readonly toMs: number;
}
