import { holderAt, type Pen, type PenChange, type PenId, type StudentId } from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyChanges, HELD_MAX, type RegistryAnswer } from "../../../server/core/pen-registry.ts";
import { penId, studentId } from "../lesson-fixture.ts";

const [ann, bob] = [studentId(1), studentId(2)];
const NOW_MS = 1000;
const isStudent = (student: StudentId) => student !== "nobody";
const ask = (pens: readonly Pen[], ...changes: PenChange[]) =>
  applyChanges(changes, { pens: new Map(pens.map((pen) => [pen.id, pen])), isStudent, nowMs: NOW_MS });
const documents = (answer: RegistryAnswer) => (answer.kind === "documents" ? answer.pens : answer);
const PEN = penId(1);

describe("applyChanges", () => {
  it("[REG-2] a pen that is nobody's, or new, is given without a question, and its ink goes along", () => {
    expect(documents(ask([], { pen: PEN, student: ann }))).toEqual([{ id: PEN, student: ann }]);
    expect(documents(ask([{ id: PEN, student: null }], { pen: PEN, student: ann }))).toEqual([{ id: PEN, student: ann }]);
    expect(documents(ask([{ id: PEN, student: ann }], { pen: PEN, student: ann }))).toEqual([]);
  });

  it("[REG-2] one pen at two pupils is a question; with its answer the ink of before stays", () => {
    const mine = { id: PEN, student: ann };
    const question = { kind: "two-pupils", pen: PEN, holder: ann, wanted: bob };
    expect(ask([mine], { pen: PEN, student: bob })).toEqual({ kind: "questions", questions: [question] });
    expect(ask([mine], { pen: PEN, student: bob, from: studentId(3) }).kind).toBe("questions");
    const held = [{ student: ann, fromMs: null, untilMs: NOW_MS }];
    expect(documents(ask([mine], { pen: PEN, student: bob, from: ann }))).toEqual([{ id: PEN, student: bob, held }]);
    // Two changes of one list want the same pen.
    const twice = ask([], { pen: PEN, student: ann }, { pen: PEN, student: bob });
    expect(twice).toEqual({ kind: "questions", questions: [question] });
  });

  it("[REG-2] two pens at one pupil is a question: both, or this one, and then it is asked no more", () => {
    const [first, second] = [
      { id: penId(1), student: ann },
      { id: penId(2), student: null },
    ];
    const change = { pen: penId(2), student: ann };
    const question = { kind: "two-pens", student: ann, pens: [penId(1)], wanted: penId(2) };
    expect(ask([first, second], change)).toEqual({ kind: "questions", questions: [question] });
    const both = documents(ask([first, second], { ...change, keeps: "both" }));
    expect(both).toEqual([{ id: penId(2), student: ann, extra: true }]);
    expect(ask([first, ...(both as Pen[])], change, { pen: penId(1), student: ann }).kind).toBe("documents");
    expect(documents(ask([first, second], { ...change, keeps: "this" }))).toEqual([
      { id: penId(1), student: null, held: [{ student: ann, fromMs: null, untilMs: NOW_MS }] },
      { id: penId(2), student: ann },
    ]);
  });

  it("[REG-3] a loan ends by itself, or when the pen goes back or is lent again", () => {
    const mine = { id: PEN, student: ann };
    const [lent] = documents(ask([mine], { pen: PEN, student: bob, from: ann, untilMs: 5000 })) as Pen[] as [Pen];
    expect([999, 1000, 4999, 5000].map((ms) => holderAt(lent, ms))).toEqual([ann, bob, bob, ann]);
    const later = { ...lent, held: [{ student: bob, fromMs: 500, untilMs: 5000 }] };
    const [back] = documents(ask([later], { pen: PEN, student: null })) as Pen[] as [Pen];
    expect(back.held).toEqual([{ student: bob, fromMs: 500, untilMs: NOW_MS }]);
    const [third] = documents(ask([later], { pen: PEN, student: studentId(3), from: bob, untilMs: 3000 })) as Pen[] as [Pen];
    expect([400, 700, 2000, 3000].map((ms) => holderAt(third, ms))).toEqual([ann, bob, "s3", ann]);
  });

  it("[REG-2] what is wrong is told of every change, and nothing is done", () => {
    const changes: PenChange[] = [
      { pen: PEN, student: "nobody" as StudentId },
      { pen: penId(2), student: null },
      { pen: PEN, student: ann, untilMs: NOW_MS },
      { pen: PEN, student: bob },
    ];
    const answer = ask([{ id: PEN, student: null }], ...changes);
    expect(answer.kind === "invalid" ? answer.faults.map(({ at }) => at) : []).toEqual([
      "/changes/0/student",
      "/changes/1/pen",
      "/changes/2/untilMs",
    ]);
  });

  it("[REG-1] [REG-2] whatever is changed and answered, the past stays as it was, and documents are bounded, seed 1", () => {
    const student = fc.constantFrom(ann, bob, studentId(3));
    const step = fc.record({
      pen: fc.constantFrom(penId(1), penId(2)),
      student: fc.option(student),
      lend: fc.option(fc.nat(50)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 90 }), (steps) => {
        const pens = new Map<PenId, Pen>();
        /** Who had which pen in the middle of each time between two changes. */
        const past: { readonly pen: PenId; readonly atMs: number; readonly holder: StudentId | null }[] = [];
        steps.forEach(({ pen, student: wanted, lend }, index) => {
          const nowMs = (index + 1) * 10;
          const from = pens.has(pen) ? (holderAt(pens.get(pen) as Pen, nowMs) ?? undefined) : undefined;
          const change: PenChange = {
            ...{ pen, student: wanted, keeps: "both" },
            ...(from !== undefined && { from }),
            ...(lend !== null && wanted !== null && { untilMs: nowMs + 1 + lend }),
          };
          const answer = applyChanges([change], { pens, isStudent, nowMs });
          expect(answer.kind === "questions").toBe(false);
          if (answer.kind === "documents") for (const each of answer.pens) pens.set(each.id, each);
          for (const each of pens.values()) past.push({ pen: each.id, atMs: nowMs + 5, holder: holderAt(each, nowMs + 5) });
        });
        for (const pen of pens.values()) expect(pen.held?.length ?? 0).toBeLessThanOrEqual(HELD_MAX);
        const recent = past.filter(({ atMs, holder }) => holder !== null && atMs > (steps.length - HELD_MAX / 2) * 10);
        for (const { pen, atMs, holder } of recent.filter(({ atMs: ms }) => ms < steps.length * 10)) {
          expect([atMs, holderAt(pens.get(pen) as Pen, atMs)]).toEqual([atMs, holder]);
        }
      }),
      { seed: 1 },
    );
  });
});
