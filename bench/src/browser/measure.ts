import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CHROMIUM_ARGS } from "@penlight/infra/chromium";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Ledger, Listening, Sent } from "./classroom.ts";
import { cellLatencies, inkLatencies, staleCells } from "./pixels.ts";
import { frameIntervals, installProbe, type Seen, takeSeen } from "./probe.ts";

const WARM_MS = 8000;
const FRAMES_MS = 3000;
/** What is older than this at the end must be on the page. */
const SETTLED_MS = 2000;
/** Clocks that come further apart make the figures worthless. */
const DRIFT_MS_MAX = 1;
const INKED_PIXELS_MIN = 20;

/** Everything in ms. */
export interface BrowserRun {
  readonly ink: readonly number[];
  readonly cells: readonly number[];
  readonly frames: readonly number[];
  /** What the page's main thread was busy, of each second. */
  readonly busy: number;
  /** Until the bytes were in the socket. */
  readonly sent: { readonly ink: readonly number[]; readonly cells: readonly number[] };
}

export interface BrowserLesson {
  readonly chromium: string;
  readonly pens: number;
  readonly seconds: number;
}

/** One lesson, in processes and a folder of its own. @throws Error the page did not show what was told */
export async function measureLesson({ chromium: executablePath, pens, seconds }: BrowserLesson): Promise<BrowserRun> {
  const folder = await mkdtemp(path.join(tmpdir(), "penlight-browser-"));
  const file = path.join(import.meta.dirname, "classroom.ts");
  const lessonSeconds = String(seconds + 60);
  const classroom = spawn(process.execPath, ["--import", "tsx", file, folder, String(pens), lessonSeconds], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  let browser: Browser | null = null;
  try {
    const listening = (await answerOf(classroom)) as Listening;
    browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] });
    const page = await openPupil(browser, listening);
    await page.waitForTimeout(WARM_MS);
    await page.evaluate(installProbe);
    const workedMs = await workMeter(page);
    await page.waitForTimeout(seconds * 1000);
    const busy = (await workedMs()) / seconds;
    const seen = await page.evaluate(takeSeen);
    const frames = await page.evaluate(frameIntervals, FRAMES_MS);
    classroom.send("stop");
    const ledger = (await answerOf(classroom)) as Ledger;
    const { ink, correctness } = ledger.sent;
    return {
      ...latenciesOf(seen, ledger),
      frames,
      busy,
      sent: { ink: sentWhile(seen, ink), cells: sentWhile(seen, correctness) },
    };
  } finally {
    await browser?.close();
    if (classroom.exitCode === null && classroom.signalCode === null) {
      classroom.kill("SIGKILL");
      await once(classroom, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  }
}

/** The next message of the classroom. */
async function answerOf(classroom: ChildProcess): Promise<Listening | Ledger> {
  const ended = new AbortController();
  const message = once(classroom, "message", { signal: ended.signal }).then(([value]) => value as Listening | Ledger);
  const exit = once(classroom, "exit", { signal: ended.signal }).then(([code]) => {
    throw new Error(`the classroom ended with ${code}`);
  });
  try {
    return await Promise.race([message, exit]);
  } finally {
    ended.abort();
    await Promise.allSettled([message, exit]);
  }
}

/** Tells how long the page's main thread has worked since this was called, ms of processor time. */
async function workMeter(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1000;
  };
}

/** The board, with one pupil's page beside it. */
async function openPupil(browser: Browser, { url, student, item }: Listening): Promise<Page> {
  const page = await browser.newPage({ locale: "en-GB", viewport: { width: 1366, height: 768 } });
  // The compiler names the functions that are sent into the page by a helper which the page does not have.
  await page.addInitScript("globalThis.__name = (each) => each;");
  await page.goto(url);
  await page.locator(`.cell[data-student="${student}"][data-item="${item}"]`).click();
  await page.locator("[data-testid=drawer][data-kind=student]").waitFor();
  await page.locator("[data-testid=ink]").waitFor({ state: "attached" });
  return page;
}

function latenciesOf(seen: Seen, ledger: Ledger): { readonly ink: number[]; readonly cells: number[] } {
  if (Math.abs(seen.driftMs) > DRIFT_MS_MAX) throw new Error(`the clocks came ${seen.driftMs} ms apart`);
  if (seen.inkedPixels < INKED_PIXELS_MIN) throw new Error(`${seen.inkedPixels} pixels of the canvas have ink`);
  const settledMs = seen.atMs - SETTLED_MS;
  const settledDots = ledger.ink.reduce((sum, { receivedMs, dots }) => (receivedMs < settledMs ? sum + dots : sum), 0);
  const drawn = seen.ink.at(-1)?.dots ?? 0;
  if (drawn < settledDots) throw new Error(`${drawn} of ${settledDots} dots are on the canvas`);
  const told = ledger.cells.filter(({ atMs }) => atMs < seen.atMs);
  const stale = staleCells(told, seen.page, settledMs);
  if (stale.length > 0) throw new Error(`the page is not what was told: ${JSON.stringify(stale.slice(0, 5))}`);
  return { ink: inkLatencies(ledger.ink, seen.ink), cells: cellLatencies(told, seen.cells) };
}

/** Of what was received while the probe looked. */
function sentWhile(seen: Seen, sent: readonly Sent[]): number[] {
  const fromMs = seen.ink[0]?.atMs ?? 0;
  return sent
    .filter(({ receivedMs }) => receivedMs >= fromMs && receivedMs < seen.atMs)
    .map(({ receivedMs, sentMs }) => sentMs - receivedMs);
}
