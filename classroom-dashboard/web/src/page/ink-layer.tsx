import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type InkSheet, POINT_STRIDE } from "../live/ink-sheet.ts";
import { useApp } from "../state/app.ts";
import { InkPainter } from "./ink-painter.ts";

/** The ink of the watched page on a canvas, and a halo where the pen is now. Draws at most once a frame. */
export function InkLayer({ widthMm }: { widthMm: number }) {
  const { connection } = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
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
      const { clientWidth, clientHeight } = element;
      const pxPerMm = (clientWidth * ratio) / widthMm;
      painter.resize(Math.round(clientWidth * ratio), Math.round(clientHeight * ratio), pxPerMm);
      element.dataset.dots = String(painter.paint(sheet));
      element.dataset.strokes = String(sheet.strokes.size);
      if (tip.current !== null) placeTip(tip.current, sheet, clientWidth / widthMm);
    };
    const soon = () => {
      if (frame === 0) frame = requestAnimationFrame(paint);
    };
    const observer = new ResizeObserver(soon);
    observer.observe(element);
    const stop = effect(() => {
      connection.inkRevision.value;
      connection.sheet.value;
      soon();
    });
    return () => {
      stop();
      observer.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [connection, widthMm]);
  return (
    <>
      <canvas class="ink" ref={canvas} data-testid="ink" data-dots="0" data-strokes="0" />
      <span class="tip" ref={tip} aria-hidden="true" hidden />
    </>
  );
}

/** Shown while the newest stroke has not ended. */
function placeTip(tip: HTMLElement, sheet: InkSheet, pxPerMm: number): void {
  const stroke = sheet.newest === null ? undefined : sheet.strokes.get(sheet.newest);
  const at = (stroke?.points.length ?? 0) - POINT_STRIDE;
  tip.hidden = stroke === undefined || stroke.ended || at < 0;
  if (stroke === undefined || tip.hidden) return;
  tip.style.transform = `translate(${(stroke.points[at] ?? 0) * pxPerMm}px, ${(stroke.points[at + 1] ?? 0) * pxPerMm}px)`;
}
