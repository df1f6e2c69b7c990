import type { AnswerValue, Item, Verdict } from "@penlight/proto";
import { POINTS_PER_UNIT, scoreOf } from "./score.ts";

/** What a cell is by a teacher's word. */
export interface Decided {
  readonly state: "right" | "partial" | "wrong";
  /** What counts as written. */
  readonly answer: AnswerValue;
  /** Whole thousandths of a point. */
  readonly milliPoints: number;
}

/** What a teacher's word makes of an item in which the machine read `answer`. ANS-60. */
export function decide(item: Item, verdict: Verdict, answer: AnswerValue): Decided {
  const fullPoints = Math.round(item.points * POINTS_PER_UNIT);
  switch (verdict.kind) {
    case "right":
      return { state: "right", answer, milliPoints: fullPoints };
    case "wrong":
      return { state: "wrong", answer, milliPoints: 0 };
    case "points": {
      const milliPoints = Math.min(fullPoints, Math.max(0, Math.round(verdict.points * POINTS_PER_UNIT)));
      return { state: milliPoints === fullPoints ? "right" : milliPoints === 0 ? "wrong" : "partial", answer, milliPoints };
    }
    case "answer":
      return { ...scoreOf(item, verdict.answer), answer: verdict.answer };
  }
}
