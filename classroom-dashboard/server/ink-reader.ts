import {
  type AnswerRow,
  type BoardCell,
  type HistoryReader,
  type InkCell,
  type InkRegion,
  type InkStroke,
  type Insight,
  type ItemId,
  type ItemInk,
  isWritten,
  type PageKey,
  pageKeyOf,
  type Review,
  type StrokeRow,
  type StudentId,
} from "@penlight/proto";
import { regionOf, strokesIn } from "./core/item-ink.ts";
import type { LiveRoom } from "./core/live-room.ts";
import { joinInk, pastOf } from "./core/past-ink.ts";
import { REVIEW_CELLS_MAX, reviewOf } from "./core/review.ts";
import { ownerAt } from "./core/seating.ts";

/** What was written in items, of many pupils at once. SET-12. */
export class InkReader {
  readonly #history: HistoryReader;

  constructor(history: HistoryReader) {
    this.#history = history;
  }

  /** What waits for the teacher. @throws HistoryError */
  async review(live: LiveRoom): Promise<Review> {
    const { cells, items, assignment } = live.board();
    const waiting = cells.filter((cell) => cell.state === "unsure");
    const shown = waiting.slice(0, REVIEW_CELLS_MAX);
    const regions = this.#regions(live, new Set(shown.map((cell) => cell.item)));
    const insights = await this.#insights(live, shown);
    const inked = (await this.#withInk(live, shown, regions)).map((cell) => ({
      ...cell,
      insight: insights.get(`${cell.student}/${cell.item}`) ?? null,
    }));
    const points = new Map(items.map((item) => [item.item, item.points]));
    return {
      assignment: assignment?.id ?? null,
      waiting: waiting.length,
      regions: [...regions].map(([item, region]) => ({ item, region })),
      groups: reviewOf(inked, points),
    };
  }

  /** Everybody's ink of an item; null: there is no such item. @throws HistoryError */
  async item(live: LiveRoom, item: ItemId): Promise<ItemInk | null> {
    const regions = this.#regions(live, new Set([item]));
    const region = regions.get(item);
    if (region === undefined) return null;
    const cells = live.board().cells.filter((cell) => cell.item === item);
    const inked = await this.#withInk(live, cells, regions);
    return { item, region, cells: inked.filter((cell) => cell.strokes.length > 0) };
  }

  /** What is thought of writing, by cell. Without it the queue is poorer, but there. */
  async #insights(live: LiveRoom, cells: readonly BoardCell[]): Promise<ReadonlyMap<string, Insight>> {
    const { worksheet, assignment } = live;
    const written = new Set(worksheet?.items.filter(isWritten).map((item) => item.id));
    if (assignment === null || !cells.some((cell) => written.has(cell.item))) return new Map();
    const rows = await this.#history.answersOfAssignment(assignment).catch(() => []);
    const isShown = ({ student, item, version }: AnswerRow) => live.lesson()?.cellOf(student, item)?.version === version;
    return new Map(
      rows.flatMap((row) => (row.insight === undefined || !isShown(row) ? [] : [[`${row.student}/${row.item}`, row.insight]])),
    );
  }

  #regions(live: LiveRoom, items: ReadonlySet<ItemId>): Map<ItemId, InkRegion> {
    const { worksheet } = live;
    const regions = new Map<ItemId, InkRegion>();
    for (const item of worksheet === null ? [] : items) {
      const region = worksheet === null ? null : regionOf(worksheet, item);
      if (region !== null) regions.set(item, region);
    }
    return regions;
  }

  /** Live ink where that is all of it; where a cell has more, history is read, once for all. */
  async #withInk(live: LiveRoom, cells: readonly BoardCell[], regions: ReadonlyMap<ItemId, InkRegion>): Promise<InkCell[]> {
    const pages = new Map<string, readonly InkStroke[]>();
    const strokesOf = (student: StudentId, page: PageKey) => {
      const key = `${student} ${page}`;
      const known = pages.get(key) ?? this.#liveStrokes(live, student, page);
      pages.set(key, known);
      return known;
    };
    const found = new Map<BoardCell, readonly InkStroke[]>();
    const inkOf = (cell: BoardCell) => {
      const region = regions.get(cell.item);
      const known = found.get(cell) ?? (region === undefined ? [] : strokesIn(strokesOf(cell.student, region.page), region));
      found.set(cell, known);
      return known;
    };
    const versionOf = ({ student, item }: BoardCell) => live.lesson()?.cellOf(student, item)?.version ?? 0;
    const isShort = (cell: BoardCell) =>
      inkOf(cell).reduce((dots, stroke) => dots + stroke.points.length / 3, 0) < versionOf(cell);
    if (cells.some(isShort) && live.assignment !== null) {
      const rows = await this.#history.strokesOfAssignment(live.assignment);
      for (const [key, joined] of this.#joined(live, rows)) pages.set(key, joined);
      found.clear();
    }
    return cells.map((cell) => {
      const strokes = inkOf(cell).map((stroke) => stroke.points);
      return { ...cell, insight: null, seen: live.marks.versionOf(cell.student, cell.item), strokes };
    });
  }

  #liveStrokes(live: LiveRoom, student: StudentId, page: PageKey): readonly InkStroke[] {
    const window = live.windowOf(page);
    return window === null ? [] : (live.bookOf(student)?.strokes(page, window) ?? []);
  }

  #joined(live: LiveRoom, rows: readonly StrokeRow[]): Map<string, readonly InkStroke[]> {
    const byPage = new Map<string, { readonly student: StudentId; readonly page: PageKey; readonly rows: StrokeRow[] }>();
    for (const row of rows) {
      if (row.student === null || row.page === null) continue;
      const page = pageKeyOf(row.page);
      const key = `${row.student} ${page}`;
      const known = byPage.get(key);
      if (known === undefined) byPage.set(key, { student: row.student, page, rows: [row] });
      else known.rows.push(row);
    }
    return new Map(
      [...byPage].map(([key, { student, page, rows }]) => {
        const window = live.windowOf(page);
        const own = rows.filter(
          (row) =>
            !live.bookOf(student)?.isPart(page, row.stroke) &&
            ownerAt(live.seating, row.pen, row.downMs + row.clockOffsetMs) === student,
        );
        const past = window === null ? [] : pastOf(own, page, window, null);
        return [key, joinInk(past, this.#liveStrokes(live, student, page))];
      }),
    );
  }
}
