/** Dots of the watched page in one record of the gateway. */
export interface HeardInk {
  readonly receivedMs: number;
  readonly dots: number;
}

/** `dots`: so many of the page were on the canvas once the frame that ended at `atMs` was drawn. */
export interface ShownInk {
  readonly dots: number;
  readonly atMs: number;
}

/** The processor said so of a cell; `atMs` is when the gateway received what it follows from. */
export interface ToldCell {
  readonly cell: string;
  readonly state: string;
  readonly atMs: number;
}

/** The cell's state changed on the page; the frame with it ended at `atMs`. */
export type ShownCell = ToldCell;

/**
 * For each record, ms from its receive time to the end of the frame from which on all its dots were on the canvas. What
 * the first entry of `shown` shows was there before anybody looked, and is not counted.
 * @throws RangeError the canvas shows more dots than were heard
 */
export function inkLatencies(heard: readonly HeardInk[], shown: readonly ShownInk[]): number[] {
  const latencies: number[] = [];
  let next = 0;
  let dots = 0;
  for (const [frame, { dots: drawn, atMs }] of shown.entries()) {
    for (let record = heard[next]; record !== undefined && dots + record.dots <= drawn; record = heard[next]) {
      dots += record.dots;
      next++;
      if (frame > 0) latencies.push(atMs - record.receivedMs);
    }
    if (next === heard.length && drawn > dots) throw new RangeError(`the canvas shows ${drawn} dots of ${dots} heard`);
  }
  return latencies;
}

/**
 * For each change of a cell on the page, ms from what it follows from to the end of its frame. A state that was replaced
 * before it came to the page (the last event of a cell wins) is not counted.
 * @throws RangeError the page shows a state that nobody told
 */
export function cellLatencies(told: readonly ToldCell[], shown: readonly ShownCell[]): number[] {
  const byCell = new Map<string, ToldCell[]>();
  for (const each of told) {
    const list = byCell.get(each.cell);
    if (list === undefined) byCell.set(each.cell, [each]);
    else if (list.at(-1)?.state !== each.state) list.push(each);
  }
  return shown.map(({ cell, state, atMs }) => {
    const cause = byCell.get(cell)?.findLast((each) => each.state === state && each.atMs <= atMs);
    if (cause === undefined) throw new RangeError(`nobody told that ${cell} is ${state}`);
    return atMs - cause.atMs;
  });
}

/** Cells whose last state, told before `untilMs` and not changed since, is not what the page shows. */
export function staleCells(
  told: readonly ToldCell[],
  page: Readonly<Record<string, string>>,
  untilMs: number,
): { readonly cell: string; readonly told: string; readonly shown: string }[] {
  const last = new Map(told.map((each) => [each.cell, each]));
  return [...last.values()]
    .filter(({ cell, state, atMs }) => atMs < untilMs && page[cell] !== state)
    .map(({ cell, state }) => ({ cell, told: state, shown: page[cell] ?? "nothing" }));
}
