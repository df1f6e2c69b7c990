import { type DotBatch, dotsOf, type PenId, type StrokeId, strokeIdOf } from "@penlight/proto";
import type { Amount, Differences } from "./difference.ts";
import { Runs } from "./runs.ts";

/** A stroke as history has it, of each place where it is. */
export interface HistoryStroke {
  readonly pen: PenId;
  readonly stroke: StrokeId;
  /** Host time of pen-down, ms. */
  readonly atMs: number;
  /** Dots of the row that counts. */
  readonly dots: number;
  /** Places where a row of it counts, in whatever room: 1; more: it is doubled; 0: it is gone. */
  readonly places: number;
  /** One of them is this room's. */
  readonly isHere: boolean;
}

export interface StrokeAuditOptions {
  readonly differences: Differences;
  /** Strokes that began in this time are looked at, and those that came from a pen's memory in it. Host time, ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Records from this offset on may still be needed by the processor: what they hold need not be in history yet. */
  readonly processedTo: bigint;
  /** Strokes that history refused for good, kept as dead letters. EVT-21. */
  readonly refused: ReadonlySet<string>;
}

interface LogStroke {
  readonly pen: PenId;
  readonly live: Runs;
  readonly memory: Runs;
  memoryEnded: boolean;
  lastOffset: bigint;
  /** Its pen-down was lost: it may be a part of another stroke. EVT-22. */
  readonly isPiece: boolean;
  /** False: it began before what was read, or that record is missing. */
  hasStart: boolean;
  /** It is looked at; another one is only known. */
  isInside: boolean;
}

export interface PenStrokes {
  readonly log: Amount;
  readonly history: Amount;
  readonly deadLettered: Amount;
  /** In the log, and not due in history yet. */
  readonly underWay: Amount;
}

/**
 * Between log and history: the strokes of some pens, put together from the log as ANS-1 to ANS-3 say, held against the rows
 * that count. Memory: the strokes of those pens.
 */
export class StrokeAudit {
  readonly #options: StrokeAuditOptions;
  readonly #strokes = new Map<string, LogStroke>();
  readonly pens = new Map<PenId, PenStrokes>();

  constructor(options: StrokeAuditOptions) {
    this.#options = options;
  }

