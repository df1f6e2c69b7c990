// biome-ignore-all lint/a11y/useSemanticElements: part of the grid in board.tsx
import type { BoardCell, ItemId, StudentId } from "@penlight/proto";
import { effect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { type App, useApp } from "../state/app.ts";
import { formatAnswer, GLYPHS } from "./figures.ts";
import { labelOf } from "./option-labels.ts";

/**
 * One student in one item. A change of its signal is written to its element and to nothing else: no component is
 * drawn again, so that a whole class of answers arriving at once is still one short piece of work.
 */
export function Cell({ student, item, column }: { student: StudentId; item: ItemId; column: number }) {
  const app = useApp();
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const cell = app.board.cell(student, item);
    return effect(() => write(element.current, cell.value, item, app));
  }, [app, student, item]);
  return (
    <div
      role="gridcell"
      class="cell"
      tabIndex={-1}
      ref={element}
      aria-colindex={column + 2}
      data-student={student}
      data-item={item}
    />
  );
}

function write(element: HTMLElement | null, cell: BoardCell | null, item: ItemId, app: App): void {
  if (element === null) return;
  const text = app.text.value;
  const labels = app.optionLabels.value;
  const state = cell?.state ?? "not-started";
  const answer = formatAnswer(cell?.answer ?? null, text, (option) => labelOf(labels, item, option));
  const isMarked = cell?.mark != null;
  const late = cell?.late;
  const words = [
    text.state[state],
    ...(answer === null ? [] : [text.answered(answer)]),
    ...(isMarked ? [app.markWords.value.marked] : []),
    ...(late === undefined ? [] : [text.late[late]]),
  ];
  element.setAttribute("aria-label", words.join(text.listSeparator));
  if (late === undefined) delete element.dataset.late;
  else element.dataset.late = late;
  if (isMarked) element.dataset.marked = "yes";
  else delete element.dataset.marked;
  if (element.dataset.state === state) return;
  element.dataset.state = state;
  // The text in it is changed, not replaced: less to lay out.
  if (element.firstChild instanceof Text) element.firstChild.data = GLYPHS[state];
  else element.textContent = GLYPHS[state];
}
