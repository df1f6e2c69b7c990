import { createHash } from "node:crypto";
import { DOT_STRIDE, decodeInk, dotsOf, type RoomId, type StudentId } from "@penlight/proto";
import { MemoryLog, MemoryStore } from "@penlight/proto/memory-log";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { describe, expect, test } from "vitest";
import { runGateway } from "../../src/gateway.ts";
import type { PenChunk } from "../../src/source/pen-source.ts";
import { RecordedSource } from "../../src/source/recorded-source.ts";
import { recordingLine } from "../../src/source/recording.ts";
import { NO_FAULTS } from "../../src/source/simulator/air.ts";
import { createLesson } from "../../src/source/simulator/lesson.ts";
import { createSimulatedClass, penIdsOf, type SimulatedClassOptions } from "../../src/source/simulator/simulated-class.ts";
import { finalTruth, truthKeyOf } from "../../src/source/simulator/truth.ts";
import { SHEET } from "../source/simulator/sheet.ts";

const STUDENTS = Array.from({ length: 8 }, (_, i) => `s${String(i + 1).padStart(2, "0")}` as StudentId);
const START_MS = 1_780_000_000_000;
const ROOM = "room-1" as RoomId;

interface Outcome {
  readonly truth: string[];
  readonly recording: string[];
  /** Dots of each stroke by pen and pen-down time: the longest copy. */
  readonly strokes: Map<string, number[]>;
  readonly copies: number;
  readonly checkpoint: number;
  readonly finished: boolean;
}

/** The class, the gateway and a log, until the class has finished or the time comes. */
async function lessonOf(
  options: Partial<SimulatedClassOptions> & { readonly untilMs?: number; readonly beginMs?: number },
): Promise<Outcome> {
  const clock = new SimulatedClock(options.beginMs ?? START_MS);
  const store = new MemoryStore();
  const log = new MemoryLog({ clock, store, delays: { sync: () => clock.sleep(3) } });
  const truth: string[] = [];
  const recording: string[] = [];
  const pupils = createSimulatedClass({
    ...{ clock, seed: 5, students: STUDENTS, worksheet: SHEET, startMs: START_MS, truth: (line: string) => truth.push(line) },
    ...options,
  });
  const stop = new AbortController();
  let finished = false;
  void pupils.finished.then(() => {
    finished = true;
  });
  let durableMs = 0;
  const source = new RecordedSource(pupils.source, (line) => recording.push(line));
  const metrics = {
    durable: (ms: number) => {
      durableMs = ms;
    },
  };
  const running = runGateway({ source, log, clock, room: ROOM, signal: stop.signal, metrics });
  if (options.untilMs !== undefined) await clock.run(options.untilMs);
  else await clock.runUntil(() => finished, clock.nowMs() + 3_600_000);
  const checkpoint = pupils.checkpoint(durableMs);
  stop.abort();
  await clock.run(clock.nowMs() + 1000);
  await running;
  return { truth, recording, ...strokesIn(store), checkpoint, finished };
}

/** The plain lesson, heard once for all tests that only look at it. */
let plain: Promise<Outcome> | undefined;
function plainLesson(): Promise<Outcome> {
  plain ??= lessonOf({});
  return plain;
}

function strokesIn(store: MemoryStore) {
  const strokes = new Map<string, number[]>();
  let copies = 0;
  for (const record of [...store.partitions.values()].flatMap((each) => each.records)) {
    const body = decodeInk(record.value)?.body;
    if (body?.kind !== "dots") continue;
    const { batch } = body;
    const key = `${batch.pen} ${batch.downMs}`;
    const known = strokes.get(key) ?? [];
    if (batch.firstDot === 0) copies++;
    known.splice(batch.firstDot * DOT_STRIDE, batch.dotCount * DOT_STRIDE, ...(dotsOf(batch) ?? []));
    strokes.set(key, known);
  }
  return { strokes, copies };
}

function drawnDots(seed: number): string[] {
  const lesson = createLesson({ seed, students: STUDENTS, worksheet: SHEET });
  const drawn: string[] = [];
  for (const index of STUDENTS.keys()) {
    for (const act of lesson.actsOf(index)) if (act.kind === "stroke") drawn.push([...act.stroke.dots].join());
  }
  return drawn.sort();
}
const dotsHeard = (outcome: Outcome) => [...outcome.strokes.values()].map((dots) => dots.join()).sort();

