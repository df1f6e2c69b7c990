import {
  type AnswerValue,
  CELL_STATES,
  type CellState,
  countedAnswers,
  type Item,
  type ItemStats,
  toldCounts,
  wilson,
} from "@penlight/proto";
import { POINTS_PER_UNIT } from "./score.ts";

/** What of a cell the statistics count. */
export interface CountedCell {
  readonly state: CellState;
  readonly answer: AnswerValue;
  /** Whole thousandths; null while it is not judged. */
  readonly milliPoints: number | null;
}

export function isJudged(state: CellState): boolean {
  return state === "right" || state === "partial" || state === "wrong";
}

/** Statistics of one item over the class, kept by adding and taking away cells: no cell is ever looked at twice. STAT-1. */
export class ItemTally {
  readonly #item: Item;
  readonly #states = new Map<CellState, number>(CELL_STATES.map((state) => [state, 0]));
  /** What judged cells say, and how many of them. */
  readonly #answers = new Map<string, number>();
  #milliPoints = 0;

  constructor(item: Item) {
    this.#item = item;
  }

  add(cell: CountedCell): void {
    this.#count(cell, 1);
  }

  remove(cell: CountedCell): void {
    this.#count(cell, -1);
  }

  #count(cell: CountedCell, by: 1 | -1): void {
    this.#states.set(cell.state, this.#of(cell.state) + by);
    if (!isJudged(cell.state)) return;
    this.#milliPoints += by * (cell.milliPoints ?? 0);
    for (const answer of countedAnswers(cell.answer)) {
      const count = (this.#answers.get(answer) ?? 0) + by;
      if (count === 0) this.#answers.delete(answer);
      else this.#answers.set(answer, count);
    }
  }

  #of(state: CellState): number {
    return this.#states.get(state) ?? 0;
  }

  get stats(): ItemStats {
    const states = Object.fromEntries(this.#states) as Record<CellState, number>;
    const judged = states.right + states.partial + states.wrong;
    return {
      item: this.#item.id,
      states,
      judged,
      classSize: CELL_STATES.reduce((sum, state) => sum + states[state], 0),
      pointsSum: this.#milliPoints / POINTS_PER_UNIT,
      wilson: wilson(states.right, judged),
      options: toldCounts(this.#item, this.#answers),
    };
  }
}
