import type { InkCell, ItemId, ReviewGroup } from "@penlight/proto";
import { type InkLook, lookOf, looksLike } from "./ink-likeness.ts";

/** Cells that one look at the queue shows; the others wait their turn. SET-12. */
export const REVIEW_CELLS_MAX = 600;
/** Answers that one decision may serve: so many can be looked at together. */
export const GROUP_CELLS_MAX = 24;

interface OpenGroup {
  readonly item: ItemId;
  readonly look: InkLook | null;
  readonly reading: string;
  readonly cells: InkCell[];
}

/**
 * What waits, identical-looking answers together. Each is held against the first of a group, so that a group does not creep.
 * What changes most on the board comes first: the points that a decision moves, then the item's printed order. SET-12.
 * @param cells in order of seat
 */
export function reviewOf(cells: readonly InkCell[], pointsOf: ReadonlyMap<ItemId, number>): ReviewGroup[] {
  const groups = new Map<ItemId, OpenGroup[]>();
  for (const cell of cells) {
    const own = groups.get(cell.item) ?? [];
    groups.set(cell.item, own);
    const look = lookOf(cell.strokes);
    const reading = JSON.stringify([cell.answer, cell.insight?.guess ?? null]);
    const group = look === null ? undefined : own.find((each) => takes(each, reading, look));
    if (group === undefined) own.push({ item: cell.item, look, reading, cells: [cell] });
    else group.cells.push(cell);
  }
  const order = [...pointsOf.keys()];
  const stakeOf = ({ item, cells }: OpenGroup) => cells.length * (pointsOf.get(item) ?? 0);
  return [...groups.values()]
    .flat()
    .sort((a, b) => stakeOf(b) - stakeOf(a) || order.indexOf(a.item) - order.indexOf(b.item))
    .map(({ item, cells }) => ({ item, cells }));
}

function takes(group: OpenGroup, reading: string, look: InkLook): boolean {
  const { look: first, cells } = group;
  return first !== null && cells.length < GROUP_CELLS_MAX && reading === group.reading && looksLike(first, look);
}
