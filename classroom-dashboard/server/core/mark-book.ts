import type {
  AnswerValue,
  AssignmentId,
  BoardCell,
  BoardMark,
  CellState,
  ItemId,
  SetupState,
  StudentId,
} from "@penlight/proto";
import { markId } from "@penlight/proto";

/** A cell of which a teacher said something. */
export interface MarkedCell {
  readonly student: StudentId;
  readonly item: ItemId;
}

/** While somebody writes the answer that was typed is not what is there. */
const SETTLED: ReadonlySet<CellState> = new Set(["right", "partial", "wrong"]);

/** The words of teachers about the cells of the assignment that a board shows. LIVE-30. */
export class MarkBook {
  #assignment: AssignmentId | null = null;
  #revision = 0;
  readonly #marks = new Map<string, { readonly version: number; readonly mark: BoardMark | null }>();

  /** Takes over what was said since the last call; answers which cells it concerns. */
  take(setup: SetupState, assignment: AssignmentId | null): MarkedCell[] {
    if (assignment !== this.#assignment) {
      this.#assignment = assignment;
      this.#revision = 0;
      this.#marks.clear();
    }
    if (assignment === null) return [];
    const { revision, byCell } = setup.marksOf(assignment);
    if (revision === this.#revision) return [];
    this.#revision = revision;
    const changed: MarkedCell[] = [];
    for (const [id, { mark, version }] of byCell) {
      if (this.#marks.get(id)?.version === version) continue;
      const { verdict, by, atMs, student, item } = mark;
      this.#marks.set(id, { version, mark: verdict === null ? null : { verdict, by, atMs, version } });
      changed.push({ student, item });
    }
    return changed;
  }

  of(student: StudentId, item: ItemId): BoardMark | null {
    // Most boards have none, and are asked for every cell of theirs.
    if (this.#assignment === null || this.#marks.size === 0) return null;
    return this.#marks.get(markId(this.#assignment, student, item))?.mark ?? null;
  }

  /** How many words about this cell there were. */
  versionOf(student: StudentId, item: ItemId): number {
    return this.#assignment === null ? 0 : (this.#marks.get(markId(this.#assignment, student, item))?.version ?? 0);
  }

  /** The cell with its mark; what a teacher typed is the answer. */
  cellOf(cell: Omit<BoardCell, "mark">): BoardCell {
    const mark = this.of(cell.student, cell.item);
    return { ...cell, answer: answerOf(cell, mark), mark };
  }
}

function answerOf({ state, answer }: Omit<BoardCell, "mark">, mark: BoardMark | null): AnswerValue {
  return mark?.verdict.kind === "answer" && SETTLED.has(state) ? mark.verdict.answer : answer;
}
