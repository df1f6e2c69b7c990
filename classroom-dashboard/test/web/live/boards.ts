import type { Board, BoardCell, BoardItem, BoardStudent, CellState, ItemId, RoomId, StudentId } from "@penlight/proto";

/** Small boards for the tests of the page. */
export function studentOf(id: string, seat: number, more: Partial<BoardStudent> = {}): BoardStudent {
  return {
    student: id as StudentId,
    name: { zh: `学生${seat}`, en: `Student ${seat}` },
    seat,
    pen: null,
    done: 0,
    right: 0,
    points: 0,
    lastInkMs: 0,
    idle: false,
    gaps: [],
    ...more,
  };
}

export function itemOf(id: string, more: Partial<BoardItem> = {}): BoardItem {
  return {
    item: id as ItemId,
    number: id,
    kind: "choice",
    stem: { zh: "题", en: "stem" },
    points: 1,
    key: "A",
    right: 0,
    partial: 0,
    wrong: 0,
    judged: 0,
    unsure: 0,
    blank: 0,
    withdrawn: 0,
    writing: 0,
    notStarted: 0,
    noSignal: 0,
    classSize: 2,
    pointsSum: 0,
    wilson: [0, 1],
    options: [],
    ...more,
  };
}

export function cellOf(student: string, item: string, state: CellState): BoardCell {
  return { student: student as StudentId, item: item as ItemId, state, answer: null, points: null, mark: null };
}

export function boardOf(seq: number, more: Partial<Board> = {}): Board {
  return {
    room: "room" as RoomId,
    roomName: { zh: "教室", en: "Room" },
    assignment: null,
    seq,
    dataMs: 1000,
    students: [studentOf("ann", 1), studentOf("bob", 2)],
    items: [itemOf("1"), itemOf("2")],
    cells: ["ann", "bob"].flatMap((student) => ["1", "2"].map((item) => cellOf(student, item, "not-started"))),
    delays: { delivery: null, history: null },
    ...more,
  };
}
