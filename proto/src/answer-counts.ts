import type { AnswerValue } from "./cell.ts";
import { type Item, optionsOf } from "./worksheet.ts";

/** Of free answers (numbers, letters) so many are told, the most common ones. STAT-5. */
export const ANSWERS_TOLD_MAX = 8;

export interface AnswerCount {
  /** An option's id; for `true-false` "true" or "false"; a number or letters as written. */
  readonly option: string;
  readonly count: number;
}

/** What an answer is counted under. */
export function countedAnswers(value: AnswerValue): readonly string[] {
  if (value === null) return [];
  if (typeof value === "object") return value;
  return [String(value)];
}

/** Counts as they are told: every option in its order, or the most common answers. STAT-1, STAT-5. */
export function toldCounts(item: Item, counts: ReadonlyMap<string, number>): AnswerCount[] {
  const options = optionsOf(item);
  if (options.length > 0) return options.map(({ id }) => ({ option: id, count: counts.get(id) ?? 0 }));
  const found = [...counts].filter(([, count]) => count > 0).map(([option, count]) => ({ option, count }));
  return found.sort((a, b) => b.count - a.count || (a.option < b.option ? -1 : 1)).slice(0, ANSWERS_TOLD_MAX);
}
