import { type AnswerValue, type ChoicesItem, compareNumber, type Item, type NumberItem } from "@penlight/proto";

/** Points are whole thousandths, so that sums do not depend on the order of adding. SCORE-5. */
export const POINTS_PER_UNIT = 1000;

export interface Score {
  /** Whole thousandths of a point. */
  readonly milliPoints: number;
  readonly state: "right" | "partial" | "wrong";
}

/** What an answer is worth, by the table of SCORE-1 to SCORE-10. */
export function scoreOf(item: Item, value: AnswerValue): Score {
  const share = shareOf(item, value);
  const state = share === 1 ? "right" : share === 0 ? "wrong" : "partial";
  return { milliPoints: Math.round(share * item.points * POINTS_PER_UNIT), state };
}

function shareOf(item: Item, value: AnswerValue): number {
  switch (item.kind) {
    case "choice":
    case "true-false":
      return value !== null && value === item.key ? 1 : 0;
    case "choices":
      return choicesShare(item, value);
    case "number":
      return typeof value === "string" ? numberShare(item, value) : 0;
    case "letters":
      return typeof value === "string" && item.key.includes(value) ? 1 : 0;
    case "open":
      return 0;
    case "help":
    case "submit":
      return value === true ? 1 : 0;
  }
}

function choicesShare(item: ChoicesItem, value: AnswerValue): number {
  const key = new Set(item.key);
  const chosen = new Set(Array.isArray(value) ? (value as readonly string[]) : []);
  let hits = 0;
  for (const option of chosen) if (key.has(option)) hits++;
  const falseAlarms = chosen.size - hits;
  if (falseAlarms === 0 && hits === key.size) return 1;
  switch (item.partialCredit) {
    case "all-or-nothing":
      return 0;
    case "per-option":
      return key.size === 0 ? 0 : Math.max(0, hits - falseAlarms) / key.size;
    case "half-if-subset":
      return hits > 0 && falseAlarms === 0 ? 0.5 : 0;
  }
}

/** Exact: a number is a fraction of whole numbers, never a float. SCORE-6, SCORE-7. */
function numberShare({ key, partialCredit }: NumberItem, text: string): number {
  const found = compareNumber(key, text);
  if (found === "other-form") return partialCredit === "half-if-other-form" ? 0.5 : 0;
  return found === "right" ? 1 : 0;
}
