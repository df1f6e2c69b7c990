import type { StrokeId } from "@penlight/proto";
import type { ProcessorMetrics } from "../metrics.ts";
import { Deadlines } from "./deadlines.ts";
import type { RoomStroke } from "./room-stroke.ts";

/** A stroke of which nothing is heard for this long is closed by reckoning, ms. ANS-4. */
export const SILENT_STROKE_MS = 10_000;
/** Closed strokes without a place that a room keeps for a setup that comes late. ANS-12. */
export const UNPLACED_STROKES_MAX = 4096;

/** The strokes of a room: all by id, which are open, which have no place. */
export class RoomStrokes {
  readonly #all = new Map<StrokeId, RoomStroke>();
  readonly #open = new Set<RoomStroke>();
  readonly #unplaced = new Set<RoomStroke>();
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

  forget(trace: RoomStroke): void {
    this.#all.delete(trace.stroke.id);
    this.#unplaced.delete(trace);
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
