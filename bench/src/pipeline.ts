import { PenLink } from "@penlight/pen-gateway";
import type { Worksheet } from "@penlight/proto";
import { bytesOf, type ClassBytes, DOTS_PER_STROKE, heard, START_MS, worksheet } from "./pipeline/class-bytes.ts";
import { RoomRig } from "./pipeline/room-rig.ts";
import { type BenchOptions, type BenchResult, hashOf, medianOf, RUNS } from "./result.ts";

/** bytes -> dots. */
function decode(input: ClassBytes): number {
  const links = new Map(input.pens.map(({ pen }) => [pen, new PenLink({ pen })] as const));
  let dots = 0;
  for (const { pen, bytes, receivedMs } of heard(input, START_MS)) {
    for (const event of (links.get(pen) as PenLink).receive(bytes, receivedMs))
      if (event.kind === "dots") dots += event.to - event.from;
  }
  return dots;
}

/** CPU time of the whole process, its collector threads included: neighbours on the machine do not count. */
function secondsOf(work: () => unknown): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** Decode to answers on one core, and how the cost of a dot grows with strokes already in the room; with pens: growth.ts. */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const sheet = worksheet();
  const times = smoke ? 1 : RUNS;
  const results = [whole(sheet, smoke ? 2000 : 20_000, times)];
  const empty = withStrokesBefore(sheet, 0, smoke ? 5 : 20, times);
  results.push(empty, against(withStrokesBefore(sheet, smoke ? 20 : 200, smoke ? 5 : 20, times), empty, "an empty room"));
  return results;
}

/** A class of 40. */
function whole(sheet: Worksheet, strokes: number, times: number): BenchResult {
  const pens = 40;
  const input = bytesOf(sheet, pens, Math.ceil(strokes / pens));
  new RoomRig(sheet, pens).work(input);
  decode(input);
  const runs: number[] = [];
  const decodes: number[] = [];
  let hash = "";
  for (let i = 0; i < times; i++) {
    const rig = new RoomRig(sheet, pens);
    runs.push(rounded(input.dots / secondsOf(() => rig.work(input)) / 1e6));
    decodes.push(rounded(input.dots / secondsOf(() => decode(input)) / 1e6));
    if (rig.strokes * DOTS_PER_STROKE !== input.dots)
      throw new Error(`${rig.strokes} strokes of ${input.dots / DOTS_PER_STROKE}`);
    hash = hashOf(rig.result);
  }
  const median = medianOf(runs);
  const beside = { name: "decode alone", median: medianOf(decodes) };
  const note =
    "pen bytes to answers, statistics, events and rows; 40 pens, notifications of 244 bytes; CPU time of all threads";
  return {
    bench: "pipeline",
    case: "class of 40",
    unit: "M dots/s",
    median,
    runs,
    beside,
    ratio: rounded(median / beside.median),
    hash,
    note,
  };
}

/** The next strokes of a class of 40 after `before` strokes of each pen in other items' boxes and the same ones. */
function withStrokesBefore(sheet: Worksheet, before: number, strokes: number, times: number): BenchResult {
  const pens = 40;
  const runs: number[] = [];
  const earlier = before === 0 ? null : bytesOf(sheet, pens, before);
  const input = bytesOf(sheet, pens, strokes, before);
  for (let i = 0; i < times + 1; i++) {
    const rigs = Array.from({ length: 5 }, () => new RoomRig(sheet, pens));
    if (earlier !== null) for (const rig of rigs) rig.work(earlier);
    const seconds = secondsOf(() => {
      for (const rig of rigs) rig.work(input);
    });
    if (i > 0 || times === 1) runs.push(rounded((seconds * 1e9) / (rigs.length * input.dots)));
  }
  return { bench: "pipeline", case: `growth: after ${before * pens} strokes`, unit: "ns/dot", median: medianOf(runs), runs };
}

function against(result: BenchResult, base: BenchResult, name: string): BenchResult {
  return { ...result, beside: { name, median: base.median }, ratio: rounded(result.median / base.median) };
}
