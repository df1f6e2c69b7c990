import { describe, expect, test } from "vitest";
import { MACHINE_TRIES_MAX, PasswordDesk } from "../../src/core/password-desk.ts";

describe("[PEN-11] PasswordDesk", () => {
  test("a machine makes two tries at most, over all its lives: the pen's own count remembers", () => {
    const tries = Array.from({ length: 10 }, (_, usedTries) =>
      new PasswordDesk("4711").forMachine({ usedTries, maxTries: 10 }),
    );
    expect(tries.filter((each) => each !== null)).toHaveLength(MACHINE_TRIES_MAX);
    expect(new PasswordDesk("4711").forMachine({ usedTries: 0, maxTries: 2 })).toBe(null);
  });

  test("what was refused, or whose lost answer the pen has counted, is never sent again; another one may be", () => {
    const desk = new PasswordDesk("4711");
    expect(desk.forMachine({ usedTries: 0, maxTries: 10 })).toBe("4711");
    expect(desk.forMachine({ usedTries: 0, maxTries: 10 })).toBe("4711");
    expect(desk.forMachine({ usedTries: 1, maxTries: 10 })).toBe(null);
    expect(desk.takePersons("4711", { usedTries: 1, maxTries: 10 })).toBe(false);
    desk.stored = "0815";
    expect(desk.forMachine({ usedTries: 1, maxTries: 10 })).toBe("0815");
    desk.refused();
    expect(desk.takePersons("0815", { usedTries: 2, maxTries: 10 })).toBe(false);
    expect(desk.takePersons("1234", { usedTries: 8, maxTries: 10 })).toBe(true);
    desk.accepted();
    expect(desk.takePersons("5678", { usedTries: 9, maxTries: 10 })).toBe(false);
  });
});
