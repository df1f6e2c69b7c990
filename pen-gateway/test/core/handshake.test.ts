import { encodeRefusal, type PenPacket, type PenPacketOf } from "@penlight/proto/pen";
import { describe, expect, test } from "vitest";
import { REPLY_MS_MAX } from "../../src/core/asking.ts";
import { MEASURES_MAX, REST_MS, ROUND_TRIP_MS_MAX, STATUS_POLL_MS } from "../../src/core/handshake.ts";
import { PenLink } from "../../src/core/pen-link.ts";
import type { PenSettings } from "../../src/core/pen-settings.ts";
import { NOW_MS, openLink, PEN, STATUS, say, VERSION, written } from "./pen-bytes.ts";

const set = (type: string, value: unknown) => ({ kind: "setSetting", setting: { type, value } });
type SettingType = Extract<PenPacketOf<"settingResult">["type"], string>;
const ok = (type: SettingType): PenPacket => ({ kind: "settingResult", type, status: 0 });
const REGISTERED: PenPacket = { kind: "useNotesResult" };
const LOCKED = { ...STATUS, locked: true };

/** Says one thing, gives what the link asks next. */
function answer(link: PenLink, packet: PenPacket, nowMs = NOW_MS) {
  const said = say(link, [packet], nowMs);
  return { asked: written(link), kinds: said.map((each) => each.kind) };
}

describe("[PEN-7] from a fresh link to live ink", () => {
  test("version, status, memory saving on, notes: one question at a time", () => {
    const link = new PenLink({ pen: PEN });
    link.open(NOW_MS, 517);
    expect(written(link)).toMatchObject([{ kind: "versionRequest", protocol: "2.18" }]);
    expect(answer(link, VERSION)).toEqual({ asked: [{ kind: "statusRequest" }], kinds: ["version"] });
    expect(answer(link, STATUS)).toEqual({ asked: [set("offlineData", true)], kinds: ["status"] });
    expect(answer(link, ok("offlineData")).asked).toEqual([{ kind: "useAllNotes" }]);
    expect(link.isReady).toBe(false);
    expect(answer(link, REGISTERED)).toEqual({ asked: [], kinds: ["reply", "ready"] });
    expect(link.isReady).toBe(true);
    expect([link.model, link.firmware, link.battery]).toEqual([
      "Neosmartpen_M1",
      "1.03.0052",
      { percent: 66, charging: false },
    ]);
  });

  test("writes are cut to the MTU", () => {
    const link = new PenLink({ pen: PEN });
    link.open(NOW_MS, 23);
    const writes = link.takeWrites();
    expect(writes.map((piece) => piece.length)).toEqual([20, 20, 7]);
    expect(link.takeWrites()).toEqual([]);
  });

  test("[PEN-10] a clock that is off is set, and measured anew; one that is nearly right is left alone", () => {
    const link = openLink();
    say(link, [VERSION, { ...STATUS, timeMs: NOW_MS - 922 * 86_400_000 }]);
    expect(link.clockOffsetMs).toBe(922 * 86_400_000);
    written(link);
    expect(answer(link, ok("offlineData")).asked).toEqual([set("time", NOW_MS)]);
    expect(answer(link, ok("time")).asked).toEqual([{ kind: "statusRequest" }]);
    expect(answer(link, { ...STATUS, timeMs: NOW_MS }, NOW_MS + 30).asked).toEqual([{ kind: "useAllNotes" }]);
    expect(link.clockOffsetMs).toBe(30);

    const near = openLink();
    say(near, [VERSION, { ...STATUS, timeMs: NOW_MS - 1500 }]);
    written(near);
    expect(answer(near, ok("offlineData")).asked).toEqual([{ kind: "useAllNotes" }]);
  });

  test("[PEN-12] hover is switched off unless it was asked for, and then on", () => {
    const link = openLink();
    say(link, [VERSION, { ...STATUS, hover: true }]);
    written(link);
    expect(answer(link, ok("offlineData")).asked).toEqual([set("hover", false)]);
    expect(answer(link, ok("hover")).asked).toEqual([{ kind: "useAllNotes" }]);

    const wanted = openLink({ settings: { hover: true } });
    say(wanted, [VERSION, STATUS]);
    written(wanted);
    expect(answer(wanted, ok("offlineData")).asked).toEqual([set("hover", true)]);
  });

  test("notes refused for want of a clock: it is set, however right, and the notes asked for again", () => {
    const link = openLink();
    say(link, [VERSION, STATUS, ok("offlineData")]);
    written(link);
    link.receive(encodeRefusal("useNotesResult", 2), NOW_MS);
    expect(written(link)).toEqual([set("time", NOW_MS)]);
    say(link, [ok("time"), STATUS]);
    expect(written(link)).toEqual([{ kind: "statusRequest" }, { kind: "useAllNotes" }]);
    expect(answer(link, REGISTERED).kinds).toContain("ready");
    expect(link.faultCounts.refused).toBe(1);
  });

  test("a refused setting does not stop the rest", () => {
    const link = openLink();
    say(link, [VERSION, STATUS]);
    written(link);
    link.receive(encodeRefusal("settingResult", 1), NOW_MS);
    expect(written(link)).toEqual([{ kind: "useAllNotes" }]);
  });

  test("a question without an answer is asked three times, then the link rests and begins anew", () => {
    const link = openLink();
    const asked = (nowMs: number) => {
      link.tick(nowMs);
      return written(link).length;
    };
    expect(asked(NOW_MS + REPLY_MS_MAX - 1)).toBe(0);
    expect([1, 2, 3].map((times) => asked(NOW_MS + times * REPLY_MS_MAX))).toEqual([1, 1, 0]);
    expect(link.faultCounts["no-reply"]).toBe(1);
    expect(asked(NOW_MS + 3 * REPLY_MS_MAX + REST_MS - 1)).toBe(0);
    link.tick(NOW_MS + 3 * REPLY_MS_MAX + REST_MS);
    expect(written(link)).toMatchObject([{ kind: "versionRequest" }]);
  });

  test("a setting without an answer is passed over", () => {
    const link = openLink();
    say(link, [VERSION, STATUS]);
    written(link);
    for (const times of [1, 2]) {
      link.tick(NOW_MS + times * REPLY_MS_MAX);
      expect(written(link)).toEqual([set("offlineData", true)]);
    }
    link.tick(NOW_MS + 3 * REPLY_MS_MAX);
    expect(written(link)).toEqual([{ kind: "useAllNotes" }]);
  });

  test("status is asked for once a minute", () => {
    const link = openLink();
    say(link, [VERSION, STATUS, ok("offlineData"), REGISTERED]);
    written(link);
    link.tick(NOW_MS + STATUS_POLL_MS - 1);
    expect(written(link)).toEqual([]);
    link.tick(NOW_MS + STATUS_POLL_MS);
    expect(written(link)).toEqual([{ kind: "statusRequest" }]);
    say(link, [{ ...STATUS, batteryPct: 41, charging: true }], NOW_MS + STATUS_POLL_MS);
    expect(link.battery).toEqual({ percent: 41, charging: true });
    say(link, [{ ...STATUS, batteryPct: 127 }], NOW_MS + STATUS_POLL_MS);
    expect(link.battery).toEqual({ percent: 100, charging: false });
  });

  test("after the link is lost nothing is asked; a new one begins from the start", () => {
    const link = openLink();
    say(link, [VERSION, STATUS, ok("offlineData"), REGISTERED]);
    link.close(NOW_MS);
    link.tick(NOW_MS + 10 * STATUS_POLL_MS);
    expect([written(link), link.isReady]).toEqual([[], false]);
    link.open(NOW_MS, 517);
    expect(written(link)).toMatchObject([{ kind: "versionRequest" }]);
  });
});

