import type { ItemId, StudentId } from "@penlight/proto";
import { effect, signal, untracked } from "@preact/signals";
import { byMissed, byNeed, type ItemOrder, keepOrder, type StudentOrder, sameOrder } from "../board/order.ts";
import type { BoardSignals } from "./board-signals.ts";

/** An order that is not the printed one follows the lesson this often, ms. LIVE-22. */
export const RESORT_MS = 5000;
/** Nothing moves by itself for this long after the teacher last touched the board, ms. LIVE-22. */
export const TOUCH_HOLD_MS = 3000;

/** In which order students and items stand on the board, and when that may change. Times are local, ms. LIVE-22. */
export function createOrders(board: BoardSignals) {
  const studentOrder = signal<StudentOrder>("seat");
  const itemOrder = signal<ItemOrder>("number");
  const students = signal<readonly StudentId[]>([]);
  const items = signal<readonly ItemId[]>([]);
  let sortedMs = Number.NEGATIVE_INFINITY;
  let touchedMs = Number.NEGATIVE_INFINITY;
  let isPressed = false;

  const sort = () => {
    const studentIds = board.studentIds.peek();
    const itemIds = board.itemIds.peek();
    const known = studentIds.flatMap((id) => board.student(id).peek() ?? []);
    const knownItems = itemIds.flatMap((id) => board.item(id).peek() ?? []);
    const stateOf = (student: StudentId, item: ItemId) => board.cell(student, item).peek()?.state ?? "not-started";
    const nextStudents = studentOrder.peek() === "seat" ? studentIds : byNeed(known, itemIds, stateOf);
    const nextItems = itemOrder.peek() === "number" ? itemIds : byMissed(knownItems);
    if (!sameOrder(students.peek(), nextStudents)) students.value = nextStudents;
    if (!sameOrder(items.peek(), nextItems)) items.value = nextItems;
  };
  // A different class or worksheet shows at once, with as little movement as the chosen order allows.
  effect(() => {
    const studentIds = board.studentIds.value;
    const itemIds = board.itemIds.value;
    untracked(() => {
      students.value = studentOrder.peek() === "seat" ? studentIds : keepOrder(students.peek(), studentIds);
      items.value = itemOrder.peek() === "number" ? itemIds : keepOrder(items.peek(), itemIds);
    });
  });

  return {
    studentOrder,
    itemOrder,
    students,
    items,
    chooseStudents: (order: StudentOrder) => {
      studentOrder.value = order;
      sort();
    },
    chooseItems: (order: ItemOrder) => {
      itemOrder.value = order;
      sort();
    },
    /** The teacher's hand is on the board. `pressed` is left out when that does not change. */
    touch: (nowMs: number, pressed = isPressed) => {
      isPressed = pressed;
      touchedMs = nowMs;
    },
    /** Called now and then: sorts again when it is time and nothing is being touched. */
    follow: (nowMs: number) => {
      if (isPressed || nowMs - touchedMs < TOUCH_HOLD_MS || nowMs - sortedMs < RESORT_MS) return;
      sortedMs = nowMs;
      sort();
    },
  };
}
