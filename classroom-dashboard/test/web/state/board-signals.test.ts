import type { BoardPen, ItemId, StudentId } from "@penlight/proto";
import { effect } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { RECOVERED_FRESH_MS } from "../../../web/src/board/concerns.ts";
import { BoardSignals } from "../../../web/src/state/board-signals.ts";
import { boardOf, cellOf, itemOf, studentOf } from "../live/boards.ts";

const ann = "ann" as StudentId;
const bob = "bob" as StudentId;
const one = "1" as ItemId;

function started() {
  const board = new BoardSignals();
  board.apply({ kind: "snapshot", board: boardOf(1), worksheet: null }, 1000);
  return board;
}

describe("BoardSignals", () => {
  it("a delta wakes only the cells it names", () => {
    const board = started();
    const woken: string[] = [];
    effect(() => void woken.push(`ann ${board.cell(ann, one).value?.state}`));
    effect(() => void woken.push(`bob ${board.cell(bob, one).value?.state}`));
    effect(() => void woken.push(`list ${board.studentIds.value.length}`));
    woken.length = 0;
    board.apply({ kind: "delta", cells: [cellOf("ann", "1", "right")], items: [], students: [], delays: null }, 1100);
    expect(woken).toEqual(["ann right"]);
  });

  it("a snapshot of the same class moves nothing: lists keep their identity", () => {
    const board = started();
    const lists = [board.studentIds.value, board.itemIds.value];
    board.apply({ kind: "snapshot", board: boardOf(9, { cells: [cellOf("ann", "1", "wrong")] }), worksheet: null }, 2000);
    expect([board.studentIds.value, board.itemIds.value]).toEqual(lists);
    expect(board.studentIds.value).toBe(lists[0]);
    expect(board.cell(ann, one).value?.state).toBe("wrong");
    expect(board.cell(bob, one).value).toBeNull();
  });

  it("lists students by seat, items as printed", () => {
    const board = new BoardSignals();
    const students = [studentOf("z", 1), studentOf("a", 3), studentOf("m", 2)];
    board.apply({ kind: "snapshot", board: boardOf(1, { students }), worksheet: null }, 0);
    expect(board.studentIds.value).toEqual(["z", "m", "a"]);
    expect(board.itemIds.value).toEqual(["1", "2"]);
  });

  it("[ANS-44] boxes to tick are no columns; a raised hand comes before handing in", () => {
    const board = new BoardSignals();
    const items = [itemOf("1"), itemOf("s", { kind: "submit" }), itemOf("h", { kind: "help" })];
    const cells = [cellOf("ann", "s", "right"), cellOf("ann", "h", "not-started"), cellOf("bob", "1", "right")];
    board.apply({ kind: "snapshot", board: boardOf(1, { items, cells }), worksheet: null }, 0);
    expect([board.itemIds.value, board.handOf(ann), board.handOf(bob)]).toEqual([["1"], "submit", null]);
    board.apply({ kind: "delta", cells: [cellOf("ann", "h", "right")], items: [], students: [], delays: null }, 1);
    expect(board.handOf(ann)).toBe("help");
  });

  it("[EVT-23] counts strokes that come home while the board is shown; what comes a minute later is counted anew", () => {
    const board = new BoardSignals();
    const facts = { id: "p", link: "connected", batteryPercent: null, charging: false } as const;
    const pen = { ...facts, heardMs: 0, lostDots: 0, troubles: [] };
    const show = (recoveredStrokes: number, atMs: number, id = "p") => {
      const students = [studentOf("ann", 1, { pen: { ...pen, id, recoveredStrokes } })];
      board.apply({ kind: "delta", cells: [], items: [], students, delays: null }, atMs);
      return board.recoveredOf(ann)?.strokes ?? null;
    };
    expect([show(4, 1000), show(7, 2000), show(9, 3000), show(9, 4000)]).toEqual([null, 3, 5, 5]);
    expect([show(10, 3000 + RECOVERED_FRESH_MS), show(2, 90_000), show(50, 91_000, "other")]).toEqual([1, null, null]);
  });

  it("notes when a pen began to lose dots, not what it had lost before", () => {
    const board = new BoardSignals();
    const pen: BoardPen = {
      ...{ id: "p", link: "connected", batteryPercent: null, charging: false },
      ...{ heardMs: 0, lostDots: 7, recoveredStrokes: 0, troubles: [] },
    };
    const students = [studentOf("ann", 1, { pen })];
    board.apply({ kind: "snapshot", board: boardOf(1, { students }), worksheet: null }, 1000);
    expect(board.lostAtMs(ann)).toBeNull();
    const worse = studentOf("ann", 1, { pen: { ...pen, lostDots: 9 } });
    board.apply({ kind: "delta", cells: [], items: [], students: [worse], delays: null }, 4000);
    expect(board.lostAtMs(ann)).toBe(4000);
    board.apply({ kind: "delta", cells: [], items: [], students: [worse], delays: null }, 9000);
    expect(board.lostAtMs(ann)).toBe(4000);
  });
});
