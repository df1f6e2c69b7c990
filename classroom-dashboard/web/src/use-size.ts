import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";

export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * Inner size of an element, whole px, followed. Whoever draws takes sizes from here: asking the element for them inside
 * a frame would make the browser lay the page out first. `initial` is what is drawn before the first measurement.
 */
export function useSize(frame: { readonly current: HTMLElement | null }, initial: Size): ReadonlySignal<Size> {
  const size = useSignal(initial);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = () => {
      const { clientWidth, clientHeight } = element;
      const { widthPx, heightPx } = size.peek();
      if (clientWidth !== widthPx || clientHeight !== heightPx) size.value = { widthPx: clientWidth, heightPx: clientHeight };
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [frame, size]);
  return size;
}
