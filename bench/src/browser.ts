import { existsSync } from "node:fs";
import { type BrowserRun, measureLesson } from "./browser/measure.ts";
import { type BenchOptions, type BenchResult, hashOf, medianOf, quantileOf, RUNS } from "./result.ts";

const PENS = 60;
const ITEMS = 20;
const SECONDS = 30;

/**
 * From the gateway's receive time to the end of the browser's frame with the changed pixels: one room of 60 pupils who
 * write all the time, the board of 60 x 20 with one pupil's page open, in a Chromium that draws with the processor alone.
 * Beside it the time between two frames of the same page in the same run. Services, pens and browser share the machine.
 */
export async function run({ smoke, chromium }: BenchOptions): Promise<BenchResult[]> {
  if (!existsSync(chromium))
    throw new Error(`there is no ${chromium}: install Chromium (Debian: sudo apt-get install -y chromium) or set CHROME_PATH`);
  const runs: BrowserRun[] = [];
  for (let i = 0; i < (smoke ? 1 : RUNS); i++)
    runs.push(await measureLesson({ chromium, pens: PENS, seconds: smoke ? 5 : SECONDS }));
  // The pupil who is looked at may have paused through a short run: it has no figure then.
  const of = (pick: (run: BrowserRun) => readonly number[], q: number) =>
    runs.flatMap((each) => (pick(each).length === 0 ? [] : [rounded(quantileOf(pick(each), q))]));
  const interval = { name: "one frame of the same page, median", median: medianOf(of((each) => each.frames, 0.5)) };
  const count = (pick: (run: BrowserRun) => readonly number[]) => runs.reduce((sum, each) => sum + pick(each).length, 0);
  const line = (name: string, values: readonly number[], note: string, beside?: BenchResult["beside"]): BenchResult[] => {
    if (values.length === 0) return [];
    const median = medianOf(values);
    return [
      {
        bench: "browser",
        case: `${PENS} pens: ${name}`,
        unit: "ms",
        median,
        runs: values,
        ...(beside !== undefined && { beside, ratio: rounded(median / beside.median) }),
        hash: hashOf([PENS, ITEMS, "steady"]),
        note,
      },
    ];
  };
  const ink = (each: BrowserRun) => each.ink;
  const cells = (each: BrowserRun) => each.cells;
  const frames = (each: BrowserRun) => each.frames;
  const sentInk = (each: BrowserRun) => each.sent.ink;
  const sentCells = (each: BrowserRun) => each.sent.cells;
  return [
    ...line("ink to socket p99", of(sentInk, 0.99), "what of the way to pixels is not the browser's"),
    ...line("cell to socket p99", of(sentCells, 0.99), "what of the way to pixels is not the browser's"),
    ...line("ink to pixels p50", of(ink, 0.5), `${count(ink)} records`, interval),
    ...line("ink to pixels p99", of(ink, 0.99), `${count(ink)} records`, interval),
    ...line("cell to pixels p50", of(cells, 0.5), `${count(cells)} changes of a cell`, interval),
    ...line("cell to pixels p99", of(cells, 0.99), `${count(cells)} changes of a cell`, interval),
    ...line(
      "work of the page's main thread, each second",
      runs.map(({ busy }) => rounded(busy)),
      "scripts, layout, paint",
    ),
    ...line("frame interval p99", of(frames, 0.99), `${count(frames)} frames`, interval),
  ];
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
