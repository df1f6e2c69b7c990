import { describe, expect, test } from "vitest";
import {
  answerOf,
  CLOCK_ERROR_MS_MAX,
  ignoredWishes,
  packetOf,
  planOf,
  type QuestionFacts,
  settingAsked,
  wishPlanOf,
} from "../../src/core/handshake-question.ts";
import { NOW_MS, STATUS } from "./pen-bytes.ts";

const facts: QuestionFacts = {
  settings: { beep: false, ledColor: "ff0000ff" },
  version: null,
  status: STATUS,
  password: "4711",
  change: null,
};

describe("[PEN-7] what is asked", () => {
  test("the clock is set when it is further off than the limit, and measured again when the answer was late", () => {
    const at = (offMs: number, isLate = false) => planOf(facts, { ...STATUS, timeMs: NOW_MS - offMs }, NOW_MS, isLate);
    expect(at(CLOCK_ERROR_MS_MAX)).toEqual(["memory-on", "register"]);
    expect(at(-CLOCK_ERROR_MS_MAX, true)).toEqual(["memory-on", "measure", "register"]);
    for (const offMs of [CLOCK_ERROR_MS_MAX + 1, -1e12, NOW_MS]) {
      expect(at(offMs)).toEqual(["memory-on", "remember", "clock", "measure", "register"]);
    }
  });

  test("[PEN-12] hover is off unless the school asks, is set before there is ink, and read back", () => {
    const on = { ...facts, settings: { hover: true } };
    expect(planOf(facts, STATUS, NOW_MS, false)).not.toContain("hover");
    expect(planOf(facts, { ...STATUS, hover: true }, NOW_MS, false)).toContain("hover");
    expect(planOf(on, STATUS, NOW_MS, false)).toContain("hover");
    expect(wishPlanOf(on)).toEqual(["read-back"]);
    expect(ignoredWishes(on)).toEqual(["hover"]);
    expect(wishPlanOf({ ...on, status: { ...STATUS, hover: true } })).toEqual([]);
  });

  test("wishes that differ, then the status; a colour is never told, so never ignored", () => {
    expect(wishPlanOf(facts)).toEqual(["beep", "ledColor", "read-back"]);
    expect(ignoredWishes(facts)).toEqual(["beep"]);
    expect(wishPlanOf({ ...facts, settings: {} })).toEqual([]);
  });

  test("each question's packet; a password goes out as it is and nowhere else", () => {
    expect(packetOf("password", facts, 0)).toEqual({ kind: "password", value: "4711" });
    expect(packetOf("remember", facts, 0)).toBe(null);
    expect(settingAsked("clock", facts, 12.6)).toEqual({ type: "time", value: 13 });
    expect([answerOf("register"), answerOf("ready")]).toEqual(["useNotesResult", undefined]);
  });
});
