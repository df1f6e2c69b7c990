import { createHash } from "node:crypto";
import { DOT_STRIDE, DOT_TIME, MM_PER_CENTIUNIT, Random, type StudentId } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { freeArea } from "../../../src/source/simulator/free-area.ts";
import { createLesson } from "../../../src/source/simulator/lesson.ts";
import type { PupilAct } from "../../../src/source/simulator/pupil-act.ts";
import { createSteadyLesson } from "../../../src/source/simulator/steady-lesson.ts";
import { SHEET } from "./sheet.ts";

const STUDENTS = Array.from({ length: 30 }, (_, i) => `s${i + 1}` as StudentId);
const lessonOf = (seed: number) => createLesson({ seed, students: STUDENTS, worksheet: SHEET });
const hashOf = (acts: readonly PupilAct[]) =>
  createHash("sha256")
    .update(JSON.stringify(acts, (_, value) => (value instanceof Int32Array ? [...value] : value)))
    .digest("hex");
const endOf = (act: PupilAct) => (act.kind === "stroke" ? act.stroke.upMs : act.kind === "away" ? act.fromMs : act.atMs);

describe("a lesson", () => {
  test("[CLASS-1] is a function of its seed: the same however often and in whatever order it is asked", () => {
    const whole = STUDENTS.map((_, i) => hashOf([...lessonOf(7).actsOf(i)]));
    const lesson = lessonOf(7);
    const generators = STUDENTS.map((_, i) => lesson.actsOf(i));
    const taken: PupilAct[][] = STUDENTS.map(() => []);
    for (let open = STUDENTS.length; open > 0; ) {
      open = 0;
      for (let i = STUDENTS.length - 1; i >= 0; i--) {
        const { value, done } = (generators[i] as Generator<PupilAct>).next();
        if (done === true) continue;
        open++;
        (taken[i] as PupilAct[]).push(value as PupilAct);
      }
    }
    expect(taken.map(hashOf)).toEqual(whole);
    expect([...lessonOf(8).actsOf(0)]).not.toEqual([...lessonOf(7).actsOf(0)]);
  });

  test.each([1, 2, 3])(
    "[CLASS-3] seed %i: acts are in order, one final intention an item, and no intention is told twice",
    (seed) => {
      const lesson = lessonOf(seed);
      STUDENTS.forEach((_, index) => {
        const acts = [...lesson.actsOf(index)];
        const order = acts.filter((act) => act.kind !== "away").map(endOf);
        expect(order).toEqual([...order].sort((a, b) => a - b));
        expect(acts.filter((act) => act.kind === "hand-in")).toHaveLength(1);
        expect(acts.at(-1)?.kind).toBe("hand-in");
        const intentions = acts.filter((act) => act.kind === "intention");
        for (const item of SHEET.items) {
          const own = intentions.filter((each) => each.item === item.id);
          expect(own.map((each) => each.final)).toEqual(own.map((_, i) => i === own.length - 1));
          expect(new Set(own.map((each) => JSON.stringify([each.answer, each.final]))).size).toBe(own.length);
          for (const { answer } of own) {
            if (item.kind === "true-false") expect(answer === null || typeof answer === "boolean").toBe(true);
            if (item.kind === "choices" && answer !== null) expect(answer).toEqual([...(answer as string[])].sort());
          }
        }
      });
    },
  );

  test("[CLASS-1] ink is of a human hand: 80 to 120 dots a second, within the sheet, with pressure", () => {
    const lesson = lessonOf(4);
    let strokes = 0;
    for (const index of STUDENTS.keys()) {
      for (const act of lesson.actsOf(index)) {
        if (act.kind !== "stroke") continue;
        strokes++;
        const { dots, downMs, upMs } = act.stroke;
        let before = 0;
        for (let at = 0; at < dots.length; at += DOT_STRIDE) {
          const [time, x, y, force] = dots.subarray(at, at + 4) as unknown as [number, number, number, number];
          expect(time - before).toBeGreaterThanOrEqual(8);
          expect(time - before).toBeLessThanOrEqual(12);
          before = time;
          const xMm = x * MM_PER_CENTIUNIT - 12.7;
          const yMm = y * MM_PER_CENTIUNIT - 12.7;
          expect(xMm > 0 && xMm < 210 && yMm > 0 && yMm < 297).toBe(true);
          expect(force > 0 && force <= 852).toBe(true);
        }
        expect(downMs + (dots.at(-DOT_STRIDE + DOT_TIME) as number)).toBeLessThan(upMs);
      }
    }
    expect(strokes).toBeGreaterThan(STUDENTS.length * 3);
  });

  test("[CLASS-1] pupils differ: some leave items out, some change their mind, some links go for a while", () => {
    const seen = { blank: 0, changed: 0, withdrawn: 0, away: 0 };
    for (let seed = 0; seed < 8; seed++) {
      const lesson = lessonOf(seed);
      for (const index of STUDENTS.keys()) {
        const acts = [...lesson.actsOf(index)];
        const handIn = endOf(acts.at(-1) as PupilAct);
        for (const act of acts) {
          if (act.kind === "away") seen.away++;
          if (act.kind !== "intention") continue;
          if (act.answer === null && act.final) seen[act.atMs === handIn ? "blank" : "withdrawn"]++;
          if (!act.final) seen.changed++;
        }
      }
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(3);
  });

  test("[CLASS-1] nobody writes while the link is away, unless the lesson says so", () => {
    const overlaps = (writesWhileAway: boolean) => {
      let found = 0;
      for (let seed = 0; seed < 20; seed++) {
        const lesson = createLesson({ seed, students: STUDENTS, worksheet: SHEET, writesWhileAway });
        for (const index of STUDENTS.keys()) {
          const acts = [...lesson.actsOf(index)];
          const away = acts.find((act) => act.kind === "away");
          if (away === undefined) continue;
          for (const act of acts) {
            if (act.kind === "stroke" && act.stroke.upMs > away.fromMs && act.stroke.downMs < away.toMs) found++;
          }
        }
      }
      return found;
    };
    expect(overlaps(false)).toBe(0);
    expect(overlaps(true)).toBeGreaterThan(0);
  });

  test("[CLASS-1] scribbles keep clear of every box", () => {
    const random = new Random("areas");
    for (let i = 0; i < 300; i++) {
      const area = freeArea(SHEET, 0, 40, random);
      if (area === null) continue;
      for (const box of SHEET.boxes.filter((each) => each.page === 0)) {
        const beside = area.xMm > box.xMm + box.widthMm + 4 || area.xMm + area.widthMm < box.xMm - 4;
        const above = area.yMm > box.yMm + box.heightMm + 4 || area.yMm + area.heightMm < box.yMm - 4;
        expect(beside || above).toBe(true);
      }
    }
  });
});

describe("a steady lesson", () => {
  test("[CLASS-1] has the tip down 42 % of the time, about 32 dots a stroke", () => {
    const lesson = createSteadyLesson({ seed: 1, students: STUDENTS, worksheet: SHEET, durationMs: 60_000 });
    let dots = 0;
    let strokes = 0;
    let downMs = 0;
    for (const index of STUDENTS.keys()) {
      for (const act of lesson.actsOf(index)) {
        if (act.kind !== "stroke") continue;
        strokes++;
        dots += act.stroke.dots.length / DOT_STRIDE;
        downMs += act.stroke.upMs - act.stroke.downMs;
      }
    }
    expect(downMs / (60_000 * STUDENTS.length)).toBeGreaterThan(0.38);
    expect(downMs / (60_000 * STUDENTS.length)).toBeLessThan(0.46);
    expect(dots / strokes).toBeGreaterThan(24);
    expect(dots / strokes).toBeLessThan(40);
  });
});
