import type { PenId } from "@penlight/proto";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { describe, expect, test } from "vitest";
import type { PenChunk, PenSource } from "../../src/source/pen-source.ts";
import { RecordedSource } from "../../src/source/recorded-source.ts";
import { parseRecording } from "../../src/source/recording.ts";
import { ReplaySource } from "../../src/source/replay-source.ts";

const PEN = "9c7bd2000001" as PenId;
const CHUNKS: readonly PenChunk[] = [
  { kind: "connected", pen: PEN, receivedMs: 100, mtu: 23 },
  { kind: "bytes", pen: PEN, receivedMs: 100, bytes: Uint8Array.of(1) },
  { kind: "bytes", pen: PEN, receivedMs: 350.5, bytes: Uint8Array.of(2) },
  { kind: "lost", pen: PEN, receivedMs: 5000 },
];

async function heard(source: PenSource, clock: SimulatedClock, untilMs: number) {
  const stop = new AbortController();
  const turns: { readonly atMs: number; readonly chunks: readonly PenChunk[] }[] = [];
  let ended = false;
  const listening = (async () => {
    for await (const chunks of source.open(stop.signal)) turns.push({ atMs: clock.nowMs(), chunks });
    ended = true;
  })();
  await clock.run(untilMs);
  const endedByItself = ended;
  stop.abort();
  await listening;
  return { turns, endedByItself };
}

describe("ReplaySource", () => {
  test("[PEN-20] keeps the distances in time, begins at the present, and ends", async () => {
    const clock = new SimulatedClock(1_000_000);
    const { turns, endedByItself } = await heard(new ReplaySource({ clock, chunks: CHUNKS }), clock, 1_010_000);
    expect(turns.map((turn) => turn.atMs)).toEqual([1_000_000, 1_000_250.5, 1_004_900]);
    expect(turns.flatMap((turn) => turn.chunks.map((chunk) => [chunk.kind, chunk.receivedMs]))).toEqual([
      ["connected", 1_000_000],
      ["bytes", 1_000_000],
      ["bytes", 1_000_250.5],
      ["lost", 1_004_900],
    ]);
    expect(endedByItself).toBe(true);
  });

  test("[PEN-20] what is written goes nowhere, but only while the pen is connected", async () => {
    const clock = new SimulatedClock(0);
    const source = new ReplaySource({ clock, chunks: CHUNKS });
    await expect(source.write(PEN, Uint8Array.of(1))).rejects.toMatchObject({ code: "source.not-connected" });
    const listening = heard(source, clock, 1000);
    await clock.run(500);
    await expect(source.write(PEN, Uint8Array.of(1))).resolves.toBeUndefined();
    await listening;
  });

  test("[PEN-20] an abort ends it at once; nothing to replay is no error", async () => {
    const clock = new SimulatedClock(0);
    const early = await heard(new ReplaySource({ clock, chunks: CHUNKS }), clock, 300);
    expect(early.turns).toHaveLength(2);
    expect(early.endedByItself).toBe(false);
    const none = await heard(new ReplaySource({ clock, chunks: [] }), clock, 1000);
    expect(none).toEqual({ turns: [], endedByItself: true });
  });
});

describe("RecordedSource", () => {
  test("[PEN-20] writes down what it hears, and the record replays as the same", async () => {
    const clock = new SimulatedClock(7000);
    const lines: string[] = [];
    const recorded = new RecordedSource(new ReplaySource({ clock, chunks: CHUNKS }), (line) => lines.push(line));
    const first = await heard(recorded, clock, 20_000);
    const again = new SimulatedClock(7000);
    const second = await heard(new ReplaySource({ clock: again, chunks: parseRecording(lines) }), again, 20_000);
    expect(lines).toHaveLength(CHUNKS.length);
    expect(second).toEqual(first);
  });
});
