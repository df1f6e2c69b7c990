import type { AnswerValue, BoardItem, BoardStudent, CellState } from "@penlight/proto";

/** Below this many judged answers a share is shown with its interval. STAT: Wilson 95 %. */
export const INTERVAL_BELOW_JUDGED = 30;
/** An item is called missed when even the upper end of the interval of its right share lies below this. */
const MISSED_BELOW_SHARE = 0.5;

/** Share of right answers among those judged; null when none was. */
export function rightShare(item: Pick<BoardItem, "right" | "judged">): number | null {
  return item.judged === 0 ? null : item.right / item.judged;
}

/** True only when the interval excludes the threshold, so that two wrong answers do not paint an item red. */
export function isMissed(item: BoardItem): boolean {
  return item.judged > 0 && item.wilson[1] < MISSED_BELOW_SHARE;
}

/** @example formatInterval([0.253, 0.532]) // "[25–53]" (per cent) */
export function formatInterval(interval: readonly [number, number]): string {
  return `[${Math.round(interval[0] * 100)}–${Math.round(interval[1] * 100)}]`;
}

export interface ClassTotals {
  readonly right: number;
  readonly judged: number;
  /** Cells of the board. */
  readonly cells: number;
  readonly finished: number;
}

export function classTotals(items: readonly BoardItem[], students: readonly BoardStudent[]): ClassTotals {
  const sum = (pick: (item: BoardItem) => number) => items.reduce((total, item) => total + pick(item), 0);
  return {
    right: sum((item) => item.right),
    judged: sum((item) => item.judged),
    cells: items.length * students.length,
    finished: items.length === 0 ? 0 : students.filter((student) => student.done >= items.length).length,
  };
}

/** Students of an item in each state, in the order of the legend. */
export function stateCounts(item: BoardItem): readonly (readonly [CellState, number])[] {
  return [
    ["right", item.right],
    ["partial", item.partial],
    ["wrong", item.wrong],
    ["unsure", item.unsure],
    ["writing", item.writing],
    ["withdrawn", item.withdrawn],
    ["blank", item.blank],
    ["not-started", item.notStarted],
    ["no-signal", item.noSignal],
  ];
}

/** What is drawn in a cell of each state; pattern and colour are the style sheet's. */
export const GLYPHS: Readonly<Record<CellState, string>> = {
  right: "✓",
  partial: "◐",
  wrong: "✗",
  unsure: "?",
  writing: "…",
  withdrawn: "⊘",
  blank: "–",
  "not-started": "·",
  "no-signal": "⌁",
};

export interface AnswerWords {
  readonly trueFalse: { readonly true: string; readonly false: string };
  readonly listSeparator: string;
}

/** An answer as a person reads it; `labelOf` gives what is printed at an option. Null: nothing was written. */
export function formatAnswer(answer: AnswerValue, words: AnswerWords, labelOf: (option: string) => string): string | null {
  if (answer === null) return null;
  if (typeof answer === "boolean") return answer ? words.trueFalse.true : words.trueFalse.false;
  if (typeof answer === "string") return labelOf(answer);
  return answer.length === 0 ? null : answer.map(labelOf).join(words.listSeparator);
}
