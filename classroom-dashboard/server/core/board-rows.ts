import type {
  BoardCell,
  BoardDelays,
  BoardItem,
  BoardPen,
  BoardStudent,
  Cell,
  Item,
  ItemStats,
  PenId,
  PenState,
} from "@penlight/proto";
import { keyAnswerOf } from "@penlight/proto";
import { lateOf } from "./cell-late.ts";
import { columnStats } from "./class-stats.ts";

/** What changed since the number before. LIVE-3. */
export interface RoomDelta {
  readonly seq: number;
  readonly dataMs: number;
  readonly cells: readonly BoardCell[];
  readonly items: readonly BoardItem[];
  readonly students: readonly BoardStudent[];
  /** Null: as before. */
  readonly delays: BoardDelays | null;
}

/** What a processor told of a cell, as the board has it. */
export function boardCellOf(cell: Cell, closesMs: number | null): Omit<BoardCell, "student" | "mark"> {
  const { item, state, answer, points } = cell;
  const late = lateOf(cell, closesMs);
  return { item, state, answer, points, ...(late !== null && { late }) };
}

/** A column: the processor's statistics, or, before there are any, what its cells say. */
export function boardItemOf(item: Item, stats: ItemStats | null, cells: () => readonly BoardCell[]): BoardItem {
  const { id, number, kind, stem, points } = item;
  const head = { item: id, number, kind, stem, points, key: keyAnswerOf(item) };
  if (stats === null) return { ...head, ...columnStats(cells(), item) };
  const { states, judged, classSize, pointsSum, wilson, options } = stats;
  const { right, partial, wrong, unsure, blank, withdrawn, writing } = states;
  const counts = { right, partial, wrong, judged, unsure, blank, withdrawn, writing };
  const open = { notStarted: states["not-started"], noSignal: states["no-signal"] };
  return { ...head, ...counts, ...open, classSize, pointsSum, wilson, options };
}

const NEVER_HEARD: Omit<BoardPen, "id"> = {
  link: "lost",
  batteryPercent: null,
  charging: false,
  heardMs: 0,
  lostDots: 0,
  recoveredStrokes: 0,
  troubles: [],
};

/** A pen that was given but never heard is lost; null: none was given. */
export function boardPenOf(state: PenState | null, given: PenId | undefined): BoardPen | null {
  if (state !== null) {
    const { pen: id, link, batteryPercent, charging, heardMs, lostDots, recoveredStrokes = 0, troubles = [] } = state;
    return { id, link, batteryPercent, charging, heardMs, lostDots, recoveredStrokes, troubles };
  }
  return given === undefined ? null : { ...NEVER_HEARD, id: given };
}

/** Renews what is dirty and returns what is really different. */
export function publishDirty<T extends object>(dirty: Set<number>, published: T[], renew: (index: number) => T): T[] {
  const changed: T[] = [];
  for (const index of dirty) {
    const value = renew(index);
    const before = published[index];
    if (before !== undefined && sameFields(value, before)) continue;
    published[index] = value;
    changed.push(value);
  }
  dirty.clear();
  return changed;
}

/** Equal as JSON; most fields are no objects, and those that differ are found first. */
function sameFields<T extends object>(a: T, b: T): boolean {
  const names = Object.keys(a) as (keyof T)[];
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => a[name] === b[name] || JSON.stringify(a[name]) === JSON.stringify(b[name]));
}
