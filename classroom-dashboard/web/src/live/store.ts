import type {
  Board,
  BoardCell,
  BoardDelays,
  BoardItem,
  BoardStudent,
  InkStroke,
  ItemId,
  ServerMessage,
  StudentId,
  Worksheet,
} from "@penlight/proto";

/** What one message of the socket changed. */
export type Change =
  | { readonly kind: "snapshot"; readonly board: Board; readonly worksheet: Worksheet | null }
  | {
      readonly kind: "delta";
      readonly cells: readonly BoardCell[];
      readonly items: readonly BoardItem[];
      readonly students: readonly BoardStudent[];
      /** Null: as before. */
      readonly delays: BoardDelays | null;
    }
  | { readonly kind: "ink"; readonly student: StudentId; readonly reset: boolean; readonly strokes: readonly InkStroke[] }
  | { readonly kind: "alive" }
  /** Something is missing: ask for a snapshot (LIVE-4). */
  | { readonly kind: "gap" }
  /** Already known, or not usable before the snapshot comes. */
  | { readonly kind: "ignored" }
  | { readonly kind: "error"; readonly code: Extract<ServerMessage, { type: "error" }>["code"]; readonly detail: string };

export type CellKey = `${string}\n${string}`;

export function cellKey(student: StudentId, item: ItemId): CellKey {
  return `${student}\n${item}`;
}

/**
 * The board as this viewer knows it: the fold of one snapshot and the deltas after it. Pure: messages in, changes out;
 * it neither sends nor waits. A delta is applied only when it is the next one; when one is missing, everything up to the
 * next snapshot is ignored, so that the board is never a mixture of two moments. LIVE-3.
 */
export class BoardStore {
  readonly students = new Map<StudentId, BoardStudent>();
  readonly items = new Map<ItemId, BoardItem>();
  readonly cells = new Map<CellKey, BoardCell>();
  dataMs = 0;
  /** Null until the first snapshot. */
  seq: number | null = null;
  private waiting = true;
  private announcedSeq = 0;

  /** A new connection: nothing counts until its snapshot. */
  reopen(): void {
    this.waiting = true;
    this.announcedSeq = 0;
  }

  apply(message: ServerMessage): Change {
    switch (message.type) {
      case "snapshot":
        return this.replace(message.board, message.worksheet);
      case "delta":
        return this.advance(message);
      case "ink":
        return { kind: "ink", student: message.student, reset: message.reset, strokes: message.strokes };
      case "alive":
        return this.check(message.seq, message.dataMs);
      case "error":
        return { kind: "error", code: message.code, detail: message.detail };
    }
  }

  private replace(board: Board, worksheet: Worksheet | null): Change {
    this.students.clear();
    this.items.clear();
    this.cells.clear();
    this.fold(board.cells, board.items, board.students);
    this.seq = board.seq;
    this.announcedSeq = board.seq;
    this.dataMs = board.dataMs;
    this.waiting = false;
    return { kind: "snapshot", board, worksheet };
  }

  private advance(delta: Extract<ServerMessage, { type: "delta" }>): Change {
    if (this.waiting || this.seq === null || delta.seq <= this.seq) return { kind: "ignored" };
    if (delta.seq !== this.seq + 1) return this.missed();
    this.seq = delta.seq;
    this.dataMs = Math.max(this.dataMs, delta.dataMs);
    const { cells = [], items = [], students = [], delays = null } = delta;
    this.fold(cells, items, students);
    return { kind: "delta", cells, items, students, delays };
  }

  private fold(cells: readonly BoardCell[], items: readonly BoardItem[], students: readonly BoardStudent[]): void {
    for (const cell of cells) this.cells.set(cellKey(cell.student, cell.item), cell);
    for (const item of items) this.items.set(item.item, item);
    for (const student of students) this.students.set(student.student, student);
  }

  /** A delta that was announced a whole second ago and has not come is lost; one that is on its way is not. */
  private check(seq: number, dataMs: number): Change {
    if (this.waiting || this.seq === null) return { kind: "alive" };
    if (this.seq < this.announcedSeq) return this.missed();
    this.announcedSeq = seq;
    this.dataMs = Math.max(this.dataMs, dataMs);
    return { kind: "alive" };
  }

  private missed(): Change {
    this.waiting = true;
    return { kind: "gap" };
  }
}
