import type {
  Board,
  BoardCell,
  BoardDelays,
  BoardItem,
  BoardStudent,
  ItemId,
  ItemKind,
  StudentId,
  Worksheet,
} from "@penlight/proto";
import { batch, type Signal, signal } from "@preact/signals";
import { RECOVERED_FRESH_MS } from "../board/concerns.ts";
import { bySeat, sameOrder } from "../board/order.ts";
import { type CellKey, type Change, cellKey } from "../live/store.ts";

/** What a student tells by ticking a box that is no question. */
export type Hand = "help" | "submit";
const isHand = (kind: ItemKind): kind is Hand => kind === "help" || kind === "submit";

/** Strokes that a pen's memory brought home, and the room time of the last of them, ms. */
interface Recovered {
  readonly strokes: number;
  readonly atMs: number;
}

export type BoardHead = Pick<Board, "room" | "roomName" | "assignment">;

const NOTHING_LATE: BoardDelays = { delivery: null, history: null };

/**
 * The board as signals, one for each cell, item and student: a delta wakes exactly the cells that it names. A snapshot
 * of the same class and worksheet writes into the same signals, so that a reconnect moves nothing on the screen.
 */
export class BoardSignals {
  readonly head = signal<BoardHead | null>(null);
  readonly worksheet = signal<Worksheet | null>(null);
  readonly delays = signal<BoardDelays>(NOTHING_LATE);
  /** In seat order. */
  readonly studentIds = signal<readonly StudentId[]>([]);
  /** Questions, as printed: the columns. */
  readonly itemIds = signal<readonly ItemId[]>([]);
  private readonly hands = signal<readonly { readonly item: ItemId; readonly kind: Hand }[]>([]);
  /** Grows when an answer was judged anywhere: what depends on the whole board looks here. */
  readonly revision = signal(0);
  private readonly studentSignals = new Map<StudentId, Signal<BoardStudent | null>>();
  private readonly itemSignals = new Map<ItemId, Signal<BoardItem | null>>();
  private readonly cellSignals = new Map<CellKey, Signal<BoardCell | null>>();
  private readonly dotsLost = new Map<StudentId, { dots: number; atMs: number | null }>();
  private readonly recovered = new Map<StudentId, Recovered & { readonly pen: string; readonly all: number }>();

  student(id: StudentId): Signal<BoardStudent | null> {
    return signalOf(this.studentSignals, id);
  }

  item(id: ItemId): Signal<BoardItem | null> {
    return signalOf(this.itemSignals, id);
  }

  cell(student: StudentId, item: ItemId): Signal<BoardCell | null> {
    return signalOf(this.cellSignals, cellKey(student, item));
  }

  /** A raised hand comes before handing in; null: neither. ANS-44. */
  handOf(student: StudentId): Hand | null {
    const shown = this.hands.value.filter(({ item }) => this.cell(student, item).value?.state === "right");
    return shown.find(({ kind }) => kind === "help")?.kind ?? shown[0]?.kind ?? null;
  }

  /** Room time at which this student's pen was last seen to lose dots, or null. */
  lostAtMs(student: StudentId): number | null {
    return this.dotsLost.get(student)?.atMs ?? null;
  }

  /** What this student's pen brought home from its memory while the board was shown; null: nothing. EVT-23. */
  recoveredOf(student: StudentId): Recovered | null {
    const known = this.recovered.get(student);
    return known === undefined || known.strokes === 0 ? null : known;
  }

  /** Forgets the board (another room). */
  clear(): void {
    batch(() => {
      this.head.value = null;
      this.worksheet.value = null;
      this.delays.value = NOTHING_LATE;
      this.studentIds.value = [];
      this.itemIds.value = [];
      this.hands.value = [];
      this.studentSignals.clear();
      this.itemSignals.clear();
      this.cellSignals.clear();
      this.dotsLost.clear();
      this.recovered.clear();
    });
  }

  apply(change: Change, dataMs: number): void {
    batch(() => {
      if (change.kind === "snapshot") this.replace(change.board, change.worksheet, dataMs);
      if (change.kind === "delta") {
        this.write(change.cells, change.items, change.students, dataMs);
        if (change.delays !== null) this.delays.value = change.delays;
      }
    });
  }

  private replace(board: Board, worksheet: Worksheet | null, dataMs: number): void {
    this.head.value = { room: board.room, roomName: board.roomName, assignment: board.assignment };
    this.worksheet.value = worksheet;
    this.delays.value = board.delays;
    const named = new Set(board.cells.map((cell) => cellKey(cell.student, cell.item)));
    for (const [key, each] of this.cellSignals) if (!named.has(key)) each.value = null;
    this.write(board.cells, board.items, board.students, dataMs);
    const students = bySeat(board.students);
    if (!sameOrder(students, this.studentIds.value)) this.studentIds.value = students;
    const items = board.items.filter(({ kind }) => !isHand(kind)).map((item) => item.item);
    this.hands.value = board.items.flatMap(({ item, kind }) => (isHand(kind) ? [{ item, kind }] : []));
    if (!sameOrder(items, this.itemIds.value)) this.itemIds.value = items;
  }

  private write(
    cells: readonly BoardCell[],
    items: readonly BoardItem[],
    students: readonly BoardStudent[],
    dataMs: number,
  ): void {
    for (const cell of cells) this.cell(cell.student, cell.item).value = cell;
    for (const item of items) this.item(item.item).value = item;
    for (const student of students) {
      this.noteLoss(student, dataMs);
      this.noteRecovered(student, dataMs);
      this.student(student.student).value = student;
    }
    if (cells.length + items.length > 0) this.revision.value++;
  }

  private noteLoss(student: BoardStudent, dataMs: number): void {
    const dots = student.pen?.lostDots ?? 0;
    const before = this.dotsLost.get(student.student);
    if (before === undefined) this.dotsLost.set(student.student, { dots, atMs: null });
    else if (dots > before.dots) this.dotsLost.set(student.student, { dots, atMs: dataMs });
  }

  /** What comes one after the other is one number, until it has been told for long enough. */
  private noteRecovered({ student, pen }: BoardStudent, atMs: number): void {
    if (pen === null) return;
    const before = this.recovered.get(student);
    const all = pen.recoveredStrokes;
    if (before === undefined || before.pen !== pen.id || all < before.all) {
      this.recovered.set(student, { pen: pen.id, all, strokes: 0, atMs });
    } else if (all > before.all) {
      const told = atMs - before.atMs < RECOVERED_FRESH_MS ? before.strokes : 0;
      this.recovered.set(student, { pen: pen.id, all, strokes: told + all - before.all, atMs });
    }
  }
}

function signalOf<Key, Value>(signals: Map<Key, Signal<Value | null>>, key: Key): Signal<Value | null> {
  const known = signals.get(key);
  if (known !== undefined) return known;
  const fresh = signal<Value | null>(null);
  signals.set(key, fresh);
  return fresh;
}
