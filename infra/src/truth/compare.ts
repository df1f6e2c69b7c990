import { finalTruth } from "@penlight/pen-gateway/simulator";
import type { AnswerValue, CellState } from "@penlight/proto";

/** A cell, of a board or of history. */
export interface ShownCell {
  readonly student: string;
  readonly item: string;
  readonly state: CellState;
  readonly answer: AnswerValue;
}

/** A cell that says something else than the pupil meant. */
export interface WrongCell {
  readonly cell: ShownCell;
  readonly meant: AnswerValue;
}

/** What became of the intentions of a class. */
export interface TruthReport {
  readonly cells: number;
  /** Shown as they were meant. */
  readonly equal: number;
  /** Wait for the teacher. */
  readonly unsure: number;
  readonly wrong: readonly WrongCell[];
}

const NOTHING: ReadonlySet<CellState> = new Set(["blank", "withdrawn"]);

/** Holds cells against what the simulated pupils meant last (truth.jsonl). A cell that is not there shows nothing. */
export function compareWithTruth(cells: Iterable<ShownCell>, truthLines: Iterable<string>): TruthReport {
  const shown = new Map([...cells].map((cell) => [`${cell.student}/${cell.item}`, cell]));
  const truth = finalTruth(truthLines);
  const wrong: WrongCell[] = [];
  let unsure = 0;
  for (const [id, { student, item, answer: meant }] of truth) {
    const cell = shown.get(id) ?? { student, item, state: "not-started", answer: null };
    if (cell.state === "unsure") unsure++;
    else if (!isAsMeant(cell, meant)) wrong.push({ cell, meant });
  }
  return { cells: truth.size, equal: truth.size - unsure - wrong.length, unsure, wrong };
}

function isAsMeant({ state, answer }: ShownCell, meant: AnswerValue): boolean {
  return meant === null ? NOTHING.has(state) && answer === null : JSON.stringify(answer) === JSON.stringify(meant);
}

/** Wrong cells that are named. */
const NAMED_MAX = 20;

export function truthText({ cells, equal, unsure, wrong }: TruthReport): string {
  const share = (part: number) => `${part} (${((100 * part) / Math.max(1, cells)).toFixed(1)} %)`;
  const named = wrong
    .slice(0, NAMED_MAX)
    .map(
      ({ cell, meant }) =>
        `  ${cell.student}/${cell.item} is ${cell.state} ${JSON.stringify(cell.answer)}, meant ${JSON.stringify(meant)}`,
    );
  const more = wrong.length > NAMED_MAX ? [`  and ${wrong.length - NAMED_MAX} more`] : [];
  const sum = `${cells} cells against what the pupils meant: ${share(equal)} equal, ${share(unsure)} unsure, ${share(wrong.length)} wrong`;
  return [...named, ...more, sum].join("\n");
}
