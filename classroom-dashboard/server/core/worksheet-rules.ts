import { type Box, type Item, pageKeyOf, type Worksheet } from "@penlight/proto";
import { repeated, type SetupFault } from "./setup-fault.ts";

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
    ...boxes.flatMap((box, index) => checkBox(box, index, worksheet)),
    ...overlaps(boxes),
    ...items.flatMap((item, index) => checkItem(item, `/items/${index}`, worksheet)),
    ...sharedBoxes(items),
  ];
}

function checkBox(box: Box, index: number, { pages }: Worksheet): SetupFault[] {
  const page = pages[box.page];
  if (page === undefined) return [{ at: `/boxes/${index}/page`, reason: `there is no page ${box.page}` }];
  const faults: SetupFault[] = [];
  if (box.xMm + box.widthMm > page.widthMm + TOUCH_MM) {
    faults.push({ at: `/boxes/${index}`, reason: `reaches over the right edge of the page (${page.widthMm} mm)` });
  }
  if (box.yMm + box.heightMm > page.heightMm + TOUCH_MM) {
    faults.push({ at: `/boxes/${index}`, reason: `reaches over the lower edge of the page (${page.heightMm} mm)` });
  }
  return faults;
}

/** Each box is held against those before it on its page, sorted by their left edges so that a full worksheet stays cheap. */
function overlaps(boxes: readonly Box[]): SetupFault[] {
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
      faults.push({ at: `/boxes/${second.index}`, reason: `overlaps box ${first.box.id}` });
    }
  }
  return faults;
}

function checkItem(item: Item, at: string, { boxes }: Worksheet): SetupFault[] {
  const ids = item.options.map((option) => option.id);
  const faults = repeated(item.options, (option) => option.id, `${at}/options`, "id");
  for (const [index, option] of item.options.entries()) {
    if (boxes.some((box) => box.id === option.box)) continue;
    faults.push({ at: `${at}/options/${index}/box`, reason: `there is no box ${option.box}` });
  }
  switch (item.kind) {
    case "choice":
      if (!ids.includes(item.key)) faults.push({ at: `${at}/key`, reason: `${item.key} is none of the options` });
      break;
    case "choices":
      for (const [index, key] of item.key.entries()) {
        if (!ids.includes(key)) faults.push({ at: `${at}/key/${index}`, reason: `${key} is none of the options` });
      }
      break;
    case "true-false":
      for (const id of ["true", "false"]) {
        if (!ids.includes(id)) faults.push({ at: `${at}/options`, reason: `an option ${id} is missing` });
      }
      break;
  }
  return faults;
}

/** A mark must mean one thing: a box belongs to one option of one item. */
function sharedBoxes(items: readonly Item[]): SetupFault[] {
  const owners = new Map<string, string>();
  return items.flatMap((item, i) =>
    item.options.flatMap((option, o) => {
      const owner = owners.get(option.box);
      if (owner !== undefined) return [{ at: `/items/${i}/options/${o}/box`, reason: `box ${option.box} belongs to ${owner}` }];
      owners.set(option.box, `/items/${i}/options/${o}`);
      return [];
    }),
  );
}
