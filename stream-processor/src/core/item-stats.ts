import { type AnswerValue, CELL_STATES, type CellState, type Item, type ItemStats } from "@penlight/proto";
import { chosenOptions } from "./answer.ts";
import { POINTS_PER_UNIT } from "./score.ts";
import { wilson } from "./statistics/wilson.ts";

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
  readonly #options: Map<string, number>;
  #milliPoints = 0;

  constructor(item: Item) {
    this.#item = item;
    this.#options = new Map(item.options.map((option) => [option.id, 0]));
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
    for (const option of chosenOptions(cell.answer)) this.#options.set(option, (this.#options.get(option) ?? 0) + by);
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
      options: [...this.#options].map(([option, count]) => ({ option, count })),
    };
  }
}
