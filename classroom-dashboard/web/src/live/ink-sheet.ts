import type { InkStroke, PageKey, StrokeId } from "@penlight/proto";

/** Numbers a dot takes in `InkStroke.points`: x mm, y mm, pressure 0..1. */
export const POINT_STRIDE = 3;

export interface SheetStroke {
  /** Flat, {@link POINT_STRIDE} numbers a dot. */
  readonly points: number[];
  ended: boolean;
  readonly downMs: number;
}

/** The ink of one student on one page, as far as it has come. A dot that is there is never there twice. LIVE-5. */
export class InkSheet {
  readonly page: PageKey;
  readonly strokes = new Map<StrokeId, SheetStroke>();
  /** Grows when ink that may be drawn already has changed: draw everything again. */
  generation = 0;
  /** Stroke that the pen wrote last, or null. */
  newest: StrokeId | null = null;
  private newestDownMs = Number.NEGATIVE_INFINITY;

  constructor(page: PageKey) {
    this.page = page;
  }

  dotCount(): number {
    let count = 0;
    for (const stroke of this.strokes.values()) count += stroke.points.length / POINT_STRIDE;
    return count;
  }

  /** "gap": dots before these are missing, the page has to be asked for again. */
  apply(reset: boolean, strokes: readonly InkStroke[]): "applied" | "gap" {
    if (reset) this.clear();
    let outcome: "applied" | "gap" = "applied";
    for (const stroke of strokes) {
      if (stroke.page === this.page && !this.add(stroke)) outcome = "gap";
    }
    return outcome;
  }

  private clear(): void {
    this.strokes.clear();
    this.generation++;
    this.newest = null;
    this.newestDownMs = Number.NEGATIVE_INFINITY;
  }

  private add(ink: InkStroke): boolean {
    if (ink.firstDot === 0 && ink.points.length === 0) return this.remove(ink.stroke);
    const known = this.strokes.get(ink.stroke) ?? { points: [], ended: false, downMs: ink.downMs };
    const at = ink.firstDot * POINT_STRIDE;
    if (at > known.points.length) return false;
    this.strokes.set(ink.stroke, known);
    this.write(known.points, at, ink.points);
    known.ended ||= ink.ended;
    if (ink.downMs >= this.newestDownMs) {
      this.newest = ink.stroke;
      this.newestDownMs = ink.downMs;
    }
    return true;
  }

  /** Another stroke has its dots. */
  private remove(stroke: StrokeId): boolean {
    if (this.strokes.delete(stroke)) this.generation++;
    if (this.newest === stroke) this.newest = null;
    return true;
  }

  /** Overlap with known dots is a repetition (nothing to redraw) or a better copy (redraw). */
  private write(points: number[], at: number, more: readonly number[]): void {
    for (const [index, value] of more.entries()) {
      const place = at + index;
      if (place >= points.length) points.push(value);
      else if (points[place] !== value) {
        points[place] = value;
        this.generation++;
      }
    }
  }
}
