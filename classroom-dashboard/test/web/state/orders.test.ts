import type { ItemId, StudentId } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { BoardSignals } from "../../../web/src/state/board-signals.ts";
import { createOrders, RESORT_MS, TOUCH_HOLD_MS } from "../../../web/src/state/orders.ts";
import { boardOf, cellOf, itemOf, studentOf } from "../live/boards.ts";

function started() {
  const board = new BoardSignals();
  const orders = createOrders(board);
  board.apply({ kind: "snapshot", board: boardOf(1), worksheet: null }, 0);
  const missed = (student: string, item: string) =>
    board.apply({ kind: "delta", cells: [cellOf(student, item, "wrong")], items: [], students: [], delays: null }, 0);
  return { board, orders, missed };
}

describe("order on the board", () => {
  it("is seats and printed numbers, whatever happens in the lesson", () => {
    const { orders, missed } = started();
    missed("bob", "1");
    orders.follow(RESORT_MS);
    expect([orders.students.value, orders.items.value]).toEqual([
      ["ann", "bob"],
      ["1", "2"],
    ]);
  });

  it("changes at once when it is chosen, and one choice leads back", () => {
    const { orders, missed, board } = started();
    missed("bob", "1");
    orders.chooseStudents("need");
    expect(orders.students.value).toEqual(["bob", "ann"]);
    const item = itemOf("2", { judged: 2, right: 0, wilson: [0, 0.658] });
    board.apply({ kind: "delta", cells: [], items: [item], students: [], delays: null }, 0);
    orders.chooseItems("missed");
    expect(orders.items.value).toEqual(["2", "1"]);
    orders.chooseStudents("seat");
    orders.chooseItems("number");
    expect([orders.students.value, orders.items.value]).toEqual([
      ["ann", "bob"],
      ["1", "2"],
    ]);
  });

  it("[LIVE-22] follows the lesson at most every five seconds", () => {
    const { orders, missed } = started();
    orders.chooseStudents("need");
    orders.follow(0);
    missed("bob", "1");
    orders.follow(RESORT_MS - 1);
    expect(orders.students.value).toEqual(["ann", "bob"]);
    orders.follow(RESORT_MS);
    expect(orders.students.value).toEqual(["bob", "ann"]);
  });

  it("[LIVE-22] nothing moves under the teacher's hand", () => {
    const { orders, missed } = started();
    orders.chooseStudents("need");
    missed("bob", "1");
    orders.touch(100_000, true);
    orders.follow(200_000);
    expect(orders.students.value).toEqual(["ann", "bob"]);
    orders.touch(200_000, false);
    orders.follow(200_000 + TOUCH_HOLD_MS - 1);
    expect(orders.students.value).toEqual(["ann", "bob"]);
    orders.follow(200_000 + TOUCH_HOLD_MS);
    expect(orders.students.value).toEqual(["bob", "ann"]);
  });

  it("a snapshot with another class shows at once, those who stay in their places", () => {
    const { orders, missed, board } = started();
    missed("bob", "1");
    orders.chooseStudents("need");
    orders.touch(0, true);
    const students = [studentOf("ann", 1), studentOf("bob", 2), studentOf("cy", 3)];
    board.apply({ kind: "snapshot", board: boardOf(5, { students }), worksheet: null }, 0);
    expect(orders.students.value).toEqual(["bob", "ann", "cy"] as StudentId[]);
    expect(orders.items.value).toEqual(["1", "2"] as ItemId[]);
  });
});