describe("[PEN-7] the school's settings", () => {
  const SETTINGS = { autoOffMinutes: 3, beep: false, autoPowerOn: true, sensitivity: 4, ledColor: "ff00ff00" };
  const readied = (version: Partial<typeof VERSION>, settings: PenSettings) => {
    const link = openLink({ settings });
    say(link, [{ ...VERSION, ...version }, STATUS, ok("offlineData")]);
    written(link);
    return link;
  };

  test("are set once the pen can be heard, each where it differs, and read back", () => {
    const link = readied({ protocol: "2.20", sensor: "FSC" }, SETTINGS);
    expect(answer(link, REGISTERED)).toEqual({ asked: [set("autoOffMinutes", 3)], kinds: ["reply", "ready"] });
    expect(answer(link, ok("autoOffMinutes")).asked).toEqual([set("beep", false)]);
    expect(answer(link, ok("beep")).asked).toEqual([set("fscSensitivity", 4)]);
    expect(answer(link, ok("fscSensitivity")).asked).toEqual([set("ledColor", "ff00ff00")]);
    expect(answer(link, ok("ledColor")).asked).toEqual([{ kind: "statusRequest" }]);
    const said = say(link, [{ ...STATUS, autoOffMin: 3, sensitivity: 4 }]);
    expect(said).toContainEqual({ kind: "settings", ignored: ["beep"] });
    expect(link.faultCounts["setting-ignored"]).toBe(1);
    link.tick(NOW_MS + STATUS_POLL_MS);
    expect(written(link)).toEqual([{ kind: "statusRequest" }]);
  });

  test("an old pen gets five minutes at least, a fixed sensitivity stays, silence does not stop the rest", () => {
    const link = readied({ protocol: "2.12" }, { autoOffMinutes: 2, sensitivity: 3 });
    expect(answer(link, REGISTERED).asked).toEqual([set("autoOffMinutes", 5)]);
    for (const times of [1, 2, 3]) link.tick(NOW_MS + times * REPLY_MS_MAX);
    expect(written(link).at(-1)).toEqual(set("sensitivity", 3));
    const fixed = openLink({ settings: { sensitivity: 3 } });
    say(fixed, [VERSION, { ...STATUS, sensitivity: 255 }, ok("offlineData"), REGISTERED]);
    expect(written(fixed).at(-1)).toEqual({ kind: "useAllNotes" });
    expect(fixed.isReady).toBe(true);
  });
});

