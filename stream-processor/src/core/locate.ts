import { boxIdsOf } from "@penlight/proto";
import { isLoop, kindOf } from "./recognize/kind.ts";
import { type BoxStroke, ringsBox } from "./recognize/read-boxes.ts";
import { type StrokeShape, shapeOf } from "./recognize/shape.ts";
import type { RoomStroke } from "./room-stroke.ts";
import { BOX_SHARE_MIN, type PlacedBox } from "./worksheet-map.ts";

/** The place of a stroke: item and box, and how it looks there. */
export interface Place extends BoxStroke {
  readonly itemIndex: number;
  readonly boxId: PlacedBox["id"];
}

/** Item whose box holds most of an unfinished stroke; -1: none. ANS-54. */
export function provisionalItem(trace: RoomStroke): number {
  const main = trace.tally()?.main ?? -1;
  const box = main < 0 ? undefined : trace.map?.boxes[main];
  return box === undefined ? -1 : (trace.sheet?.index.itemOfBox.get(box.id) ?? -1);
}

/** Where a closed stroke belongs: the box that holds most of its length, or the one that it rings. Null: the margin. ANS-10, ANS-11. */
export function locate(trace: RoomStroke): Place | null {
  const { map, paper } = trace;
  const tally = trace.tally();
  const { best } = trace.stroke;
  if (map === null || paper === null || tally === null || best.count === 0) return null;
  const shape = shapeOf(best.dots, best.count, map);
  const main = tally.main;
  const ringed = isLoop(shape) ? nearestRinged(shape, map.boxes) : undefined;
  const held = main >= 0 && tally.shareOf(main) >= BOX_SHARE_MIN ? map.boxes[main] : undefined;
  const box = ringed ?? held;
  const itemIndex = box === undefined ? undefined : paper.index.itemOfBox.get(box.id);
  const item = itemIndex === undefined ? undefined : paper.index.worksheet.items[itemIndex];
  if (box === undefined || itemIndex === undefined || item === undefined) return null;
  return { itemIndex, boxId: box.id, box: boxIdsOf(item).indexOf(box.id), kind: kindOf(shape, box), shape };
}

/** Of the boxes whose middle a ring holds, the one nearest to the ring's own middle. ANS-11. */
function nearestRinged(shape: StrokeShape, boxes: readonly PlacedBox[]): PlacedBox | undefined {
  const x = (shape.left + shape.right) / 2;
  const y = (shape.top + shape.bottom) / 2;
  let nearest: PlacedBox | undefined;
  let nearestMm = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    if (!ringsBox(shape, box)) continue;
    const distance = Math.hypot((box.left + box.right) / 2 - x, (box.top + box.bottom) / 2 - y);
    if (distance >= nearestMm) continue;
    nearest = box;
    nearestMm = distance;
  }
  return nearest;
}
