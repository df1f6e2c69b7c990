import type {
  AnswerValue,
  BoardCell,
  CellState,
  Item,
  ItemId,
  KeyPreview,
  SetupFault,
  Verdict,
  Worksheet,
} from "@penlight/proto";
import { faultOf } from "@penlight/proto";
import { sameDocument } from "./setup-rules.ts";

/** What an answer is worth, as the processor scores it; it is given from outside, for services share no code. SET-20. */
export type WorthOf = (
  item: Item,
  answer: AnswerValue,
  verdict: Verdict | null,
) => { readonly state: CellState; readonly points: number };

/** What of an item is corrected; what is left out stays. */
export interface KeyChange {
  readonly item: ItemId;
  readonly key?: unknown;
  readonly points?: number;
  /** Null: none, where an item can do without. */
  readonly partialCredit?: string | null;
}

const JUDGED: ReadonlySet<CellState> = new Set(["right", "partial", "wrong"]);

/** The worksheet with other keys and points, as another version of it. It may be wrong: it is checked like any. SET-20. */
export function correctedBy(worksheet: Worksheet, changes: readonly KeyChange[], version: number): Worksheet {
  const byItem = new Map(changes.map((change) => [change.item, change]));
  const items = worksheet.items.map((item) => changed(item, byItem.get(item.id)));
  return { ...worksheet, version, items };
}

function changed(before: Item, change: KeyChange | undefined): Item {
  if (change === undefined) return before;
  const { item, partialCredit, ...rest } = change;
  const after = { ...before, ...rest, ...(partialCredit === undefined ? {} : { partialCredit }) };
  if (partialCredit === null) Reflect.deleteProperty(after, "partialCredit");
  return after as Item;
}

/** Items that are not there or there twice, and a correction that changes nothing. */
export function checkChanges(worksheet: Worksheet, changes: readonly KeyChange[]): SetupFault[] {
  const known = new Set(worksheet.items.map((item) => item.id));
  const seen = new Set<ItemId>();
  const faults = changes.flatMap(({ item }, index): SetupFault[] => {
    const at = `/items/${index}/item`;
    const isTwice = seen.has(item);
    seen.add(item);
    if (!known.has(item)) return [faultOf(at, "no-item", item)];
    return isTwice ? [faultOf(at, "item-twice", item)] : [];
  });
  const { items } = correctedBy(worksheet, changes, worksheet.version);
  if (faults.length > 0 || !sameDocument(items, worksheet.items)) return faults;
  return [faultOf("/items", "unchanged")];
}

/** Which cells of the board change, from what to what. What a teacher marked stays, but for full points that are others. SET-20. */
export function previewOf(cells: readonly BoardCell[], after: Worksheet, worthOf: WorthOf): KeyPreview["cells"] {
  const items = new Map(after.items.map((item) => [item.id, item]));
  return cells.flatMap((cell) => {
    const item = items.get(cell.item);
    if (item === undefined || !JUDGED.has(cell.state)) return [];
    const { student, state, points, answer } = cell;
    const to = worthOf(item, answer, cell.mark?.verdict ?? null);
    if (to.state === state && to.points === points) return [];
    return [{ student, item: cell.item, answer, from: { state, points }, to }];
  });
}
