import { boxIdsOf, type InkRegion, type ItemId, pageKeyOf, type Worksheet } from "@penlight/proto";

/** Around an item's boxes so much is shown, mm: sloppy writing, and what was struck out beside them. SET-12. */
export const REGION_MARGIN_MM = 4;
/** A stroke is the item's when this share of its dots lies in the region. */
const INSIDE_SHARE_MIN = 0.5;
/** Numbers of a dot: x mm, y mm, pressure. */
const STRIDE = 3;

/** Where an item is answered; null: it has no box. An item's boxes are on one page. */
export function regionOf(worksheet: Worksheet, itemId: ItemId): InkRegion | null {
  const item = worksheet.items.find((each) => each.id === itemId);
  const names = new Set<string>(item === undefined ? [] : boxIdsOf(item));
  const boxes = worksheet.boxes.filter((box) => names.has(box.id));
  const page = worksheet.pages[boxes[0]?.page ?? -1];
  if (page === undefined) return null;
  const own = boxes.filter((box) => box.page === boxes[0]?.page);
  const left = Math.max(0, Math.min(...own.map((box) => box.xMm)) - REGION_MARGIN_MM);
  const top = Math.max(0, Math.min(...own.map((box) => box.yMm)) - REGION_MARGIN_MM);
  const right = Math.min(page.widthMm, Math.max(...own.map((box) => box.xMm + box.widthMm)) + REGION_MARGIN_MM);
  const bottom = Math.min(page.heightMm, Math.max(...own.map((box) => box.yMm + box.heightMm)) + REGION_MARGIN_MM);
  return { page: pageKeyOf(page.address), xMm: left, yMm: top, widthMm: right - left, heightMm: bottom - top };
}

/** The strokes of a page that lie in a region, in their order. @param strokes each flat: x, y, pressure. */
export function strokesIn<Stroke extends { readonly points: readonly number[] }>(
  strokes: readonly Stroke[],
  { xMm, yMm, widthMm, heightMm }: InkRegion,
): Stroke[] {
  return strokes.filter(({ points }) => {
    let inside = 0;
    for (let at = 0; at < points.length; at += STRIDE) {
      const x = points[at] as number;
      const y = points[at + 1] as number;
      if (x >= xMm && x <= xMm + widthMm && y >= yMm && y <= yMm + heightMm) inside++;
    }
    return points.length > 0 && inside * STRIDE >= points.length * INSIDE_SHARE_MIN;
  });
}
