import { type Box, faultOf, pageKeyOf, type SetupFault, type Worksheet } from "@penlight/proto";
import { checkItem, sharedBoxes } from "./item-rules.ts";
import { repeated } from "./repeated.ts";

/** Rounding of printed lengths, mm: boxes that only touch do not overlap. */
const TOUCH_MM = 1e-6;

/** Everything that is wrong with a worksheet of the right shape. SET-3. */
export function checkWorksheet(worksheet: Worksheet): SetupFault[] {
  const { pages, boxes, items } = worksheet;
  return [
    ...repeated(pages, (page) => pageKeyOf(page.address), "/pages", "address"),
    ...repeated(boxes, (box) => box.id, "/boxes", "id"),
    ...repeated(items, (item) => item.id, "/items", "id"),
    ...repeated(items, (item) => item.number, "/items", "number"),
    ...checkBoxes(boxes, pages, ""),
    ...items.flatMap((item, index) => checkItem(item, `/items/${index}`, worksheet)),
    ...sharedBoxes(items),
  ];
}

/** Boxes as they can be printed. @param above JSON pointer of what holds them */
export function checkBoxes(boxes: readonly PlacedBox[], pages: Worksheet["pages"], above: string): SetupFault[] {
  const faults = [...boxes.flatMap((box, index) => checkBox(box, index, pages)), ...overlaps(boxes)];
  return faults.map((fault) => ({ ...fault, at: `${above}${fault.at}` }));
}

type PlacedBox = Omit<Box, "id"> & { readonly id: string };

function checkBox(box: PlacedBox, index: number, pages: Worksheet["pages"]): SetupFault[] {
  const page = pages[box.page];
  if (page === undefined) return [faultOf(`/boxes/${index}/page`, "no-page", box.page)];
  const faults: SetupFault[] = [];
  if (box.xMm + box.widthMm > page.widthMm + TOUCH_MM) {
    faults.push(faultOf(`/boxes/${index}`, "right-edge", page.widthMm));
  }
  if (box.yMm + box.heightMm > page.heightMm + TOUCH_MM) {
    faults.push(faultOf(`/boxes/${index}`, "lower-edge", page.heightMm));
  }
  return faults;
}

/** Each box is held against those before it on its page, sorted by their left edges so that a full worksheet stays cheap. */
function overlaps(boxes: readonly PlacedBox[]): SetupFault[] {
  const faults: SetupFault[] = [];
  const byLeft = boxes.map((box, index) => ({ box, index })).sort((a, b) => a.box.xMm - b.box.xMm);
  for (const [i, a] of byLeft.entries()) {
    for (const b of byLeft.slice(i + 1)) {
      if (b.box.xMm >= a.box.xMm + a.box.widthMm - TOUCH_MM) break;
      const apart =
        a.box.page !== b.box.page ||
        b.box.yMm >= a.box.yMm + a.box.heightMm - TOUCH_MM ||
        a.box.yMm >= b.box.yMm + b.box.heightMm - TOUCH_MM;
      if (apart) continue;
      const [first, second] = a.index < b.index ? [a, b] : [b, a];
      faults.push(faultOf(`/boxes/${second.index}`, "overlap", first.box.id));
    }
  }
  return faults;
}
