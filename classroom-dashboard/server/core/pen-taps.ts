import {
  type ClassId,
  type ClassList,
  DOT_STRIDE,
  DOT_X,
  DOT_Y,
  type DotBatch,
  dotsOf,
  MM_PER_CENTIUNIT,
  type PageKey,
  type PenId,
  type PenTap,
  pageKeyOf,
  type SchoolClass,
  type StudentId,
} from "@penlight/proto";

/** Pens whose last mark on a class list is remembered; the oldest goes first. REG-4. */
export const TAPS_MAX = 1000;

interface ListOf {
  readonly class: ClassId;
  readonly list: ClassList;
}

/** Which pen marked whose box on the printed lists of the classes. Pure. REG-4. */
export class PenTaps {
  #lists: ReadonlyMap<PageKey, ListOf> = new Map();
  readonly #taps = new Map<PenId, PenTap & { readonly class: ClassId }>();

  configure(classes: Iterable<SchoolClass>): void {
    const lists = new Map<PageKey, ListOf>();
    for (const { id, list } of classes) {
      if (list !== undefined) lists.set(pageKeyOf(list.page.address), { class: id, list });
    }
    this.#lists = lists;
  }

  /** The first dot of a run that lies in a box counts. Ink from a pen's memory is no answer to "mark your box". */
  fold(batch: DotBatch, receivedMs: number): void {
    if (this.#lists.size === 0 || batch.page === null || batch.source !== "live") return;
    const found = this.#lists.get(pageKeyOf(batch.page));
    if (found === undefined) return;
    const student = markedBox(found.list, batch);
    if (student === null) return;
    this.#taps.delete(batch.pen);
    this.#taps.set(batch.pen, { class: found.class, pen: batch.pen, student, atMs: receivedMs });
    for (const oldest of this.#taps.keys()) {
      if (this.#taps.size <= TAPS_MAX) break;
      this.#taps.delete(oldest);
    }
  }

  /** The latest first. */
  of(id: ClassId): PenTap[] {
    const own = [...this.#taps.values()].filter((tap) => tap.class === id).reverse();
    return own.map(({ pen, student, atMs }) => ({ pen, student, atMs }));
  }
}

function markedBox({ page, boxes }: ClassList, batch: DotBatch): StudentId | null {
  const dots = dotsOf(batch) ?? new Int32Array(0);
  for (let at = 0; at < dots.length; at += DOT_STRIDE) {
    const x = (dots[at + DOT_X] as number) * MM_PER_CENTIUNIT - page.originMm.x;
    const y = (dots[at + DOT_Y] as number) * MM_PER_CENTIUNIT - page.originMm.y;
    const box = boxes.find(
      (each) => x >= each.xMm && x < each.xMm + each.widthMm && y >= each.yMm && y < each.yMm + each.heightMm,
    );
    if (box !== undefined) return box.student;
  }
  return null;
}
