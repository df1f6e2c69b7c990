import { isPartOf, type StrokeId, type StrokeRow } from "@penlight/proto";
import type { ProcessorMetrics } from "../metrics.ts";
import { Deadlines } from "./deadlines.ts";
import { RoomStroke } from "./room-stroke.ts";
import { strokeOfRow } from "./stroke.ts";

/** A stroke of which nothing is heard for this long is closed by reckoning, ms. ANS-4. */
export const SILENT_STROKE_MS = 10_000;
/** Closed strokes without a place that a room keeps for a setup that comes late. ANS-12. */
export const UNPLACED_STROKES_MAX = 4096;

/** The strokes of a room: all by id, which are open, which have no place. */
export class RoomStrokes {
  readonly #all = new Map<StrokeId, RoomStroke>();
  readonly #open = new Set<RoomStroke>();
  readonly #unplaced = new Set<RoomStroke>();
  /** Closed strokes with a reckoned start that are part of no other one that is known. EVT-22. */
  readonly #pieces = new Set<RoomStroke>();
  readonly #silences = new Deadlines<RoomStroke>();
  readonly #metrics: ProcessorMetrics;

  constructor(metrics: ProcessorMetrics) {
    this.#metrics = metrics;
  }

  get open(): number {
    return this.#open.size;
  }
  get unplaced(): number {
    return this.#unplaced.size;
  }
  get all(): Iterable<RoomStroke> {
    return this.#all.values();
  }

  get(id: StrokeId): RoomStroke | undefined {
    return this.#all.get(id);
  }

  add(trace: RoomStroke): void {
    this.#all.set(trace.stroke.id, trace);
  }

  /** A stroke as history has it: known here, or new; of what is known the longer telling counts. HIS-13. */
  takeRow(row: StrokeRow): RoomStroke {
    const known = this.#all.get(row.stroke);
    const trace = known ?? new RoomStroke(strokeOfRow(row), null);
    trace.noteRow(row);
    if (known === undefined || known.stroke.best.count < row.version) {
      if (known !== undefined) Object.assign(known.stroke, { [row.source]: strokeOfRow(row).copyOf(row.source) });
      trace.closedDots = row.version;
      trace.countedHoles = trace.stroke.best.holes;
    }
    this.add(trace);
    return trace;
  }

  forget(trace: RoomStroke): void {
    this.#all.delete(trace.stroke.id);
    this.#unplaced.delete(trace);
    this.#pieces.delete(trace);
  }

  /** Is it a piece whose dots another stroke has? If not, it waits for such a stroke. EVT-22. */
  isPart(piece: RoomStroke): boolean {
    if (!piece.stroke.isPiece) return false;
    for (const each of this.#all.values()) if (isWholeOf(each, piece)) return true;
    this.#pieces.add(piece);
    return false;
  }

  /** The waiting pieces of a closed stroke; they wait no more. */
  takePiecesOf(whole: RoomStroke): RoomStroke[] {
    const found = [...this.#pieces].filter((piece) => isWholeOf(whole, piece));
    for (const piece of found) this.#pieces.delete(piece);
    return found;
  }

  isOpen(trace: RoomStroke): boolean {
    return this.#open.has(trace);
  }

  setOpen(trace: RoomStroke, open: boolean): void {
    if (!open) this.#open.delete(trace);
    else if (!this.#open.has(trace)) {
      this.#open.add(trace);
      this.#silences.push(trace.heardMs + SILENT_STROKE_MS, trace);
    }
  }

  /** The next open stroke that was silent for too long; undefined when there is none (any more). */
  popSilent(roomMs: number): RoomStroke | undefined {
    for (let trace = this.#silences.popDue(roomMs); trace !== undefined; trace = this.#silences.popDue(roomMs)) {
      if (!this.#open.has(trace)) continue;
      if (trace.heardMs + SILENT_STROKE_MS <= roomMs) return trace;
      this.#silences.push(trace.heardMs + SILENT_STROKE_MS, trace);
    }
    return undefined;
  }

  setPlaced(trace: RoomStroke, placed: boolean): void {
    if (placed) {
      this.#unplaced.delete(trace);
      return;
    }
    this.#unplaced.add(trace);
    if (this.#unplaced.size <= UNPLACED_STROKES_MAX) return;
    for (const oldest of this.#unplaced) {
      this.forget(oldest);
      this.#metrics.count("strokes-forgotten", 1, "unplaced");
      return;
    }
  }
}

/** Closed, with a start that was seen, of the same pen, where the piece may be, and with its dots. */
function isWholeOf({ stroke, closedDots }: RoomStroke, { stroke: piece }: RoomStroke): boolean {
  if (stroke === piece || stroke.pen !== piece.pen || closedDots < 0) return false;
  if (piece.pageKey !== null && piece.pageKey !== stroke.pageKey) return false;
  const { best } = stroke;
  return !best.facts.syntheticStart && best.end !== null && isPartOf(piece.best, best);
}
