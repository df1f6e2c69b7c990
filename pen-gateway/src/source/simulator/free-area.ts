import type { Random, Worksheet } from "@penlight/proto";
import type { Area } from "./marks.ts";

const SCRIBBLE = { widthMm: 13, heightMm: 6, clearanceMm: 5, edgeMm: 5 };

/** A place near `yMm` where a scribble touches no box, nor a strike-out's reach of one. */
export function freeArea(worksheet: Worksheet, page: number, yMm: number, random: Random): Area | null {
  const sheet = worksheet.pages[page];
  if (sheet === undefined) return null;
  const { widthMm, heightMm, clearanceMm, edgeMm } = SCRIBBLE;
  for (let tries = 0; tries < 40; tries++) {
    const x = random.between(edgeMm, sheet.widthMm - widthMm - edgeMm);
    const y = Math.min(sheet.heightMm - heightMm - edgeMm, Math.max(edgeMm, yMm + random.between(-12, 22)));
    const clear = worksheet.boxes.every(
      (box) =>
        box.page !== page ||
        x > box.xMm + box.widthMm + clearanceMm ||
        x + widthMm < box.xMm - clearanceMm ||
        y > box.yMm + box.heightMm + clearanceMm ||
        y + heightMm < box.yMm - clearanceMm,
    );
    if (clear) return { xMm: x, yMm: y, widthMm, heightMm };
  }
  return null;
}
