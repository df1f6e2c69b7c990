import { readFileSync } from "node:fs";
import path from "node:path";
import type { AnswerValue, Board } from "@penlight/proto";

/** A line of `<data>/simulation/truth.jsonl`: what a simulated pupil meant. */
interface Intention {
  readonly student: string;
  readonly item: string;
  readonly answer: AnswerValue;
  readonly atMs: number;
  readonly final: boolean;
}

/** The last intention of each student and item, key `student/item`. */
export function finalAnswers(data: string): Map<string, AnswerValue> {
  const lines = readFileSync(path.join(data, "simulation", "truth.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const final = new Map<string, AnswerValue>();
  for (const line of lines) {
    const intention = JSON.parse(line) as Intention;
    if (intention.final) final.set(`${intention.student}/${intention.item}`, intention.answer);
  }
  return final;
}

/**
 * Cells of the board that differ from what the pupils meant. The key is in the board's items; partial credit is not
 * reckoned here: a `choices` cell that is neither all right nor all wrong may be partial or wrong.
 */
export function differencesFromTruth(board: Board, truth: ReadonlyMap<string, AnswerValue>): string[] {
  const keys = new Map(board.items.map((item) => [item.item as string, item.key]));
  const differences: string[] = [];
  for (const cell of board.cells) {
    const id = `${cell.student}/${cell.item}`;
    const meant = truth.get(id);
    const key = keys.get(cell.item) ?? null;
    if (meant === undefined) differences.push(`${id}: no truth`);
    else if (meant === null) {
      if (!["blank", "withdrawn"].includes(cell.state) || cell.answer !== null)
        differences.push(`${id}: ${cell.state} ${JSON.stringify(cell.answer)}, meant nothing`);
    } else if (JSON.stringify(cell.answer) !== JSON.stringify(meant)) {
      differences.push(`${id}: ${cell.state} ${JSON.stringify(cell.answer)}, meant ${JSON.stringify(meant)}`);
    } else {
      const right = JSON.stringify(meant) === JSON.stringify(key);
      if ((cell.state === "right") !== right)
        differences.push(`${id}: ${cell.state} though ${JSON.stringify(meant)} and the key is ${JSON.stringify(key)}`);
      if (!right && !["wrong", "partial"].includes(cell.state))
        differences.push(`${id}: ${cell.state}, meant ${JSON.stringify(meant)}`);
    }
  }
  if (board.cells.length !== truth.size) differences.push(`${board.cells.length} cells, ${truth.size} in the truth`);
  return differences;
}
