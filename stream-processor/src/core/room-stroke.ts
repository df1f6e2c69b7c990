import type { RoomId, StudentId } from "@penlight/proto";
import type { CellRecord } from "./cell-record.ts";
import type { Lesson } from "./lesson.ts";
import type { Sheet, StrokeOwner } from "./room-setup.ts";
import type { Stroke, StrokeCopy } from "./stroke.ts";
import { isSameOwner, type RowPlace } from "./stroke-row.ts";
import type { Hold } from "./watermark.ts";
import { type PageMap, PlaceTally } from "./worksheet-map.ts";

/** A stroke with its place in a room. */
export class RoomStroke {
  readonly stroke: Stroke;
  /** Keeps its records until it is closed and in history; null: it is. */
  hold: Hold | null;
  /** Room time of its last record, ms. */
  heardMs = 0;
  /** Dots that it had when it was last closed; -1: never. */
  closedDots = -1;
  /** Whose pen it was when the stroke began; null: nobody's. REG-1. */
  student: StudentId | null = null;
  /** Where its page belongs here; null: a page nobody assigned here, or nobody's pen. */
  sheet: Sheet | null = null;
  /** The assignment of its page that was over when it was written; null: it was not. ANS-55. */
  late: Sheet | null = null;
  /** The other room whose assignment it belongs to; null: none. ANS-14. */
  home: RoomId | null = null;
  /** All of it that was heard was passed on to there; null: to nowhere. */
  passedTo: RoomId | null = null;
  /** Host time by which it was given to its owner, ms. */
  givenMs = 0;
  map: PageMap | null = null;
  /** The cell that it was judged in. */
  at: { readonly lesson: Lesson; readonly cell: CellRecord } | null = null;
  /** The cell in whose boxes it was written too late. */
  lateAt: { readonly lesson: Lesson; readonly cell: CellRecord } | null = null;
  /** Place of the row that history was given last, to see when it changes. */
  told: RowPlace | null = null;
  /** Places of other rows that history has of it, and should not: one was written and its word that the other is gone was not. */
  strays: RowPlace[] = [];
  /** It is a part of another stroke, which has its dots: neither in a cell nor a row. EVT-22. */
  isPart = false;
  /** Holes already counted. */
  countedHoles = 0;
  #tally: PlaceTally | null = null;
  #tallied: StrokeCopy | null = null;

  constructor(stroke: Stroke, hold: Hold | null) {
    this.stroke = stroke;
    this.hold = hold;
  }

  /** A row that history has of it. Of several the one placed last is where history says it is. HIS-7. */
  noteRow({ student, assignment, item, box, placement }: RowPlace): void {
    const place = { student, assignment, item, box, placement };
    if (this.told === null || isSameOwner(this.told, place)) this.told = place;
    else if (this.told.placement >= placement) this.strays.push(place);
    else {
      this.strays.push(this.told);
      this.told = place;
    }
  }

  /** True: the row says nothing but what history was told last, of ink that is here. */
  hasTold(row: RowPlace & { readonly version: number }): boolean {
    const { told } = this;
    if (told === null || this.strays.length > 0 || this.stroke.best.count < row.version) return false;
    return isSameOwner(told, row) && told.item === row.item && told.box === row.box;
  }

  /** @param atMs its host time. */
  give({ student, sheet, late, home }: StrokeOwner, atMs: number): void {
    this.student = student;
    this.late = late;
    this.home = home;
    this.givenMs = atMs;
    this.placeOn(sheet);
  }

  placeOn(sheet: Sheet | null): void {
    this.sheet = sheet;
    const { paper, stroke } = this;
    this.map = paper === null || stroke.pageKey === null ? null : (paper.index.pages.get(stroke.pageKey) ?? null);
    this.#tally = null;
  }

  /** What its page is a page of, in time or late. */
  get paper(): Sheet | null {
    return this.sheet ?? this.late;
  }

  /** The share of the boxes in the telling that counts, up to date; null: no map. */
  tally(): PlaceTally | null {
    if (this.map === null) return null;
    const { best } = this.stroke;
    if (this.#tally === null || this.#tallied !== best) {
      this.#tally = new PlaceTally(this.map);
      this.#tallied = best;
    }
    this.#tally.extend(best.dots, best.count);
    return this.#tally;
  }
}