describe("[PEN-10] the clock at connect", () => {
  test("a time that was long under way is asked for again, at most so often", () => {
    const link = openLink();
    say(link, [VERSION]);
    written(link);
    let nowMs = NOW_MS + ROUND_TRIP_MS_MAX + 1;
    say(link, [{ ...STATUS, timeMs: nowMs - 100 }], nowMs);
    written(link);
    expect(answer(link, ok("offlineData"), nowMs).asked).toEqual([{ kind: "statusRequest" }]);
    let asked = 1;
    for (; asked < 10; asked++) {
      nowMs += ROUND_TRIP_MS_MAX + 1;
      if (answer(link, { ...STATUS, timeMs: nowMs - 100 }, nowMs).asked.some((each) => kindOf(each) === "useAllNotes")) break;
    }
    expect(asked).toBe(MEASURES_MAX);
  });

  test("where somebody keeps notes, a clock is set once what it said is kept; or after 2 s, for ink matters more", () => {
    for (const isKept of [true, false]) {
      const link = openLink({ keepsClock: true });
      say(link, [VERSION, { ...STATUS, timeMs: NOW_MS - 1e10 }]);
      written(link);
      expect(answer(link, ok("offlineData"))).toEqual({ asked: [], kinds: ["reply", "clock-note"] });
      expect(link.clockNote.clocks[0]?.anchors).toEqual([{ penMs: NOW_MS - 1e10, offsetMs: 1e10 }]);
      if (isKept) link.clockRemembered(NOW_MS + 5);
      else link.tick(NOW_MS + REPLY_MS_MAX);
      expect(written(link)).toEqual([set("time", isKept ? NOW_MS + 5 : NOW_MS + REPLY_MS_MAX)]);
    }
  });
});

const kindOf = (packet: unknown) => (packet as { kind?: string }).kind;

describe("[PEN-11] setting a password", () => {
  const changed = (status: number): PenPacket => ({ kind: "passwordChangeResult", usedTries: 0, maxTries: 10, status });
  const accepted: PenPacket = { kind: "passwordResult", status: 1, usedTries: 0, maxTries: 10 };
  const readied = () => {
    const link = openLink();
    say(link, [VERSION, STATUS, ok("offlineData"), REGISTERED]);
    written(link);
    return link;
  };

  test("the first one goes out with zeros for the old one, and is confirmed", () => {
    const link = readied();
    expect(link.changePassword(null, "4711", NOW_MS)).toBe(true);
    expect(written(link)).toEqual([{ kind: "changePassword", use: true, old: "", new: "4711" }]);
    expect(answer(link, changed(0)).asked).toEqual([{ kind: "password", value: "4711" }]);
    expect(say(link, [accepted])).toContainEqual({ kind: "password-set", outcome: "done" });
  });

  test("another one, or none any more; a wrong old one is refused and never repeated", () => {
    const link = readied();
    expect(link.changePassword("4711", null, NOW_MS)).toBe(true);
    expect(written(link)).toEqual([{ kind: "changePassword", use: false, old: "4711", new: "" }]);
    expect(say(link, [changed(0)])).toContainEqual({ kind: "password-set", outcome: "done" });
    expect(link.changePassword("wrong", "1234", NOW_MS)).toBe(true);
    written(link);
    expect(say(link, [changed(1)])).toContainEqual({ kind: "password-set", outcome: "refused" });
    expect(written(link)).toEqual([]);
  });

  test("before 2.15 the answer has no status: a try that was used up tells a refusal", () => {
    for (const [usedTries, outcome] of [
      [0, "done"],
      [1, "refused"],
    ] as const) {
      const link = readied();
      link.changePassword("4711", null, NOW_MS);
      const said = say(link, [{ kind: "passwordChangeResult", usedTries, maxTries: 10 }]);
      expect(said).toContainEqual({ kind: "password-set", outcome });
    }
  });

  test("what was refused once is the pen's password once it was set to that, and sent when it is locked", () => {
    const link = openLink({ password: "1234" });
    say(link, [VERSION, LOCKED, { kind: "passwordResult", status: 0, usedTries: 1, maxTries: 10 }]);
    say(link, [STATUS, ok("offlineData"), REGISTERED]);
    written(link);
    link.changePassword("4711", "1234", NOW_MS);
    say(link, [changed(0), accepted]);
    link.close(NOW_MS);
    link.open(NOW_MS, 517);
    say(link, [VERSION]);
    written(link);
    expect(answer(link, LOCKED).asked).toEqual([{ kind: "password", value: "1234" }]);
  });

  test("an answer that was lost leaves the outcome unknown", () => {
    const link = readied();
    link.changePassword(null, "4711", NOW_MS);
    written(link);
    expect(link.tick(NOW_MS + REPLY_MS_MAX)).toContainEqual({ kind: "password-set", outcome: "unknown" });
    expect(written(link)).toEqual([]);
  });

  test.each(["0000", "", "12345678901234567", "пароль"])("%j is no password", (fresh) => {
    const link = readied();
    expect(link.changePassword(null, fresh, NOW_MS)).toBe(false);
    expect(written(link)).toEqual([]);
  });
});

