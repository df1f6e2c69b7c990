import {
  type Box,
  type BoxId,
  DOT_STRIDE,
  DOT_X,
  DOT_Y,
  isWritten,
  MM_PER_CENTIUNIT,
  ownBoxOf,
  type Worksheet,
} from "@penlight/proto";

/** How far outside its printed border ink still belongs to a box (sloppy writing), mm. ANS-10. */
export const BOX_MARGIN_MM = 1.5;
/** The same of a box to write in: what is written above a strike-out, or goes on beyond the border. ANS-13. */
export const WRITTEN_MARGIN_MM = 5;
/** Share of a stroke's length that its box must hold, margin included; less is the margin of the page. ANS-10. */
export const BOX_SHARE_MIN = 0.35;
/** Edge of a cell of the look-up grid, mm. */
const GRID_MM = 8;
/** What a dot counts beside the way to it, mm: decides for strokes without length. */
const DOT_WEIGHT_MM = 1e-4;
const NO_BOXES: readonly number[] = [];

/** A printed box in page millimetres, with what the recogniser needs of it. */
export interface PlacedBox {
  readonly id: BoxId;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** How far outside its border ink belongs to it, mm. ANS-10, ANS-13. */
  readonly marginMm: number;
}

/** The boxes of one page and which of them a point belongs to. */
export class PageMap {
  readonly boxes: readonly PlacedBox[];
  readonly #originX: number;
  readonly #originY: number;
  readonly #columns: number;
  readonly #grid: (readonly number[])[];

  /** @param page index into `worksheet.pages`. */
  constructor(worksheet: Worksheet, page: number) {
    const sheet = worksheet.pages[page];
    if (sheet === undefined) throw new RangeError(`PageMap requires a page of the worksheet, not ${page}`);
    this.#originX = sheet.originMm.x;
    this.#originY = sheet.originMm.y;
    const written = new Set(worksheet.items.filter(isWritten).map(ownBoxOf));
    this.boxes = worksheet.boxes
      .filter((box) => box.page === page)
      .map((box) => placedBox(box, written.has(box.id) ? WRITTEN_MARGIN_MM : BOX_MARGIN_MM));
    this.#columns = Math.ceil(sheet.widthMm / GRID_MM) + 1;
    const rows = Math.ceil(sheet.heightMm / GRID_MM) + 1;
    const grid: number[][] = Array.from({ length: this.#columns * rows }, () => []);
    this.boxes.forEach((box, index) => {
      const lastColumn = Math.min(this.#columns - 1, cellOf(box.right + box.marginMm));
      const lastRow = Math.min(rows - 1, cellOf(box.bottom + box.marginMm));
      for (let row = Math.max(0, cellOf(box.top - box.marginMm)); row <= lastRow; row++) {
        for (let column = Math.max(0, cellOf(box.left - box.marginMm)); column <= lastColumn; column++) {
          grid[row * this.#columns + column]?.push(index);
        }
      }
    });
    this.#grid = grid;
  }

  /** Page millimetres of a coordinate that the pen sent (hundredths of an Ncode unit). */
  xMm(x: number): number {
    return x * MM_PER_CENTIUNIT - this.#originX;
  }
  yMm(y: number): number {
    return y * MM_PER_CENTIUNIT - this.#originY;
  }

  /** Index into `boxes` of the nearest box that holds the point or has it in its margin; -1: none. */
  locate(xMm: number, yMm: number): number {
    const column = cellOf(xMm);
    if (column < 0 || column >= this.#columns || yMm < 0) return -1;
    const candidates = this.#grid[cellOf(yMm) * this.#columns + column] ?? NO_BOXES;
    let nearest = -1;
    let nearestMm = Number.POSITIVE_INFINITY;
    for (let i = 0; i < candidates.length; i++) {
      const index = candidates[i] as number;
      const box = this.boxes[index] as PlacedBox;
      const beside = Math.max(box.left - xMm, xMm - box.right, 0);
      const above = Math.max(box.top - yMm, yMm - box.bottom, 0);
      const distance = Math.max(beside, above);
      const isReached = distance === 0 || distance < box.marginMm;
      if (isReached && distance < nearestMm) {
        nearest = index;
        nearestMm = distance;
      }
    }
    return nearest;
  }
}

function placedBox({ id, xMm, yMm, widthMm, heightMm }: Box, marginMm: number): PlacedBox {
  return { id, left: xMm, top: yMm, right: xMm + widthMm, bottom: yMm + heightMm, marginMm };
}

function cellOf(mm: number): number {
  return Math.floor(mm / GRID_MM);
}

/** How much of a growing stroke lies in which box. Each dot is looked at once. */
export class PlaceTally {
  readonly #map: PageMap;
  readonly #boxes: number[] = [];
  readonly #lengths: number[] = [];
  #total = 0;
  #seen = 0;
  #x = 0;
  #y = 0;

  constructor(map: PageMap) {
    this.#map = map;
  }

  /** Takes the dots that came since. `dots` are the stroke's, from its first on. */
  extend(dots: Int32Array, count: number): void {
    for (; this.#seen < count; this.#seen++) {
      const at = this.#seen * DOT_STRIDE;
      const x = this.#map.xMm(dots[at + DOT_X] as number);
      const y = this.#map.yMm(dots[at + DOT_Y] as number);
      const first = this.#seen === 0;
      const dx = first ? 0 : x - this.#x;
      const dy = first ? 0 : y - this.#y;
      const length = Math.sqrt(dx * dx + dy * dy) + DOT_WEIGHT_MM;
      this.#total += length;
      const box = this.#map.locate(x - dx / 2, y - dy / 2);
      if (box >= 0) this.#add(box, length);
      this.#x = x;
      this.#y = y;
    }
  }

  #add(box: number, length: number): void {
    const at = this.#boxes.indexOf(box);
    if (at < 0) {
      this.#boxes.push(box);
      this.#lengths.push(length);
    } else {
      this.#lengths[at] = (this.#lengths[at] as number) + length;
    }
  }

  /** Index of the box that holds most of the length so far; -1: it touched none. */
  get main(): number {
    let main = -1;
    let most = 0;
    for (let i = 0; i < this.#boxes.length; i++) {
      const length = this.#lengths[i] as number;
      if (length > most) {
        most = length;
        main = this.#boxes[i] as number;
      }
    }
    return main;
  }

  /** Share of the length that box `index` holds, 0..1. */
  shareOf(index: number): number {
    const at = this.#boxes.indexOf(index);
    return at < 0 || this.#total === 0 ? 0 : (this.#lengths[at] as number) / this.#total;
  }
}
