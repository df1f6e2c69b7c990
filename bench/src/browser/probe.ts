import type { ShownCell, ShownInk } from "./pixels.ts";

/** What the probe saw, in ms of the machine's clock. */
export interface Seen {
  readonly ink: readonly ShownInk[];
  readonly cells: readonly ShownCell[];
  /** The whole board at the end: cell -> state. */
  readonly page: Readonly<Record<string, string>>;
  readonly atMs: number;
  /** Pixels of the canvas with ink. */
  readonly inkedPixels: number;
  /** How far the page's monotonic clock and the machine's clock have come apart meanwhile, ms. */
  readonly driftMs: number;
}

interface ProbeWindow extends Window {
  penlightProbe?: { take(): Seen };
}

/**
 * Runs inside the page. Stamps the end of the frame in which pixels change: the canvas says how many dots it has drawn,
 * a cell which state it shows, and a message posted inside a frame comes when its drawing is done.
 */
export function installProbe(): void {
  /** Machine's clock minus page's, ms, at a tick of the former: it only tells whole milliseconds. */
  const clockOffsetMs = (): number => {
    const before = Date.now();
    let now = Date.now();
    while (now === before) now = Date.now();
    return now - performance.now();
  };
  const offsetMs = clockOffsetMs();
  const ink: ShownInk[] = [];
  const cells: ShownCell[] = [];
  const waiting: ((atMs: number) => void)[] = [];
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    const atMs = performance.now() + offsetMs;
    for (const each of waiting.splice(0)) each(atMs);
  };
  const atFrameEnd = (then: (atMs: number) => void) => {
    waiting.push(then);
    channel.port2.postMessage(null);
  };
  const canvas = document.querySelector<HTMLCanvasElement>("[data-testid=ink]");
  const grid = document.querySelector<HTMLElement>("[data-testid=grid]");
  if (canvas === null || grid === null) throw new Error("the page has no grid, or no pupil is open");
  const dotsDrawn = () => Number(canvas.dataset.dots);
  const cellOf = ({ dataset }: HTMLElement) => `${dataset.student}/${dataset.item}`;
  ink.push({ dots: dotsDrawn(), atMs: performance.now() + offsetMs });
  // The canvas is drawn, and says so, inside a frame.
  new MutationObserver(() => {
    const dots = dotsDrawn();
    atFrameEnd((atMs) => ink.push({ dots, atMs }));
  }).observe(canvas, { attributeFilter: ["data-dots"] });
  // A cell changes between frames: the next one shows it.
  new MutationObserver((changes) => {
    const changed = changes
      .map(({ target }) => target as HTMLElement)
      .filter(({ dataset }) => dataset.item !== undefined && dataset.student !== undefined);
    const states = changed.map((cell) => ({ cell: cellOf(cell), state: cell.dataset.state ?? "" }));
    requestAnimationFrame(() => atFrameEnd((atMs) => cells.push(...states.map((each) => ({ ...each, atMs })))));
  }).observe(grid, { attributeFilter: ["data-state"], subtree: true });
  (window as ProbeWindow).penlightProbe = {
    take() {
      const shown = [...grid.querySelectorAll<HTMLElement>(".cell[data-student][data-item]")];
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      let inkedPixels = 0;
      for (let at = 3; at < pixels.length; at += 4) if ((pixels[at] ?? 0) > 0) inkedPixels++;
      const atMs = performance.now() + offsetMs;
      const page = Object.fromEntries(shown.map((cell) => [cellOf(cell), cell.dataset.state ?? ""]));
      return { ink: [...ink], cells: [...cells], page, atMs, inkedPixels, driftMs: clockOffsetMs() - offsetMs };
    },
  };
}

export function takeSeen(): Seen {
  const probe = (window as ProbeWindow).penlightProbe;
  if (probe === undefined) throw new Error("takeSeen requires installProbe before");
  return probe.take();
}

/** Time between the frames of a page that asks for every one, ms. */
export function frameIntervals(durationMs: number): Promise<number[]> {
  return new Promise((resolve) => {
    const intervals: number[] = [];
    const startMs = performance.now();
    let lastMs = startMs;
    const frame = () => {
      const nowMs = performance.now();
      intervals.push(nowMs - lastMs);
      lastMs = nowMs;
      if (nowMs - startMs < durationMs) requestAnimationFrame(frame);
      else resolve(intervals.slice(1));
    };
    requestAnimationFrame(frame);
  });
}
