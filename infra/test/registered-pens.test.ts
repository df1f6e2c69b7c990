import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodeSetup, type PenId, type RoomId, type StudentId, setupKeyOf } from "@penlight/proto";
import { MemoryLog } from "@penlight/proto/memory-log";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RegisteredPens } from "../src/registered-pens.ts";
import { SystemClock } from "../src/system-clock.ts";

const pens = [1, 2, 3].map((n) => `9c7bd200000${n}` as PenId);
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "penlight-pens-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function register(log: MemoryLog, pen: PenId): Promise<void> {
  const value = encodeSetup({ kind: "pens", id: pen, version: 1, document: { id: pen, student: "s1" as StudentId } });
  await log.append("setup", [{ key: setupKeyOf("pens", pen), value, timestampMs: 0 }]);
}

describe("registered pens", () => {
  test("[BLE-2] who is registered is known from the log, now and later, and after a start without the log", async () => {
    const file = path.join(folder, "made", "pens.json");
    const log = new MemoryLog({ clock: new SystemClock() });
    await register(log, pens[0] as PenId);
    const first = new RegisteredPens(file, "room-1" as RoomId);
    const known = () => pens.filter((pen) => first.has(pen));
    expect(known()).toEqual([]);
    const stop = new AbortController();
    const following = first.follow(log, stop.signal);
    await first.known;
    expect(known()).toEqual([pens[0]]);
    await register(log, pens[1] as PenId);
    await expect.poll(known).toEqual([pens[0], pens[1]]);
    stop.abort();
    await following;
    const later = new RegisteredPens(file, "room-1" as RoomId);
    expect(pens.filter((pen) => later.has(pen))).toEqual([pens[0], pens[1]]);
    expect(later.hasRooms).toBe(false);
  });
});
