import type { InkCell, Review, ReviewGroup, Verdict } from "@penlight/proto";

/** One decision, as it can be taken back. */
export interface Decision {
  readonly group: ReviewGroup;
  /** Cells that it was for; the others of the group wait on. */
  readonly cells: readonly InkCell[];
  readonly verdict: Verdict;
}

/** The review queue as one teacher goes through it. A value: every step makes another one. */
export interface Queue {
  readonly groups: readonly ReviewGroup[];
  /** Oldest first. */
  readonly decided: readonly Decision[];
  /** Of the first group, those that the next decision is not for. */
  readonly leftOut: ReadonlySet<string>;
}

export const EMPTY_QUEUE: Queue = { groups: [], decided: [], leftOut: new Set() };

export function queueOf(review: Review, before: Queue = EMPTY_QUEUE): Queue {
  // What was decided a moment ago may not have reached the server's board yet.
  const decided = new Set(before.decided.flatMap((each) => each.cells.map(nameOf)));
  const groups = review.groups.flatMap((group): ReviewGroup[] => {
    const cells = group.cells.filter((cell) => !decided.has(nameOf(cell)));
    return cells.length === 0 ? [] : [{ ...group, cells }];
  });
  return { groups, decided: before.decided, leftOut: new Set() };
}

export function cellsLeft({ groups }: Queue): number {
  return groups.reduce((sum, group) => sum + group.cells.length, 0);
}

export function cellsDecided({ decided }: Queue): number {
  return decided.reduce((sum, each) => sum + each.cells.length, 0);
}

/** Cells that the next decision is for; never none while something waits. */
export function chosenCells({ groups, leftOut }: Queue): readonly InkCell[] {
  return (groups[0]?.cells ?? []).filter((cell) => !leftOut.has(nameOf(cell)));
}

/** Leaves a cell out of the next decision, or takes it in again; the last one stays. */
export function leaveOut(queue: Queue, cell: InkCell): Queue {
  const leftOut = new Set(queue.leftOut);
  if (!leftOut.delete(nameOf(cell))) leftOut.add(nameOf(cell));
  const next = { ...queue, leftOut };
  return chosenCells(next).length === 0 ? queue : next;
}

/** Null: nothing waits. */
export function decideNext(queue: Queue, verdict: Verdict): { readonly queue: Queue; readonly decision: Decision } | null {
  const [group, ...rest] = queue.groups;
  if (group === undefined) return null;
  const cells = chosenCells(queue);
  const others = group.cells.filter((cell) => queue.leftOut.has(nameOf(cell)));
  const decision = { group, cells, verdict };
  const groups = [...others.map((cell) => ({ ...group, cells: [cell] })), ...rest];
  return { queue: { groups, decided: [...queue.decided, decision], leftOut: new Set() }, decision };
}

/** The first group comes last. */
export function skipNext(queue: Queue): Queue {
  const [group, ...rest] = queue.groups;
  return group === undefined ? queue : { ...queue, groups: [...rest, group], leftOut: new Set() };
}

/** The decision's cells wait again, first of all. */
export function takeBack(queue: Queue, decision: Decision): Queue {
  const decided = queue.decided.filter((each) => each !== decision);
  if (decided.length === queue.decided.length) return queue;
  return { groups: [{ ...decision.group, cells: decision.cells }, ...queue.groups], decided, leftOut: new Set() };
}

export function nameOf(cell: Pick<InkCell, "student" | "item">): string {
  return `${cell.student}\n${cell.item}`;
}
