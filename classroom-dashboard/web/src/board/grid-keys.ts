import type { ItemId, StudentId } from "@penlight/proto";
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { localNowMs } from "../live/browser-host.ts";
import { type App, useApp } from "../state/app.ts";
import { type BoardShape, type Place, placeAfter } from "./navigate.ts";

const STOPS = ".block-head .head, .block-body .name, .block-body .cell";

interface GridRef {
  readonly current: HTMLDivElement | null;
}

/**
 * Keyboard and pointer of the grid: one tab stop that the arrow keys move, Enter or a click opens. The tab stop is
 * written to the elements directly, so that moving it draws nothing.
 */
export function useGridKeys(grid: GridRef, shape: BoardShape) {
  const app = useApp();
  const stop = useRef<HTMLElement | null>(null);
  useEffect(() => {
    markOpen(grid.current, app);
    if (stop.current?.isConnected) return;
    moveStop(stop, grid.current?.querySelector<HTMLElement>(".block-body .name") ?? null);
  });
  useEffect(() => effect(() => markOpen(grid.current, app)), [grid, app]);
  const stopAt = (target: EventTarget | null) => (target instanceof HTMLElement ? target.closest<HTMLElement>(STOPS) : null);
  return {
    onFocusIn: (event: FocusEvent) => {
      const element = stopAt(event.target);
      if (element !== null) moveStop(stop, element);
      app.orders.touch(localNowMs());
    },
    // A tooltip for the one cell under the pointer, not a thousand in store.
    onPointerOver: (event: PointerEvent) => {
      const element = stopAt(event.target);
      if (element?.classList.contains("cell")) element.title = element.getAttribute("aria-label") ?? "";
    },
    onClick: (event: MouseEvent) => {
      const element = stopAt(event.target);
      // A click without coordinates comes from a screen reader or a key: take the focus along.
      if (element !== null) openAt(app, element, event.detail === 0);
    },
    onKeyDown: (event: KeyboardEvent) => {
      app.orders.touch(localNowMs());
      const element = stopAt(event.target);
      if (element === null || grid.current === null || event.altKey || event.metaKey) return;
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        openAt(app, element, true);
        return;
      }
      const place = placeAfter(event.key, event.ctrlKey, placeOf(element), shape);
      if (place === null) return;
      event.preventDefault();
      elementAt(grid.current, place)?.focus();
    },
  };
}

function moveStop(stop: { current: HTMLElement | null }, next: HTMLElement | null): void {
  if (next === null || stop.current === next) return;
  stop.current?.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  stop.current = next;
}

function openAt(app: App, element: HTMLElement, takeFocus: boolean): void {
  const student = element.dataset.student as StudentId | undefined;
  const item = element.dataset.item as ItemId | undefined;
  app.rememberOpener(element, takeFocus);
  if (student !== undefined) app.openStudent(student, item ?? null);
  else if (item !== undefined) app.openItem(item);
}

/** Shows on the board what the panel shows. */
function markOpen(grid: HTMLElement | null, app: App): void {
  const open = app.open.value;
  app.orders.students.value;
  app.orders.items.value;
  if (grid === null) return;
  for (const marked of grid.querySelectorAll("[data-open]")) marked.removeAttribute("data-open");
  if (open.kind === "item") mark(grid, `.head[data-item="${CSS.escape(open.item)}"]`);
  if (open.kind === "student") {
    const row = `[data-row="${CSS.escape(open.student)}"]`;
    mark(grid, `${row} .name`);
    if (open.item !== null) mark(grid, `${row} .cell[data-item="${CSS.escape(open.item)}"]`);
  }
}

function mark(grid: HTMLElement, selector: string): void {
  for (const element of grid.querySelectorAll(selector)) element.setAttribute("data-open", "yes");
}

function placeOf(element: HTMLElement): Place {
  const block = element.closest<HTMLElement>("[data-block]");
  const row = element.closest<HTMLElement>("[data-row]");
  const rows = block === null ? [] : [...block.querySelectorAll("[data-row]")];
  const line = element.closest("[role=row]");
  return {
    block: Number(block?.dataset.block ?? 0),
    row: row === null ? -1 : rows.indexOf(row),
    column: line === null ? -1 : [...line.children].indexOf(element) - 1,
  };
}

function elementAt(grid: HTMLElement, place: Place): HTMLElement | null {
  const block = grid.querySelector(`[data-block="${place.block}"]`);
  const row =
    place.row === -1 ? block?.querySelector(".block-head [role=row]") : block?.querySelectorAll("[data-row]")[place.row];
  const found = row?.children[place.column + 1];
  return found instanceof HTMLElement ? found : null;
}
