import type { StrokeId } from "@penlight/proto";
import { type InkSheet, POINT_STRIDE } from "../live/ink-sheet.ts";
import { type InkSegment, segmentsFrom } from "./ink-geometry.ts";

const INK_COLOR = "#1b2a6b";

/** Draws a page's ink on a canvas, and of ink that grows only what is new. */
export class InkPainter {
  private readonly context: CanvasRenderingContext2D;
  private readonly drawn = new Map<StrokeId, number>();
  private sheet: InkSheet | null = null;
  private generation = -1;
  private pxPerMm = 0;

  constructor(context: CanvasRenderingContext2D) {
    this.context = context;
  }

  /** Canvas size in device pixels; draws everything again at the next paint when it has changed. */
  resize(widthPx: number, heightPx: number, pxPerMm: number): void {
    const canvas = this.context.canvas;
    if (canvas.width === widthPx && canvas.height === heightPx && this.pxPerMm === pxPerMm) return;
    canvas.width = widthPx;
    canvas.height = heightPx;
    this.pxPerMm = pxPerMm;
    this.generation = -1;
  }

  /** Dots on the canvas afterwards. */
  paint(sheet: InkSheet): number {
    if (sheet !== this.sheet || sheet.generation !== this.generation) this.clear(sheet);
    let dots = 0;
    for (const [id, stroke] of sheet.strokes) {
      const known = this.drawn.get(id) ?? 0;
      const count = stroke.points.length / POINT_STRIDE;
      if (count > known) {
        for (const segment of segmentsFrom(stroke.points, known)) this.draw(segment);
        this.drawn.set(id, count);
      }
      dots += count;
    }
    return dots;
  }

  private clear(sheet: InkSheet): void {
    this.sheet = sheet;
    this.generation = sheet.generation;
    this.drawn.clear();
    const { context } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    context.setTransform(this.pxPerMm, 0, 0, this.pxPerMm, 0, 0);
    context.lineCap = "round";
    context.lineJoin = "round";
    context.strokeStyle = INK_COLOR;
    context.fillStyle = INK_COLOR;
  }

  private draw(segment: InkSegment): void {
    const { context } = this;
    // Never thinner than a device pixel and a bit, or a small page looks pale.
    const width = Math.max(segment.widthMm, 1.3 / this.pxPerMm);
    context.beginPath();
    if (segment.x0 === segment.x1 && segment.y0 === segment.y1) {
      context.arc(segment.x0, segment.y0, width / 2, 0, 2 * Math.PI);
      context.fill();
      return;
    }
    context.lineWidth = width;
    context.moveTo(segment.x0, segment.y0);
    context.quadraticCurveTo(segment.cx, segment.cy, segment.x1, segment.y1);
    context.stroke();
  }
}