  /** A batch of the log. Answers its stroke; null: its dots cannot be read. */
  takeBatch(batch: DotBatch, receivedMs: number, offset: bigint): StrokeId | null {
    const { pen, page, downMs, firstDot, dotCount, source, end } = batch;
    if (dotsOf(batch) === null) {
      const { deadLettered } = this.#of(pen);
      deadLettered.dots += dotCount;
      return null;
    }
    const id = strokeIdOf(pen, page, downMs);
    let stroke = this.#strokes.get(id);
    if (stroke === undefined) {
      const began = {
        lastOffset: offset,
        isPiece: batch.syntheticStart,
        hasStart: false,
        isInside: this.#isInside(downMs + batch.clockOffsetMs),
      };
      stroke = { pen, live: new Runs(), memory: new Runs(), memoryEnded: false, ...began };
      this.#strokes.set(id, stroke);
    }
    if (source === "memory" && this.#isInside(receivedMs)) stroke.isInside = true;
    stroke.lastOffset = offset;
    if (firstDot === 0) stroke.hasStart = true;
    if (dotCount > 0) stroke[source].add(firstDot, firstDot + dotCount);
    if (source === "memory" && end !== null) stroke.memoryEnded = true;
    return id;
  }

  /** The row that counts, once for each stroke, after all batches; of more strokes than are looked at. */
  takeRow(row: HistoryStroke): void {
    const { differences } = this.#options;
    const id = row.stroke;
    const stroke = this.#strokes.get(id);
    if (row.places === 0) {
      if (stroke?.isPiece === true) this.#takePart(id, stroke);
      return;
    }
    // A pen that writes elsewhere, too.
    if (stroke === undefined && !row.isHere) return;
    this.#strokes.delete(id);
    if (!(stroke?.isInside ?? this.#isInside(row.atMs))) return;
    const { history } = this.#of(row.pen);
    history.dots += row.dots;
    history.strokes++;
    if (row.places > 1) {
      differences.add({ kind: "stroke-doubled", pen: row.pen, id, count: row.places - 1, explained: null });
    }
    if (stroke === undefined) {
      differences.add({ kind: "stroke-strange", pen: row.pen, id, count: row.dots, explained: null });
      return;
    }
    const dots = dotsThatCount(stroke);
    this.#inLog(stroke, dots);
    if (!row.isHere) {
      const explained = "it belongs to a lesson of another room, which has it";
      differences.add({ kind: "stroke-elsewhere", pen: row.pen, id, count: Math.min(dots, row.dots), explained });
      // There it can be longer: other rooms heard it, too.
      if (dots < row.dots) return;
    }
    if (dots === row.dots) return;
    const kind = dots > row.dots ? "stroke-short" : "stroke-long";
    let explained = this.#late(stroke);
    if (kind === "stroke-long") explained = stroke.hasStart ? null : "its beginning is not in what was read of the log";
    else if (explained !== null) this.#of(stroke.pen).underWay.dots += dots - row.dots;
    differences.add({ kind, pen: row.pen, id, count: Math.abs(dots - row.dots), explained });
  }

  /** A piece whose whole is a stroke of its own. ANS-6. */
  #takePart(id: string, stroke: LogStroke): void {
    this.#strokes.delete(id);
    if (!stroke.isInside) return;
    const dots = dotsThatCount(stroke);
    this.#inLog(stroke, dots);
    const explained = "its dots are those of the whole stroke";
    this.#options.differences.add({ kind: "stroke-part", pen: stroke.pen, id, count: dots, explained });
  }

  /** Strokes that history should have and has not, once all rows are taken. */
  get missing(): Set<string> {
    const due = [...this.#strokes].filter(([, stroke]) => stroke.isInside && this.#late(stroke) === null);
    return new Set(due.map(([id]) => id));
  }

  /** All rows are taken: what is left is not in history. @param underWay passed on to other rooms, and not processed there yet. */
  end(underWay: ReadonlySet<string> = new Set()): void {
    for (const [id, stroke] of this.#strokes) {
      const dots = dotsThatCount(stroke);
      // A stroke without dots is none. ANS-5.
      if (dots === 0 || !stroke.isInside) continue;
      this.#inLog(stroke, dots);
      const refused = this.#options.refused.has(id) ? "history refused it; it is a dead letter" : null;
      const late = underWay.has(id) ? "it is another room's, whose processor has not come so far" : this.#late(stroke);
      const explained = refused ?? late;
      const amount =
        refused !== null ? this.#of(stroke.pen).deadLettered : explained !== null ? this.#of(stroke.pen).underWay : null;
      if (amount !== null) {
        amount.dots += dots;
        amount.strokes++;
      }
      this.#options.differences.add({ kind: "stroke-missing", pen: stroke.pen, id, count: dots, explained });
    }
    this.#strokes.clear();
  }

  #isInside(atMs: number): boolean {
    return atMs >= this.#options.fromMs && atMs <= this.#options.toMs;
  }

  #late(stroke: LogStroke): string | null {
    return stroke.lastOffset >= this.#options.processedTo ? "the processor has not come so far" : null;
  }

  #inLog({ pen }: LogStroke, dots: number): void {
    const { log } = this.#of(pen);
    log.dots += dots;
    log.strokes++;
  }

  #of(pen: PenId): PenStrokes {
    let found = this.pens.get(pen);
    if (found === undefined) {
      const none = () => ({ dots: 0, strokes: 0 });
      found = { log: none(), history: none(), deadLettered: none(), underWay: none() };
      this.pens.set(pen, found);
    }
    return found;
  }
}

/** Dots of the telling that counts. ANS-3. */
function dotsThatCount({ live, memory, memoryEnded }: LogStroke): number {
  const [heard, kept] = [live.size, memory.size];
  if (heard === 0) return kept;
  return memoryEnded ? Math.max(heard, kept) : heard;
}
