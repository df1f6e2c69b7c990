import { boxIdsOf, type Item, type StrokeRow, type StudentId } from "@penlight/proto";
import { CellRecord, type PlacedStroke } from "./cell-record.ts";
import { locate, type Place } from "./locate.ts";
import type { Sheet } from "./room-setup.ts";
import { RoomStroke } from "./room-stroke.ts";
import { strokeOfRow } from "./stroke.ts";
import { StudentTally } from "./student-tally.ts";
import type { PlacedBox } from "./worksheet-map.ts";

/**
 * Reads stored ink again, as this program reads it: where its strokes lie by now and what they say. Nothing is told to
 * anybody. Cells without ink are left out.
 */
export function readStored(sheet: Sheet, rows: readonly StrokeRow[]): CellRecord[] {
  const { worksheet, pages } = sheet.index;
  const boxes = new Map<string, PlacedBox>();
  for (const page of pages.values()) for (const box of page.boxes) boxes.set(box.id, box);
  const cells = new Map<string, CellRecord>();
  for (const row of rows) {
    const { student } = row;
    const placed = student === null ? null : placeOf(sheet, row);
    if (student === null || placed === null) continue;
    const key = `${student}/${placed.itemIndex}`;
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = cellFor(student, placed.itemIndex, worksheet.items[placed.itemIndex] as Item, boxes);
      cells.set(key, cell);
    }
    cell.put(placed);
  }
  return [...cells.values()];
}

function placeOf(sheet: Sheet, row: StrokeRow): (PlacedStroke & Place) | null {
  const stroke = strokeOfRow(row);
  const trace = new RoomStroke(stroke, null);
  trace.placeOn(sheet);
  const place = locate(trace);
  const { best } = stroke;
  const { firstMs, lastMs, receivedMs } = best;
  return place === null ? null : { ...place, stroke, dots: best.count, firstMs, lastMs, receivedMs };
}

function cellFor(student: StudentId, itemIndex: number, item: Item, boxes: ReadonlyMap<string, PlacedBox>): CellRecord {
  const own = boxIdsOf(item).flatMap((box) => boxes.get(box) ?? []);
  return new CellRecord(new StudentTally(student), itemIndex, item, own);
}
