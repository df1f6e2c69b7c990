// biome-ignore-all lint/a11y/useSemanticElements: part of the grid in board.tsx
import type { ItemId } from "@penlight/proto";
import { formatPercent } from "../i18n/format.ts";
import { useApp } from "../state/app.ts";
import { isMissed, rightShare } from "./figures.ts";

interface ItemColumnProps {
  readonly item: ItemId;
  readonly column: number;
}

/** Above a column: share of right answers as a bar and in per cent, and the item's number. */
export function ItemHead({ item, column }: ItemColumnProps) {
  const app = useApp();
  const text = app.text.value;
  const figures = app.board.item(item).value;
  if (figures === null) return null;
  const share = rightShare(figures);
  const percent = share === null ? text.noneJudged : formatPercent(app.language.value, share);
  return (
    <div
      role="columnheader"
      class="head"
      tabIndex={-1}
      aria-colindex={column + 2}
      aria-label={text.itemHead(figures.number, figures.right, figures.judged, percent)}
      title={text.pick(figures.stem)}
      data-item={item}
      data-missed={isMissed(figures) ? "yes" : undefined}
    >
      <span class="bar" aria-hidden="true" style={{ backgroundSize: `100% ${Math.round((share ?? 0) * 100)}%` }} />
      <b>{figures.number}</b>
      <span class="percent" data-all={share === 1 ? "yes" : undefined}>
        {share === null ? "–" : Math.round(share * 100)}
        {share === null ? null : <i>%</i>}
      </span>
    </div>
  );
}

/** Below a column: right, judged and class, as counts. */
export function ItemTotals({ item, column }: ItemColumnProps) {
  const app = useApp();
  const figures = app.board.item(item).value;
  if (figures === null) return null;
  const { right, judged, classSize } = figures;
  return (
    <div
      role="gridcell"
      tabIndex={-1}
      class="total"
      aria-colindex={column + 2}
      data-total={item}
      data-right={right}
      data-judged={judged}
    >
      <b aria-hidden="true">{right}</b>
      <span aria-hidden="true">{judged}</span>
      <span aria-hidden="true" class="class-size">
        {classSize}
      </span>
      <span class="visually-hidden">{app.text.value.totalsCell(right, judged, classSize)}</span>
    </div>
  );
}