describe("[PEN-11] a locked pen", () => {
  const wrong = (usedTries: number): PenPacket => ({ kind: "passwordResult", status: 0, usedTries, maxTries: 10 });
  const right: PenPacket = { kind: "passwordResult", status: 1, usedTries: 0, maxTries: 10 };

  test("without a password a person is asked, and nothing is tried", () => {
    const link = openLink();
    say(link, [VERSION]);
    written(link);
    expect(answer(link, LOCKED)).toEqual({ asked: [], kinds: ["status", "locked"] });
    link.tick(NOW_MS + 5000);
    expect(written(link)).toEqual([]);
  });

  test("a stored password is tried once; refused, it is never sent again, not even on another link", () => {
    const link = openLink({ password: "1234" });
    say(link, [VERSION]);
    written(link);
    expect(answer(link, LOCKED).asked).toEqual([{ kind: "password", value: "1234" }]);
    expect(answer(link, wrong(1))).toEqual({ asked: [], kinds: ["reply", "locked"] });
    expect(link.unlock("1234", NOW_MS)).toBe(false);
    link.close(NOW_MS);
    link.open(NOW_MS, 517);
    say(link, [VERSION]);
    written(link);
    expect(answer(link, LOCKED)).toEqual({ asked: [], kinds: ["status", "locked"] });
  });

  test("accepted, the handshake goes on", () => {
    const link = openLink({ password: "1234" });
    say(link, [VERSION, LOCKED]);
    written(link);
    expect(answer(link, right).asked).toEqual([set("offlineData", true)]);
  });

  test.each([
    [0, true],
    [1, false],
  ])("a password whose answer was lost is repeated only where the pen has not counted it: %i counted", (counted, again) => {
    const link = openLink({ password: "1234" });
    say(link, [VERSION, LOCKED]);
    written(link);
    link.tick(NOW_MS + REPLY_MS_MAX);
    expect(written(link)).toEqual([]);
    const laterMs = NOW_MS + REPLY_MS_MAX + REST_MS;
    link.tick(laterMs);
    say(link, [VERSION], laterMs);
    written(link);
    const { asked } = answer(link, { ...LOCKED, usedTries: counted }, laterMs);
    expect(asked).toEqual(again ? [{ kind: "password", value: "1234" }] : []);
  });

  test.each([
    [0, true],
    [1, true],
    [2, false],
    [8, false],
  ])("a stored password with %d of 10 tries used: sent = %s", (usedTries, sent) => {
    const link = openLink({ password: "1234" });
    say(link, [VERSION]);
    written(link);
    expect(answer(link, { ...LOCKED, usedTries }).asked).toEqual(sent ? [{ kind: "password", value: "1234" }] : []);
  });

  test.each([
    [8, true],
    [9, false],
  ])("a person's password with %d of 10 tries used: sent = %s", (usedTries, sent) => {
    const link = openLink();
    say(link, [VERSION, { ...LOCKED, usedTries }]);
    written(link);
    expect(link.unlock("5678", NOW_MS)).toBe(sent);
    expect(written(link)).toEqual(sent ? [{ kind: "password", value: "5678" }] : []);
  });

  test("the vendor's word for no password is never sent", () => {
    const link = openLink({ password: "0000" });
    say(link, [VERSION]);
    written(link);
    expect(answer(link, LOCKED)).toEqual({ asked: [], kinds: ["status", "locked"] });
    expect([link.unlock("0000", NOW_MS), link.unlock("", NOW_MS)]).toEqual([false, false]);
  });

  test("unlocked by another hand: seen at the next status", () => {
    const link = openLink();
    say(link, [VERSION, LOCKED]);
    written(link);
    link.tick(NOW_MS + STATUS_POLL_MS);
    expect(written(link)).toEqual([{ kind: "statusRequest" }]);
    expect(answer(link, STATUS).asked).toEqual([set("offlineData", true)]);
  });
});
