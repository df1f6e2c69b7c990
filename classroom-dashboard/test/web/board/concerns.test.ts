import type { BoardPen } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { concernsOf, LOSS_FRESH_MS, lostIn, RECOVERED_FRESH_MS } from "../../../web/src/board/concerns.ts";
import { studentOf } from "../live/boards.ts";

const NOW_MS = 500_000;
const pen = (link: BoardPen["link"], heardMs: number): BoardPen => {
  return { id: "p", link, batteryPercent: null, charging: false, heardMs, lostDots: 0, recoveredStrokes: 0, troubles: [] };
};
const gap = (lastMs: number) => ({ reason: "gap", lostEvents: 4, lastMs });
const HANDS: Readonly<Record<string, "help" | "submit">> = { hal: "help", sue: "submit" };
const HOME: Readonly<Record<string, number>> = { rea: NOW_MS - RECOVERED_FRESH_MS + 1, ron: NOW_MS - RECOVERED_FRESH_MS };
const of = (...students: Parameters<typeof concernsOf>[0]) =>
  concernsOf(
    students,
    {
      lostAtMs: () => null,
      handOf: ({ student }) => HANDS[student] ?? null,
      recoveredAtMs: ({ student }) => HOME[student] ?? null,
    },
    NOW_MS,
  ).map(({ student, kind }) => `${student.student} ${kind}`);

describe("concernsOf", () => {
  it("longest waiting first, each student for one reason", () => {
    const lost = studentOf("ann", 1, { pen: pen("lost", 300_000), idle: true, gaps: [gap(499_000)] });
    const idle = studentOf("bob", 2, { pen: pen("connected", NOW_MS), idle: true, lastInkMs: 200_000 });
    expect(of(lost, idle, studentOf("cy", 3))).toEqual(["bob idle", "ann pen"]);
  });

  it("a raised hand comes first, whoever waits longer; who handed in is not idle", () => {
    const lost = studentOf("ann", 1, { pen: pen("lost", 1) });
    const asks = studentOf("hal", 2, { idle: true, lastInkMs: 400_000 });
    const done = studentOf("sue", 3, { idle: true, lastInkMs: 1 });
    expect(of(lost, asks, done)).toEqual(["hal help", "ann pen"]);
  });

  it("[EVT-23] strokes that came home from a pen's memory are told for a minute", () => {
    expect(of(studentOf("rea", 1, { idle: true }), studentOf("ron", 2))).toEqual(["rea recovered"]);
  });

  it("[LIVE-15] a loss is worth a look while it is fresh", () => {
    const fresh = studentOf("ann", 1, { gaps: [gap(1), gap(NOW_MS - LOSS_FRESH_MS + 1)] });
    const old = studentOf("bob", 2, { gaps: [gap(NOW_MS - LOSS_FRESH_MS)] });
    expect(of(fresh, old)).toEqual(["ann loss"]);
    expect(lostIn(fresh.gaps)).toBe(8);
  });
});
