import { type BoardCell, CELL_STATES, type ItemId, type ServerMessage, type StudentId } from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BoardStore, cellKey } from "../../../web/src/live/store.ts";
import { boardOf, cellOf, itemOf, studentOf } from "./boards.ts";

const ann = "ann" as StudentId;
const one = "1" as ItemId;

function snapshot(seq: number, more = {}): ServerMessage {
  return { type: "snapshot", board: boardOf(seq, more), worksheet: null, serverMs: 5000 };
}
function delta(seq: number, cells: readonly BoardCell[] = []): ServerMessage {
  return { type: "delta", seq, dataMs: 1000 + seq, cells };
}
const alive = (seq: number): ServerMessage => ({ type: "alive", serverMs: 6000, dataMs: 2000, seq });
const stateOf = (store: BoardStore) => store.cells.get(cellKey(ann, one))?.state;

describe("BoardStore", () => {
  it("[LIVE-3] applies the next delta: cells, items and students", () => {
    const store = new BoardStore();
    store.apply(snapshot(7));
    const change = store.apply({
      type: "delta",
      seq: 8,
      dataMs: 1500,
      cells: [cellOf("ann", "1", "right")],
      items: [itemOf("1", { right: 1, judged: 1 })],
      students: [studentOf("ann", 1, { done: 1 })],
    });
    expect(change.kind).toBe("delta");
    expect(stateOf(store)).toBe("right");
    expect(store.items.get(one)?.right).toBe(1);
    expect(store.students.get(ann)?.done).toBe(1);
    expect([store.seq, store.dataMs]).toEqual([8, 1500]);
  });

  it("[LIVE-3] a delta that comes twice changes nothing the second time", () => {
    const store = new BoardStore();
    store.apply(snapshot(7));
    store.apply(delta(8, [cellOf("ann", "1", "wrong")]));
    store.apply(delta(9, [cellOf("ann", "1", "right")]));
    expect(store.apply(delta(8, [cellOf("ann", "1", "wrong")])).kind).toBe("ignored");
    expect(stateOf(store)).toBe("right");
  });

  it("[LIVE-4] a missing delta asks for a snapshot once, and nothing is applied until it comes", () => {
    const store = new BoardStore();
    store.apply(snapshot(7));
    expect(store.apply(delta(9, [cellOf("ann", "1", "right")])).kind).toBe("gap");
    expect(store.apply(delta(10, [cellOf("ann", "1", "wrong")])).kind).toBe("ignored");
    expect(stateOf(store)).toBe("not-started");
    store.apply(snapshot(10, { cells: [cellOf("ann", "1", "wrong")] }));
    expect(store.apply(delta(11, [cellOf("ann", "1", "partial")])).kind).toBe("delta");
    expect(stateOf(store)).toBe("partial");
  });

  it("[LIVE-4] a delta that was announced a second ago and did not come is missing; one on its way is not", () => {
    const store = new BoardStore();
    store.apply(snapshot(7));
    expect(store.apply(alive(8)).kind).toBe("alive");
    store.apply(delta(8));
    expect(store.apply(alive(10)).kind).toBe("alive");
    expect(store.apply(alive(10)).kind).toBe("gap");
  });

  it("[LIVE-2] deltas before the snapshot of a new connection count for nothing", () => {
    const store = new BoardStore();
    expect(store.apply(delta(1, [cellOf("ann", "1", "right")])).kind).toBe("ignored");
    store.apply(snapshot(3));
    store.reopen();
    expect(store.apply(delta(4, [cellOf("ann", "1", "right")])).kind).toBe("ignored");
    store.apply(snapshot(9));
    expect([store.seq, stateOf(store)]).toEqual([9, "not-started"]);
  });

  it("a snapshot forgets the board before it", () => {
    const store = new BoardStore();
    store.apply(snapshot(1));
    store.apply(snapshot(2, { students: [studentOf("cy", 1)], items: [itemOf("9")], cells: [] }));
    expect([...store.students.keys()]).toEqual(["cy"]);
    expect([...store.items.keys()]).toEqual(["9"]);
    expect(store.cells.size).toBe(0);
  });

  it("passes ink and errors on, outside the numbering", () => {
    const store = new BoardStore();
    expect(store.apply({ type: "ink", student: ann, reset: true, strokes: [] })).toEqual({
      kind: "ink",
      student: ann,
      reset: true,
      strokes: [],
    });
    expect(store.apply({ type: "error", code: "unknown-room", detail: "x" }).kind).toBe("error");
    expect(store.seq).toBeNull();
  });

  it("[LIVE-3] under any loss and repetition the board is that of its number (seed 11)", () => {
    const places = fc.tuple(fc.constantFrom("ann", "bob"), fc.constantFrom("1", "2"), fc.constantFrom(...CELL_STATES));
    const plan = fc.array(fc.record({ change: places, fate: fc.constantFrom("comes", "lost", "twice") }), { maxLength: 40 });
    fc.assert(
      fc.property(plan, (steps) => {
        const server = new Map(boardOf(0).cells.map((cell) => [cellKey(cell.student, cell.item), cell]));
        const store = new BoardStore();
        const full = (seq: number) => store.apply(snapshot(seq, { cells: [...server.values()] }));
        full(0);
        for (const [index, { change, fate }] of steps.entries()) {
          const cell = cellOf(...change);
          server.set(cellKey(cell.student, cell.item), cell);
          const times = fate === "comes" ? 1 : fate === "lost" ? 0 : 2;
          for (let time = 0; time < times; time++) {
            if (store.apply(delta(index + 1, [cell])).kind === "gap") full(index + 1);
          }
          if (store.seq === index + 1) expect(new Map(store.cells)).toEqual(server);
        }
        if (store.apply(delta(steps.length + 2)).kind === "gap") full(steps.length + 2);
        expect(new Map(store.cells)).toEqual(server);
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});
