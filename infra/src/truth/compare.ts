import { finalTruth } from "@penlight/pen-gateway/simulator";
import type { AnswerValue, CellState } from "@penlight/proto";

/** A cell, of a board or of history. */
export interface ShownCell {
  readonly student: string;
  readonly item: string;
  readonly state: CellState;
  readonly answer: AnswerValue;
  /** What the recogniser made of it, sure or not. */
  readonly insight?: { readonly guess: string } | null | undefined;
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
  /** Of these, where the recogniser's guess is what was meant. */
  readonly guessed: number;
  readonly wrong: readonly WrongCell[];
}

/** `no-signal`: nothing was written, and the pen was away at the end. */
const NOTHING: ReadonlySet<CellState> = new Set(["blank", "withdrawn", "no-signal"]);

/** Holds cells against what the simulated pupils meant last (truth.jsonl). A cell that is not there shows nothing. */
export function compareWithTruth(cells: Iterable<ShownCell>, truthLines: Iterable<string>): TruthReport {
  const shown = new Map([...cells].map((cell) => [`${cell.student}/${cell.item}`, cell]));
  const truth = finalTruth(truthLines);
  const wrong: WrongCell[] = [];
  let [unsure, guessed] = [0, 0];
  for (const [id, { student, item, answer: meant }] of truth) {
    const cell = shown.get(id) ?? { student, item, state: "not-started", answer: null };
    if (cell.state === "unsure") {
      unsure++;
      if (cell.insight?.guess === textOf(meant)) guessed++;
    } else if (!isAsMeant(cell, meant)) wrong.push({ cell, meant });
  }
  return { cells: truth.size, equal: truth.size - unsure - wrong.length, unsure, guessed, wrong };
}

function textOf(meant: AnswerValue): string {
  return Array.isArray(meant) ? meant.join("") : String(meant);
}

function isAsMeant({ state, answer }: ShownCell, meant: AnswerValue): boolean {
  return meant === null ? NOTHING.has(state) && answer === null : JSON.stringify(answer) === JSON.stringify(meant);
}

/** Wrong cells that are named. */
const NAMED_MAX = 20;

export function truthText({ cells, equal, unsure, guessed, wrong }: TruthReport): string {
  const share = (part: number) => `${part} (${((100 * part) / Math.max(1, cells)).toFixed(1)} %)`;
  const named = wrong
    .slice(0, NAMED_MAX)
    .map(
      ({ cell, meant }) =>
        `  ${cell.student}/${cell.item} is ${cell.state} ${JSON.stringify(cell.answer)}, meant ${JSON.stringify(meant)}`,
    );
  const more = wrong.length > NAMED_MAX ? [`  and ${wrong.length - NAMED_MAX} more`] : [];
  const sum = `${cells} cells against what the pupils meant: ${share(equal)} equal, ${share(unsure)} unsure (${guessed} of them guessed right), ${share(wrong.length)} wrong`;
  return [...named, ...more, sum].join("\n");
}
