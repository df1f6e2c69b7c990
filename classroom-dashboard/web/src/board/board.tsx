// biome-ignore-all lint/a11y/useSemanticElements: a table cannot be laid out as two blocks of columns
// biome-ignore-all lint/a11y/useFocusableInteractive: rows are no tab stops, one cell at a time is (roving tabindex)
import type { ItemId, StudentId } from "@penlight/proto";
import { untracked } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { formatPercent } from "../i18n/format.ts";
import { localNowMs } from "../live/browser-host.ts";
import { useApp } from "../state/app.ts";
import { useSize } from "../use-size.ts";
import { classTotals } from "./figures.ts";
import { fitNames, textMeter } from "./fit-names.ts";
import { useGridKeys } from "./grid-keys.ts";
import { ItemHead, ItemTotals } from "./item-head.tsx";
import { type BoardLayout, CELL_SNUG_PX, layoutOf, NAME_CHROME_PX, NAME_MARK_PX, ROW_MIN_PX, splitBlocks } from "./layout.ts";
import { type Captured, capture, slide } from "./slide.ts";
import { StudentRow } from "./student-row.tsx";

/** Below this width the page is one column and scrolls as a whole; the style sheet has the same. */
const ONE_COLUMN_PX = 860;

/** Size at which names are measured to see how much room they need, px. */
const NAME_MEASURED_PX = 14;
/** Before the frame has been measured. */
const FRAME_FIRST = { widthPx: 1000, heightPx: 700 };

function rowMinPx(isRoomy: boolean, widthPx: number): number {
  if (isRoomy) return ROW_MIN_PX.roomy;
  return widthPx < ONE_COLUMN_PX || matchMedia("(pointer: coarse)").matches ? ROW_MIN_PX.touch : ROW_MIN_PX.fit;
}

/** The grid of students and items, in one or two blocks of columns, fitted to the room there is. */
export function Board() {
  const app = useApp();
  const text = app.text.value;
  const frame = useRef<HTMLElement>(null);
  const size = useSize(frame, FRAME_FIRST).value;
  const students = app.orders.students.value;
  const items = app.orders.items.value;
  const names = useNames(students);
  const nameNeedPx = NAME_CHROME_PX + 2 * NAME_MARK_PX + Math.max(0, ...names.map(textMeter(NAME_MEASURED_PX)));
  const frameOf = { ...size, rowMinPx: rowMinPx(app.roomy.value, size.widthPx), nameNeedPx };
  const layout = layoutOf(students.length, items.length, frameOf);
  const shown = useShownNames(students, names, layout);
  const blocks = splitBlocks(students, layout.blocks);
  const grid = useRef<HTMLDivElement>(null);
  const keys = useGridKeys(grid, { rows: blocks.map((rows) => rows.length), columns: items.length });
  useSlide(grid, students, items);
  return (
    <section
      class="board card"
      ref={frame}
      aria-label={text.gridName(students.length, items.length)}
      data-tight={layout.tight ? "yes" : undefined}
      data-snug={layout.cellWidthPx < CELL_SNUG_PX ? "yes" : undefined}
      data-sideways={layout.scrolls.sideways ? "yes" : undefined}
      data-down={layout.scrolls.down ? "yes" : undefined}
      data-roomy={app.roomy.value ? "yes" : undefined}
      onPointerMove={() => app.orders.touch(localNowMs())}
      onPointerDown={() => app.orders.touch(localNowMs(), true)}
      onPointerUp={() => app.orders.touch(localNowMs(), false)}
      onPointerCancel={() => app.orders.touch(localNowMs(), false)}
      onPointerLeave={() => app.orders.touch(localNowMs(), false)}
    >
      <div
        role="grid"
        class="grid"
        ref={grid}
        aria-label={text.gridName(students.length, items.length)}
        aria-rowcount={students.length + 2}
        aria-colcount={items.length + 1}
        data-testid="grid"
        data-blocks={layout.blocks}
        style={{
          "--items": String(items.length),
          "--row-height": `${layout.rowHeightPx}px`,
          "--name-width": `${layout.nameWidthPx}px`,
          "--cell-width": `${layout.cellWidthPx}px`,
          "--width-min": `${layout.widthMinPx}px`,
          "--name-size": `${layout.nameSizePx}px`,
          "--glyph-size": `${layout.glyphPx}px`,
        }}
        {...keys}
      >
        {blocks.map((rows, block) => (
          <Block
            key={block}
            block={block}
            first={block === 0 ? 0 : (blocks[0]?.length ?? 0)}
            rows={rows}
            items={items}
            names={shown}
          />
        ))}
      </div>
    </section>
  );
}