describe("a simulated class", { timeout: 60_000 }, () => {
  test("[CLASS-1] same seed, same bytes and same truth; another seed, another lesson", async () => {
    const [first, second, other] = [await plainLesson(), await lessonOf({}), await lessonOf({ seed: 6 })];
    const hash = (outcome: Outcome) =>
      createHash("sha256").update(outcome.recording.join("\n")).update(outcome.truth.join("\n")).digest("hex");
    expect(first.finished).toBe(true);
    expect(hash(second)).toBe(hash(first));
    expect(hash(other)).not.toBe(hash(first));
  });

  test("[CLASS-2] every dot that was drawn is in the log, once", async () => {
    const outcome = await plainLesson();
    expect(dotsHeard(outcome)).toEqual(drawnDots(5));
    expect(outcome.copies).toBe(outcome.strokes.size);
  });

  test.each([1, 2])("[PEN-13] seed %i: links that drop lose no ink: the pens' memories are fetched", async (seed) => {
    const faults = { ...NO_FAULTS, dropped: 0.01, cut: 0.1, stalled: 0.01 };
    const outcome = await lessonOf({ seed, faults });
    expect(dotsHeard(outcome)).toEqual(drawnDots(seed));
    expect(outcome.copies).toBeGreaterThan(outcome.strokes.size);
  });

  test("[PEN-8] lost, doubled and foreign notifications do not stop the class", async () => {
    const faults = { ...NO_FAULTS, lost: 0.02, duplicated: 0.02, garbage: 0.02, cut: 0.05 };
    const outcome = await lessonOf({ seed: 3, faults });
    expect(outcome.finished).toBe(true);
    expect(outcome.strokes.size).toBeGreaterThan(20);
  });

  test("[CLASS-3] the truth has one final line a student and item", async () => {
    const { truth } = await plainLesson();
    const finals = finalTruth(truth);
    expect(finals.size).toBe(STUDENTS.length * SHEET.items.length);
    expect(truth.filter((line) => line.includes('"final":true'))).toHaveLength(finals.size);
    const times = truth.map((line) => (JSON.parse(line) as { atMs: number }).atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test.each([20_000, 47_000])(
    "[CLASS-4] taken up again after %i ms, later and elsewhere: the same strokes and the same truth",
    async (untilMs) => {
      const whole = await plainLesson();
      const before = await lessonOf({ untilMs: START_MS + untilMs });
      expect(before.finished).toBe(false);
      expect(before.checkpoint).toBeGreaterThan(0);
      const after = await lessonOf({ resumeAtMs: before.checkpoint, beginMs: START_MS + untilMs + 3_000_000 });
      const strokes = new Map(before.strokes);
      for (const [key, dots] of after.strokes) if (dots.length >= (strokes.get(key)?.length ?? 0)) strokes.set(key, dots);
      expect(new Map([...strokes].sort())).toEqual(new Map([...whole.strokes].sort()));
      const keys = new Set([...before.truth, ...after.truth].map(truthKeyOf));
      expect([...keys].sort()).toEqual(whole.truth.map(truthKeyOf).sort());
    },
  );

  test("[PEN-2] pen ids have the maker's prefix, differ, and come from the seed", () => {
    const ids = penIdsOf(1, 500);
    expect(new Set(ids).size).toBe(500);
    expect(ids.every((id) => /^9c7bd2[0-9a-f]{6}$/.test(id))).toBe(true);
    expect(penIdsOf(1, 500)).toEqual(ids);
    expect(penIdsOf(2, 500)).not.toEqual(ids);
  });

  test("[CLASS-2] writes to a pen that is not connected are refused", async () => {
    const clock = new SimulatedClock(START_MS);
    const { source, pens } = createSimulatedClass({ clock, seed: 1, students: STUDENTS, worksheet: SHEET, startMs: START_MS });
    const pen = pens[0]?.pen ?? ("" as never);
    await expect(source.write(pen, Uint8Array.of(1))).rejects.toMatchObject({ code: "source.not-connected" });
    const stop = new AbortController();
    const heard: PenChunk[] = [];
    const listening = (async () => {
      for await (const chunks of source.open(stop.signal)) heard.push(...chunks);
    })();
    await clock.run(START_MS + 2500);
    expect(heard.map((chunk) => chunk.kind)).toEqual(STUDENTS.map(() => "connected"));
    expect(heard.map(recordingLine).every((line) => line.includes('"mtu"'))).toBe(true);
    const taken = source.write(pen, Uint8Array.of(0xc0, 0x04, 0, 0, 0xc1));
    await clock.run(START_MS + 2700);
    await taken;
    expect(heard.at(-1)).toMatchObject({ kind: "bytes", pen });
    stop.abort();
    await listening;
  });
});
