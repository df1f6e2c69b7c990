import {
  type Box,
  type Item,
  type ItemId,
  isSignal,
  type LocalText,
  type Option,
  optionsOf,
  type StudentId,
  type Worksheet,
} from "@penlight/proto";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useApp } from "../state/app.ts";
import { useSize } from "../use-size.ts";
import { InkLayer } from "./ink-layer.tsx";
import {
  boxesOf,
  itemArea,
  itemsOnPage,
  LABEL_SIZE_MM,
  labelWidthMm,
  type Rect,
  STEM_SIZE_MM,
  sheetWidthPx,
  stemLinesMax,
  stemWidthMm,
} from "./sheet-layout.ts";
import { shorten, wrapText } from "./wrap-text.ts";

interface SheetProps {
  readonly student: StudentId;
  readonly name: string;
  readonly page: number;
  /** Item to point out. */
  readonly item: ItemId | null;
}

/** Below this width the sheet takes the whole width and scrolls with the page; the style sheet has the same. */
const ONE_COLUMN = "(max-width: 899px)";
const NOT_MEASURED = { widthPx: 0, heightPx: 0 };

/** The printed worksheet with the student's ink over it, to scale. */
export function Sheet({ student, name, page, item }: SheetProps) {
  const app = useApp();
  const text = app.text.value;
  const worksheet = app.board.worksheet.value;
  const paper = worksheet?.pages[page];
  const frame = useRef<HTMLDivElement>(null);
  const size = useSize(frame, NOT_MEASURED).value;
  const isEnlarged = app.enlarged.value;
  useEffect(() => {
    if (item !== null && isEnlarged) frame.current?.querySelector(".chosen-area")?.scrollIntoView({ block: "center" });
  }, [item, isEnlarged]);
  const chosen = worksheet === null ? null : chosenArea(worksheet, item, page);
  // The same element as long as nothing printed changes: what is written on it draws it anew many times a second.
  const print = useMemo(() => (worksheet === null ? null : <Print worksheet={worksheet} page={page} />), [worksheet, page]);
  if (worksheet === null || paper === undefined) return <p class="quiet">{text.noWorksheet}</p>;
  const { widthMm, heightMm } = paper;
  const isWide = isEnlarged || matchMedia(ONE_COLUMN).matches;
  const widthPx = sheetWidthPx(paper, size, isWide ? "width" : "whole");
  const heightPx = Math.floor((widthPx * heightMm) / widthMm);
  return (
    <div
      class="sheet-frame"
      ref={frame}
      {...(isEnlarged ? { tabIndex: 0, role: "group", "aria-label": text.page(page + 1) } : {})}
    >
      <div class="sheet" style={{ width: `${widthPx}px`, height: `${heightPx}px` }} data-testid="sheet" data-page={page}>
        <svg class="print" viewBox={`0 0 ${widthMm} ${heightMm}`} role="img" aria-label={text.sheetOf(name, page + 1)}>
          {chosen === null ? null : (
            <rect class="chosen-area" x={chosen.xMm} y={chosen.yMm} width={chosen.widthMm} height={chosen.heightMm} rx="2" />
          )}
          {print}
        </svg>
        <InkLayer key={`${student} ${page}`} widthMm={widthMm} widthPx={widthPx} heightPx={heightPx} />
      </div>
    </div>
  );
}

/** Where the item to point out is; null when it is on another page. */
function chosenArea(worksheet: Worksheet, id: ItemId | null, page: number): Rect | null {
  const item = itemsOnPage(worksheet, page).find((each) => each.id === id);
  const widthMm = worksheet.pages[page]?.widthMm;
  return item === undefined || widthMm === undefined ? null : itemArea(worksheet, item, widthMm);
}

function Print({ worksheet, page }: { readonly worksheet: Worksheet; readonly page: number }) {
  const widthMm = worksheet.pages[page]?.widthMm ?? 0;
  return (
    <>
      {itemsOnPage(worksheet, page).map((each) => (
        <PrintedItem key={each.id} worksheet={worksheet} item={each} page={page} widthMm={widthMm} />
      ))}
    </>
  );
}

interface PrintedItemProps {
  readonly worksheet: Worksheet;
  readonly item: Item;
  readonly page: number;
  readonly widthMm: number;
}

function PrintedItem({ worksheet, item, page, widthMm }: PrintedItemProps) {
  const text = useApp().text.value;
  const boxes = boxesOf(worksheet, item).filter((box) => box.page === page);
  const widthEm = stemWidthMm(boxes, item.stemMm, widthMm) / STEM_SIZE_MM;
  const lines = wrapText(
    isSignal(item) ? text.pick(item.stem) : `${item.number}. ${text.pick(item.stem)}`,
    widthEm,
    stemLinesMax(boxes, item.stemMm.y),
  );
  return (
    <g data-sheet-item={item.id}>
      {lines.map((line, index) => (
        <text
          key={line}
          class="stem-print"
          x={item.stemMm.x}
          y={item.stemMm.y + STEM_SIZE_MM * (0.85 + 1.25 * index)}
          font-size={STEM_SIZE_MM}
        >
          {line}
        </text>
      ))}
      {boxes.map((box) => {
        const words = wordsAt(item, box, text.pick);
        return <PrintedBox key={box.id} box={box} boxes={boxes} words={words} widthMm={widthMm} />;
      })}
    </g>
  );
}

/** What is printed behind a box: the words of its option, of all options where a letter is written into it, or a unit. */
function wordsAt(item: Item, box: Box, pick: (text: LocalText) => string): string {
  if (item.kind === "number") return item.unit ?? "";
  const words = (option: Option) => (option.text === undefined ? "" : pick(option.text));
  const own = optionsOf(item).find((option) => option.box === box.id);
  if (own !== undefined || item.kind === "true-false") return own === undefined ? "" : words(own);
  return optionsOf(item)
    .map((option) => `${option.id} ${words(option)}`.trim())
    .join("   ");
}

interface PrintedBoxProps {
  readonly box: Box;
  readonly boxes: readonly Box[];
  readonly words: string;
  readonly widthMm: number;
}

function PrintedBox({ box, boxes, words, widthMm }: PrintedBoxProps) {
  const label = [box.label ?? "", words === box.label ? "" : words].filter((part) => part !== "").join(" ");
  const room = labelWidthMm(box, boxes, widthMm) / LABEL_SIZE_MM;
  return (
    <>
      <rect class="box" x={box.xMm} y={box.yMm} width={box.widthMm} height={box.heightMm} rx="0.6" data-box={box.id} />
      <text
        class="label-print"
        x={box.xMm + box.widthMm + 1.2}
        y={box.yMm + box.heightMm / 2 + LABEL_SIZE_MM * 0.36}
        font-size={LABEL_SIZE_MM}
      >
        {shorten(label, room)}
      </text>
    </>
  );
}
