import type { ItemId, StudentId, Worksheet } from "@penlight/proto";
import { useApp } from "../state/app.ts";
import { formatAnswer, GLYPHS } from "./figures.ts";

/** One student in one item. Reads its own signal only: no other cell is drawn when this one changes. */
export function Cell({ student, item, column }: { student: StudentId; item: ItemId; column: number }) {
  const app = useApp();
  const text = app.text.value;
  const cell = app.board.cell(student, item).value;
  const state = cell?.state ?? "not-started";
  const answer = formatAnswer(cell?.answer ?? null, text, (option) => optionLabel(app.board.worksheet.peek(), item, option));
  const label = answer === null ? text.state[state] : `${text.state[state]}${text.listSeparator}${text.answered(answer)}`;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the board moves one tab stop among its cells (roving tabindex)
    <div
      role="gridcell"
      class="cell"
      tabindex={-1}
      aria-colindex={column + 2}
      aria-label={label}
      title={label}
      data-student={student}
      data-item={item}
      data-state={state}
    >
      <span aria-hidden="true">{GLYPHS[state]}</span>
    </div>
  );
}

/** What is printed at an option's box, else the option's id. */
export function optionLabel(worksheet: Worksheet | null, item: ItemId, option: string): string {
  const found = worksheet?.items.find((each) => each.id === item)?.options.find((each) => each.id === option);
  const box = found === undefined ? undefined : worksheet?.boxes.find((each) => each.id === found.box);
  return box?.label ?? option;
}
