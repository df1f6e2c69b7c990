import fc from "fast-check";
import { expect, test } from "vitest";
import { assign, type Claimant } from "../../../src/event-log/kafka/assignment.ts";

const member = (memberId: string, owned: readonly number[], generation = 1): Claimant => ({ memberId, owned, generation });

test("a member alone gets everything", () => {
  expect(assign([member("a", [])], 4)).toEqual(new Map([["a", [0, 1, 2, 3]]]));
});

test("who comes later gets only what nobody has open; the rest is first given back", () => {
  const first = assign([member("a", [0, 1, 2, 3]), member("b", [])], 4);
  expect(first).toEqual(
    new Map([
      ["a", [0, 1]],
      ["b", []],
    ]),
  );
  expect(assign([member("a", [0, 1]), member("b", [])], 4).get("b")).toEqual([2, 3]);
});

test("what stays is not moved when one of three goes", () => {
  const given = assign([member("a", [0, 3]), member("c", [2, 5])], 6);
  expect(given.get("a")).toEqual(expect.arrayContaining([0, 3]));
  expect(given.get("c")).toEqual(expect.arrayContaining([2, 5]));
});

test("of two who claim a partition, the younger membership has it", () => {
  const given = assign([member("old", [0], 3), member("new", [0], 7)], 1);
  expect(given.get("new")).toEqual([0]);
  expect(given.get("old")).toEqual([]);
});

test("any group: nobody shares a partition, nobody gets what another has open, and it settles fairly in two rounds", () => {
  const group = fc.record({
    partitions: fc.integer({ min: 1, max: 32 }),
    members: fc.integer({ min: 1, max: 9 }),
    owners: fc.array(fc.integer({ min: -1, max: 8 }), { minLength: 32, maxLength: 32 }),
  });
  fc.assert(
    fc.property(group, ({ partitions, members, owners }) => {
      const ids = Array.from({ length: members }, (_, i) => `m${i}`);
      const ownedBy = (i: number) => owners.slice(0, partitions).flatMap((owner, p) => (owner === i ? [p] : []));
      let claims = ids.map((id, i) => member(id, ownedBy(i)));
      for (let round = 0; round < 2; round++) {
        const given = assign(claims, partitions);
        const all = [...given.values()].flat();
        expect(new Set(all).size).toBe(all.length);
        for (const { memberId, owned } of claims) {
          const others = claims.filter((each) => each.memberId !== memberId).flatMap((each) => each.owned);
          expect((given.get(memberId) ?? []).filter((p) => others.includes(p))).toEqual([]);
          expect(owned.filter((p) => given.get(memberId)?.includes(p)).length).toBeGreaterThanOrEqual(
            Math.min(owned.length, Math.floor(partitions / members)),
          );
        }
        claims = claims.map(({ memberId }) => member(memberId, given.get(memberId) ?? []));
      }
      const sizes = claims.map(({ owned }) => owned.length);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(partitions);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
    { seed: 11, numRuns: 300 },
  );
});
