import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type InkSheet, POINT_STRIDE } from "../live/ink-sheet.ts";
import { useApp } from "../state/app.ts";
import { InkPainter } from "./ink-painter.ts";

interface InkLayerProps {
  readonly widthMm: number;
  /** Size on the page, CSS px. */
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The ink of the watched page on a canvas, and a halo where the pen is now. Draws at most once a frame. */
export function InkLayer({ widthMm, widthPx, heightPx }: InkLayerProps) {
  const { connection } = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
  const size = useRef({ widthPx, heightPx });
  const soon = useRef(() => {});
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d") ?? null;
    if (element === null || context === null) return;
    const painter = new InkPainter(context);
    let frame = 0;
    const paint = () => {
      frame = 0;
      const sheet = connection.sheet.peek();
      if (sheet === null) return;
      const ratio = window.devicePixelRatio;
      const { widthPx, heightPx } = size.current;
      painter.resize(Math.round(widthPx * ratio), Math.round(heightPx * ratio), (widthPx * ratio) / widthMm);
      element.dataset.dots = String(painter.paint(sheet));
      element.dataset.strokes = String(sheet.strokes.size);
      if (tip.current !== null) placeTip(tip.current, sheet, widthPx / widthMm);
    };
    soon.current = () => {
      if (frame === 0) frame = requestAnimationFrame(paint);
    };
    const stop = effect(() => {
      connection.inkRevision.value;
      connection.sheet.value;
      soon.current();
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [connection, widthMm]);
  useEffect(() => {
    size.current = { widthPx, heightPx };
    soon.current();
  }, [widthPx, heightPx]);
  return (
    <>
      <canvas class="ink" ref={canvas} data-testid="ink" data-dots="0" data-strokes="0" />
      <span class="tip" ref={tip} aria-hidden="true" />
    </>
  );
}

/** Shown while the newest stroke has not ended. Written are only properties that cost neither layout nor paint. */
function placeTip(tip: HTMLElement, sheet: InkSheet, pxPerMm: number): void {
  const stroke = sheet.newest === null ? undefined : sheet.strokes.get(sheet.newest);
  const at = (stroke?.points.length ?? 0) - POINT_STRIDE;
  const isDown = stroke !== undefined && !stroke.ended && at >= 0;
  tip.style.opacity = isDown ? "1" : "0";
  if (!isDown) return;
  tip.style.transform = `translate(${(stroke.points[at] ?? 0) * pxPerMm}px, ${(stroke.points[at + 1] ?? 0) * pxPerMm}px)`;
}
