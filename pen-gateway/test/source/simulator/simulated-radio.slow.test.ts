import { decodeInk, type RadioState, type RoomId, type StudentId } from "@penlight/proto";
import { MemoryLog, MemoryStore } from "@penlight/proto/memory-log";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { expect, test } from "vitest";
import { runGateway } from "../../../src/gateway.ts";
import { NO_FAULTS } from "../../../src/source/simulator/air.ts";
import { createSimulatedClass } from "../../../src/source/simulator/simulated-class.ts";
import { SHEET } from "./sheet.ts";

const START_MS = 1_780_000_000_000;

test("[EVT-23] the simulated class tells of its radios: every pen on an adapter with room, and links that were lost", async () => {
  const students = Array.from({ length: 24 }, (_, i) => `s${i + 1}` as StudentId);
  const clock = new SimulatedClock(START_MS);
  const store = new MemoryStore();
  const faults = { ...NO_FAULTS, dropped: 0.002 };
  const pupils = createSimulatedClass({ clock, seed: 3, students, worksheet: SHEET, startMs: START_MS, faults });
  const stop = new AbortController();
  const log = new MemoryLog({ clock, store });
  const running = runGateway({ source: pupils.source, log, clock, room: "room-1" as RoomId, signal: stop.signal });
  await clock.run(START_MS + 60_000);
  stop.abort();
  await clock.run(START_MS + 61_000);
  await running;
  const told: RadioState[] = [...store.partitions.values()].flatMap(({ records }) =>
    records.flatMap(({ value }) => {
      const body = decodeInk(value)?.body;
      return body?.kind === "tick" && body.radio !== undefined ? [body.radio] : [];
    }),
  );
  expect(told.length).toBeGreaterThan(10);
  const last = told.at(-1) as RadioState;
  expect(last.adapters.map(({ name, state }) => [name, state])).toEqual([
    ["sim0", "on"],
    ["sim1", "on"],
  ]);
  for (const { pens, capacity } of last.adapters) expect(pens).toBeLessThanOrEqual(capacity);
  expect(last.pens.map(({ pen }) => pen).sort()).toEqual(pupils.pens.map(({ pen }) => pen).sort());
  const drops = last.pens.reduce((sum, pen) => sum + pen.drops, 0);
  expect(drops).toBeGreaterThan(0);
  expect(last.adapters.reduce((sum, { faults: counts }) => sum + (counts["link-lost"] ?? 0), 0)).toBe(drops);
  expect(told.some(({ pens }) => pens.some(({ latencyMs }) => latencyMs !== null && latencyMs >= 0))).toBe(true);
});