/** Whole names of these students, as they are to be called now. */
function useNames(students: readonly StudentId[]): readonly string[] {
  const app = useApp();
  // They change with a snapshot, with the language and when they are hidden; not with what a student does.
  const head = app.board.head.value;
  const language = app.language.value;
  const isHidden = app.hideNames.value;
  return useMemo(() => students.map((student) => untracked(() => app.nameOf(student))), [students, head, language, isHidden]);
}

/** The same, as they fit into the board: beside no mark, one, two and three. */
function useShownNames(
  students: readonly StudentId[],
  names: readonly string[],
  { nameWidthPx, nameSizePx }: BoardLayout,
): ReadonlyMap<StudentId, readonly string[]> {
  return useMemo(() => {
    const widthOf = textMeter(nameSizePx);
    const fitted = [0, 1, 2, 3].map((marks) => fitNames(names, nameWidthPx - NAME_CHROME_PX - marks * NAME_MARK_PX, widthOf));
    return new Map(students.map((student, i) => [student, fitted.map((each) => each[i] ?? student)]));
  }, [students, names, nameWidthPx, nameSizePx]);
}

interface BlockProps {
  readonly block: number;
  readonly first: number;
  readonly rows: readonly StudentId[];
  readonly items: readonly ItemId[];
  readonly names: ReadonlyMap<StudentId, readonly string[]>;
}

function Block({ block, first, rows, items, names }: BlockProps) {
  const { text } = useApp();
  return (
    <div class="block" role="presentation" data-block={block}>
      <div role="rowgroup" class="block-head">
        <div role="row" class="row" aria-rowindex={1}>
          <ClassTotal />
          {items.map((item, column) => (
            <ItemHead key={item} item={item} column={column} />
          ))}
        </div>
      </div>
      <div role="rowgroup" class="block-body">
        {rows.map((student, index) => (
          <StudentRow key={student} student={student} index={first + index} items={items} names={names.get(student) ?? []} />
        ))}
      </div>
      <div role="rowgroup" class="block-foot">
        <div role="row" class="row">
          <div role="rowheader" class="foot-name" aria-label={text.value.totalsRow} tabIndex={-1}>
            {text.value.totalsRowShort}
          </div>
          {items.map((item, column) => (
            <ItemTotals key={item} item={item} column={column} />
          ))}
        </div>
      </div>
    </div>
  );
}

/** The corner: right answers of the whole class. */
function ClassTotal() {
  const app = useApp();
  const items = app.board.itemIds.value.flatMap((id) => app.board.item(id).value ?? []);
  const { right, judged } = classTotals(items, []);
  return (
    <div role="columnheader" class="corner" tabIndex={-1} aria-colindex={1} data-testid="class-total">
      <span>{app.text.value.classTotal}</span>
      <b>{judged === 0 ? "–" : formatPercent(app.language.value, right / judged)}</b>
      <span class="corner-foot">
        {right}/{judged}
        <i aria-hidden="true">%</i>
      </span>
    </div>
  );
}

/** Rows and columns that change places slide there, so that the eye can follow; see `slide`. */
function useSlide(
  grid: { readonly current: HTMLDivElement | null },
  students: readonly StudentId[],
  items: readonly ItemId[],
): void {
  const before = useRef<Captured | null>(null);
  const shown = useRef({ students, items });
  // Still the old picture: the new order has been decided but not yet written.
  if (shown.current.students !== students || shown.current.items !== items) {
    before.current = grid.current === null ? null : capture(grid.current);
  }
  useLayoutEffect(() => {
    shown.current = { students, items };
    if (grid.current !== null && before.current !== null) slide(grid.current, before.current);
    before.current = null;
  }, [grid, students, items]);
}
