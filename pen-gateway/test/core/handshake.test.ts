import { encodeRefusal, type PenPacket } from "@penlight/proto/pen";
import { describe, expect, test } from "vitest";
import { REPLY_MS_MAX, REST_MS, STATUS_POLL_MS } from "../../src/core/handshake.ts";
import { PenLink } from "../../src/core/pen-link.ts";
import { NOW_MS, openLink, PEN, STATUS, say, VERSION, written } from "./pen-bytes.ts";

const set = (type: string, value: unknown) => ({ kind: "setSetting", setting: { type, value } });
const ok = (type: "time" | "hover" | "offlineData"): PenPacket => ({ kind: "settingResult", type, status: 0 });
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

    const wanted = openLink({ hover: true });
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

  test("a password whose answer was lost is not repeated", () => {
    const link = openLink({ password: "1234" });
    say(link, [VERSION, LOCKED]);
    written(link);
    link.tick(NOW_MS + REPLY_MS_MAX);
    expect(written(link)).toEqual([]);
  });

  test.each([
    [7, true],
    [8, false],
    [9, false],
    [10, false],
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
