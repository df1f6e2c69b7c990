import {
  type AssignmentId,
  type ClassId,
  type PenId,
  type RoomId,
  type SetupRecord,
  SetupState,
  type StudentId,
  type WorksheetId,
} from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { PenClaims, ROAM_MS } from "../../src/core/pen-claim.ts";

const name = { zh: "名", en: "name" };
const [lab, attic, hall] = ["lab", "attic", "hall"] as RoomId[] as [RoomId, RoomId, RoomId];
const [ann, bob] = ["ann", "bob"] as StudentId[] as [StudentId, StudentId];
const pen = (n: number) => `9c7bd2${n.toString(16).padStart(6, "0")}` as PenId;

function assignment(id: string, room: RoomId, opensMs: number, closesMs: number | null, version = 1): SetupRecord {
  const fixed = { class: "3b" as ClassId, worksheet: "w" as WorksheetId, worksheetVersion: 1, kind: "lesson" as const };
  return { kind: "assignments", id, version, document: { id: id as AssignmentId, room, opensMs, closesMs, ...fixed } };
}

function setupOf(...more: readonly SetupRecord[]): SetupState {
  const setup = new SetupState();
  for (const id of [lab, attic, hall]) setup.apply({ kind: "rooms", id, version: 1, document: { id, name } });
  const students = [ann, bob].map((id, i) => ({ id, name, seat: i + 1 }));
  setup.apply({ kind: "classes", id: "3b", version: 1, document: { id: "3b" as ClassId, name, students } });
  setup.apply({ kind: "pens", id: pen(1), version: 1, document: { id: pen(1), student: ann } });
  setup.apply({ kind: "pens", id: pen(2), version: 1, document: { id: pen(2), student: null } });
  for (const record of more) setup.apply(record);
  return setup;
}

describe("PenClaims", () => {
  test("[REG-8] the gateway of the room where the pupil has a lesson comes first, the others later, none at the same time", () => {
    const setup = setupOf(assignment("a", lab, 1000, 2000));
    const delays = (atMs: number) => [lab, attic, hall].map((room) => new PenClaims(setup, room).delayMs(pen(1), atMs));
    const [first, ...others] = delays(1500);
    expect(first).toBe(0);
    for (const delay of others) expect(delay).toBeGreaterThanOrEqual(ROAM_MS);
    expect(new Set(delays(1500)).size).toBe(3);
    // Before and after the lesson, and for a pen of nobody, no room is home: whoever's turn comes first.
    for (const each of [
      delays(0),
      delays(2000),
      [lab, attic, hall].map((room) => new PenClaims(setup, room).delayMs(pen(2), 1500)),
    ]) {
      for (const delay of each) expect(delay).toBeLessThan(ROAM_MS);
      expect(new Set(each).size).toBe(3);
    }
  });

  test("[REG-8] of two open lessons the later one is where the class is now, also for a pen that is lent to one of it", () => {
    const setup = setupOf(assignment("a", lab, 1000, null), assignment("b", attic, 5000, null));
    const claims = new PenClaims(setup, attic);
    expect([claims.delayMs(pen(1), 4000) >= ROAM_MS, claims.delayMs(pen(1), 6000)]).toEqual([true, 0]);
    expect(claims.delayMs(pen(2), 6000)).toBeGreaterThan(0);
    const lent = { id: pen(2), student: null, held: [{ student: bob, fromMs: 0, untilMs: 7000 }] };
    setup.apply({ kind: "pens", id: pen(2), version: 2, document: lent });
    expect([claims.delayMs(pen(2), 6000), claims.delayMs(pen(2), 7000) > 0]).toEqual([0, true]);
    setup.apply(assignment("b", attic, 5000, 6100, 2));
    expect(claims.delayMs(pen(1), 6100)).toBeGreaterThanOrEqual(ROAM_MS);
  });

  test("[REG-8] in a school of one room, or while nothing is known, nobody waits", () => {
    const setup = new SetupState();
    expect(new PenClaims(setup, lab).delayMs(pen(1), 0)).toBe(0);
    setup.apply({ kind: "rooms", id: lab, version: 1, document: { id: lab, name } });
    setup.apply({ kind: "pens", id: pen(1), version: 1, document: { id: pen(1), student: ann } });
    expect(new PenClaims(setup, lab).delayMs(pen(1), 0)).toBe(0);
  });
});
