// biome-ignore-all lint/a11y/useSemanticElements: part of the grid in board.tsx
import type { ItemId, StudentId } from "@penlight/proto";
import { useApp } from "../state/app.ts";
import { formatAnswer, GLYPHS } from "./figures.ts";
import { labelOf } from "./option-labels.ts";

/** One student in one item. Reads its own signal only: no other cell is drawn when this one changes. */
export function Cell({ student, item, column }: { student: StudentId; item: ItemId; column: number }) {
  const app = useApp();
  const text = app.text.value;
  const cell = app.board.cell(student, item).value;
  const state = cell?.state ?? "not-started";
  const answer = formatAnswer(cell?.answer ?? null, text, (option) => labelOf(app.optionLabels.value, item, option));
  const label = answer === null ? text.state[state] : `${text.state[state]}${text.listSeparator}${text.answered(answer)}`;
  return (
    <div
      role="gridcell"
      class="cell"
      tabIndex={-1}
      aria-colindex={column + 2}
      aria-label={label}
      data-student={student}
      data-item={item}
      data-state={state}
    >
      <span aria-hidden="true">{GLYPHS[state]}</span>
    </div>
  );
}
