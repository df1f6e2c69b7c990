import { type ItemId, type PageKey, pageKeyOf, type StudentId } from "@penlight/proto";
import { signal } from "@preact/signals";
import { pageOfItem } from "../page/sheet-layout.ts";
import type { BoardSignals } from "./board-signals.ts";

/** What the side panel shows. `page` is an index into the worksheet's pages. */
export type Open =
  | { readonly kind: "summary" }
  | { readonly kind: "item"; readonly item: ItemId }
  | { readonly kind: "student"; readonly student: StudentId; readonly item: ItemId | null; readonly page: number };

/** The side panel: what is open, how large, and where the focus goes. */
export function createOpened(board: BoardSignals) {
  const open = signal<Open>({ kind: "summary" });
  const enlarged = signal(false);
  /** It was opened by keyboard: then the panel takes the focus. */
  const takesFocus = signal(false);
  let opener: HTMLElement | null = null;
  return {
    open,
    enlarged,
    takesFocus,
    openStudent: (student: StudentId, item: ItemId | null) => {
      open.value = { kind: "student", student, item, page: pageFor(board, student, item) };
    },
    openItem: (item: ItemId) => {
      open.value = { kind: "item", item };
    },
    showPage: (page: number) => {
      if (open.value.kind === "student") open.value = { ...open.value, page };
    },
    rememberOpener: (element: HTMLElement, byKeyboard: boolean) => {
      opener = element;
      takesFocus.value = byKeyboard;
    },
    /** The focus goes back to where the panel was opened; where that is gone, to the board. */
    close: () => {
      enlarged.value = false;
      open.value = { kind: "summary" };
      const board = document.querySelector<HTMLElement>('[role="grid"] [tabindex="0"]');
      (opener?.closest('[role="grid"]') ? opener : board)?.focus();
      opener = null;
    },
  };
}

/** The page an item is on; without an item the page being written on, else the first. */
function pageFor(board: BoardSignals, student: StudentId, item: ItemId | null): number {
  const worksheet = board.worksheet.peek();
  if (worksheet === null) return 0;
  const writing = board.itemIds.peek().find((each) => board.cell(student, each).peek()?.state === "writing");
  const shown = item ?? writing;
  return shown === undefined ? 0 : pageOfItem(worksheet, shown);
}

/** Whose ink on which page has to be followed for what is open. */
export function watchTarget(board: BoardSignals, open: Open): { student: StudentId; page: PageKey } | null {
  if (open.kind !== "student") return null;
  const page = board.worksheet.value?.pages[open.page];
  return page === undefined ? null : { student: open.student, page: pageKeyOf(page.address) };
}
