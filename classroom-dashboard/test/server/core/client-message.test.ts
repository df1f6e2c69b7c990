import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFault, parseClientMessage } from "../../../server/core/client-message.ts";

const SEED = 11;
const watch = (n: number) => ({
  type: "watch",
  students: Array.from({ length: n }, (_, i) => ({ student: `s${i}`, page: "1.2.3.4" })),
});

describe("parseClientMessage", () => {
  const TABLE = [
    ['{"type":"resync"}', "resync"],
    [JSON.stringify(watch(0)), "watch"],
    [JSON.stringify(watch(4)), "watch"],
    [JSON.stringify(watch(5)), "too-many-watched"],
    ["", "bad-message"],
    ["{", "bad-message"],
    ["null", "bad-message"],
    ["[]", "bad-message"],
    ['"resync"', "bad-message"],
    ['{"type":"snapshot"}', "bad-message"],
    ['{"type":"watch"}', "bad-message"],
    ['{"type":"watch","students":"s1"}', "bad-message"],
    ['{"type":"watch","students":[null]}', "bad-message"],
    ['{"type":"watch","students":[{"student":1,"page":"p"}]}', "bad-message"],
    ['{"type":"watch","students":[{"student":"s1"}]}', "bad-message"],
  ] as const;
  it.each(TABLE)("[LIVE-10] %s is %s", (text, expected) => {
    const message = parseClientMessage(text);
    expect(isFault(message) ? message.code : message.type).toBe(expected);
  });

  it(`[LIVE-10] no text makes it throw (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const message = parseClientMessage(text);
        expect(isFault(message) || message.type === "resync" || message.type === "watch").toBe(true);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});
