import { DOT_STRIDE } from "@penlight/proto";
import type { LinkEvent } from "./link-event.ts";

/** Strokes of a pen that are remembered, live and from memory each; of more, a copy counts twice. */
const STROKES_MAX = 8192;

/** Counts strokes that only the pen's memory had, whole or in part: what came home. By pen-down time, which tells a pen's strokes apart. */
export class RecoveryCount {
  /** Pen-down time -> dots heard live. */
  readonly #live = new Map<number, number>();
  readonly #counted = new Map<number, number>();
  #downMs = 0;
  strokes = 0;

  take(event: LinkEvent): void {
    if (event.kind === "stroke-start") this.#downMs = event.downMs;
    else if (event.kind === "stroke-end") remember(this.#live, this.#downMs, event.dots);
    else if (event.kind === "memory-chunk") {
      for (const { downMs, dots } of event.chunk.strokes) this.#takeStored(downMs, dots.length / DOT_STRIDE);
    }
  }

  #takeStored(downMs: number, dots: number): void {
    if (dots <= (this.#live.get(downMs) ?? 0) || this.#counted.has(downMs)) return;
    remember(this.#counted, downMs, dots);
    this.strokes++;
  }
}

function remember(strokes: Map<number, number>, downMs: number, dots: number): void {
  strokes.set(downMs, dots);
  for (const oldest of strokes.keys()) {
    if (strokes.size <= STROKES_MAX) return;
    strokes.delete(oldest);
  }
}
