import type { PenLinkState } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import type { LinkEvent } from "../../src/core/link-event.ts";
import { PasswordErrand, type PasswordOrder } from "../../src/core/password-errand.ts";
import { STATUS } from "./pen-bytes.ts";

const UNTIL_MS = 10_000;
const orderOf = (order: string, old: string | null, fresh: string | null): PasswordOrder => ({
  ...{ order, old, fresh, untilMs: UNTIL_MS },
});
const status = (usedTries: number): LinkEvent => ({ kind: "status", status: { ...STATUS, usedTries } });
const locked = (usedTries: number): LinkEvent => ({ kind: "locked", usedTries, maxTries: 10 });
const refused = (usedTries: number): LinkEvent[] => [
  { kind: "reply", packet: { kind: "passwordChangeResult", usedTries, maxTries: 10, status: 1 } },
  { kind: "password-set", outcome: "refused" },
];
const DONE: LinkEvent = { kind: "password-set", outcome: "done" };

/** An errand, and what it sent. */
function begun(takes = true) {
  const errand = new PasswordErrand();
  const sent: string[] = [];
  const link = {
    changePassword: (old: string | null, fresh: string | null) => {
      if (takes) sent.push(`${old} > ${fresh}`);
      return takes;
    },
    unlock: (password: string) => {
      if (takes) sent.push(password);
      return takes;
    },
  };
  const tick = (state: PenLinkState, nowMs = 0) => errand.tick(link, state, nowMs);
  const take = (...events: readonly LinkEvent[]) =>
    events.map((event) => errand.take(event)).filter((each) => each !== undefined);
  return { errand, sent, tick, take };
}

describe("[PEN-11] [REG-9] a person's order about a password", () => {
  test("is sent once, when the pen is there; done, the new one is to be kept", () => {
    const { errand, sent, tick, take } = begun();
    errand.begin(orderOf("a", null, "4711"));
    tick("connecting");
    expect(sent).toEqual([]);
    tick("connected");
    tick("connected");
    expect(sent).toEqual(["null > 4711"]);
    expect(errand.answer).toBeNull();
    expect(take(status(0), DONE)).toEqual(["4711"]);
    expect(errand.answer).toEqual({ order: "a", outcome: "done", triesLeft: 10 });
    errand.begin(orderOf("b", "4711", null));
    tick("connected");
    expect(take(DONE)).toEqual([null]);
  });

  test("what the pen refused is never sent again, until it is what the pen was given", () => {
    const { errand, sent, tick, take } = begun();
    const ask = (name: string, old: string, fresh: string) => {
      errand.begin(orderOf(name, old, fresh));
      tick("connected");
    };
    ask("a", "1111", "2222");
    expect(take(...refused(1))).toEqual([]);
    expect(errand.answer).toEqual({ order: "a", outcome: "refused", triesLeft: 9 });
    ask("b", "1111", "2222");
    expect(errand.answer).toEqual({ order: "b", outcome: "too-risky", triesLeft: 9 });
    ask("c", "4711", "1111");
    expect(take(DONE)).toEqual(["1111"]);
    ask("d", "1111", "2222");
    expect(sent).toEqual(["1111 > 2222", "4711 > 1111", "1111 > 2222"]);
  });

  test("nothing is sent that might be the last try; a first password is none", () => {
    const { errand, sent, tick, take } = begun();
    take(status(9));
    errand.begin(orderOf("a", "4711", "1234"));
    tick("connected");
    expect([sent, errand.answer]).toEqual([[], { order: "a", outcome: "too-risky", triesLeft: 1 }]);
    errand.begin(orderOf("b", null, "1234"));
    tick("connected");
    expect(sent).toEqual(["null > 1234"]);
  });

  test("a locked pen is unlocked with the one that it has, and gets the other one then", () => {
    const { errand, sent, tick, take } = begun();
    take(locked(0));
    errand.begin(orderOf("a", "4711", "4711"));
    tick("locked");
    expect(take({ kind: "ready" })).toEqual(["4711"]);
    expect(errand.answer).toMatchObject({ order: "a", outcome: "done" });
    errand.begin(orderOf("b", "4711", "1234"));
    tick("locked");
    expect(take({ kind: "ready" })).toEqual(["4711"]);
    tick("connected");
    expect(take(DONE)).toEqual(["1234"]);
    expect(sent).toEqual(["4711", "4711", "4711 > 1234"]);
    errand.begin(orderOf("c", "5678", "5678"));
    tick("locked");
    take(locked(1));
    expect(errand.answer).toEqual({ order: "c", outcome: "refused", triesLeft: 9 });
    errand.begin(orderOf("d", null, "1234"));
    tick("locked");
    expect(errand.answer).toMatchObject({ order: "d", outcome: "refused" });
  });

  test("too late, one at a time, and a link that goes in the middle: nothing is told that nobody knows", () => {
    const { errand, tick } = begun(false);
    errand.begin(orderOf("a", null, "4711"));
    tick("connected", UNTIL_MS);
    errand.begin(orderOf("b", null, "1234"));
    expect(errand.answer).toMatchObject({ order: "b", outcome: "not-now" });
    tick("connected", UNTIL_MS + 1);
    expect(errand.answer).toEqual({ order: "a", outcome: "not-now", triesLeft: null });
    const other = begun();
    other.errand.begin(orderOf("c", null, "4711"));
    other.errand.lost();
    expect(other.errand.answer).toBeNull();
    other.tick("connected");
    other.errand.lost();
    expect(other.errand.answer).toMatchObject({ order: "c", outcome: "unknown" });
    other.take(DONE);
    expect(other.errand.answer).toMatchObject({ order: "c", outcome: "unknown" });
  });
});
