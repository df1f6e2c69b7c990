import type { AnswerValue, Item } from "@penlight/proto";

/** Points are whole thousandths, so that sums do not depend on the order of adding. SCORE-5. */
export const POINTS_PER_UNIT = 1000;

export interface Score {
  /** Whole thousandths of a point. */
  readonly milliPoints: number;
  readonly state: "right" | "partial" | "wrong";
}

/** What an answer is worth. SCORE-1 to SCORE-5. */
export function scoreOf(item: Item, value: AnswerValue): Score {
  const share = item.kind === "choices" ? choicesShare(item, value) : value !== null && value === item.key ? 1 : 0;
  const state = share === 1 ? "right" : share === 0 ? "wrong" : "partial";
  return { milliPoints: Math.round(share * item.points * POINTS_PER_UNIT), state };
}

function choicesShare(item: Extract<Item, { kind: "choices" }>, value: AnswerValue): number {
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
