import type { BoardItem, BoardStudent, CellState, ItemId, StudentId } from "@penlight/proto";

export type StudentOrder = "seat" | "need";
export type ItemOrder = "number" | "missed";

/** What a missed answer adds to a student's need; only judged answers count, silence of a pen never does. */
const NEED: Readonly<Partial<Record<CellState, number>>> = { wrong: 2, partial: 1, blank: 2, unsure: 0.5 };

/** Seat order; equal seats by id, so that two viewers see the same. */
export function bySeat(students: readonly BoardStudent[]): StudentId[] {
  return [...students].sort(compareSeats).map((each) => each.student);
}

/** Who missed most comes first; of equals, who has done least; then seat order. */
export function byNeed(
  students: readonly BoardStudent[],
  items: readonly ItemId[],
  stateOf: (student: StudentId, item: ItemId) => CellState,
): StudentId[] {
  const need = new Map(students.map((each) => [each.student, needOf(each.student, items, stateOf)]));
  const of = (each: BoardStudent) => need.get(each.student) ?? 0;
  return [...students].sort((a, b) => of(b) - of(a) || a.done - b.done || compareSeats(a, b)).map((each) => each.student);
}

function needOf(
  student: StudentId,
  items: readonly ItemId[],
  stateOf: (student: StudentId, item: ItemId) => CellState,
): number {
  return items.reduce((sum, item) => sum + (NEED[stateOf(student, item)] ?? 0), 0);
}

function compareSeats(a: BoardStudent, b: BoardStudent): number {
  return a.seat - b.seat || (a.student < b.student ? -1 : 1);
}

/**
 * The item that is most surely missed comes first: by the upper end of the Wilson interval of its right share, so that
 * one wrong answer out of one does not outrank twelve out of thirty. Items nobody was judged in stay at the end, and
 * of equals the printed order holds.
 */
export function byMissed(items: readonly BoardItem[]): ItemId[] {
  const bound = (item: BoardItem) => (item.judged === 0 ? 2 : item.wilson[1]);
  return items
    .map((item, place) => ({ item, place }))
    .sort((a, b) => bound(a.item) - bound(b.item) || a.place - b.place)
    .map(({ item }) => item.item);
}

/** The order that is on screen, with newcomers at its end and those who left taken out. */
export function keepOrder<Id>(shown: readonly Id[], present: readonly Id[]): Id[] {
  const here = new Set(present);
  const kept = shown.filter((id) => here.has(id));
  const known = new Set(kept);
  return [...kept, ...present.filter((id) => !known.has(id))];
}

export function sameOrder<Id>(a: readonly Id[], b: readonly Id[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
