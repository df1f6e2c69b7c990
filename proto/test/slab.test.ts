import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Slab } from "../src/slab.ts";

const slab = new Slab();

describe("slabs", () => {
  it("many slabs long, no copy touches another", () => {
    const sources = Array.from({ length: 400 }, (_, i) => new Uint8Array(1 + ((i * 977) % 4096)).fill(i));
    const copies = sources.map((each) => slab.cutBytes(each, 0, each.length));
    const ints = sources.map((each) => slab.cutInts(Int32Array.from(each), each.length));
    const isKept = (copy: ArrayLike<number> | undefined, of: Uint8Array) =>
      copy?.length === of.length && of.every((byte, at) => copy[at] === byte);
    expect(sources.filter((each, i) => !isKept(copies[i], each) || !isKept(ints[i], each))).toEqual([]);
  });

  it("copies stay what they were whatever is cut after them, seed 1", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 6000 }), { maxLength: 40 }), (arrays) => {
        const bytes = arrays.map((each) => slab.cutBytes(each, each.length >> 2, each.length));
        const ints = arrays.map((each) => slab.cutInts(Int32Array.from(each), each.length >> 1));
        arrays.forEach((each, i) => {
          expect(bytes[i]).toEqual(each.slice(each.length >> 2));
          expect(ints[i]).toEqual(Int32Array.from(each.slice(0, each.length >> 1)));
          each.fill(0);
        });
      }),
      { seed: 1 },
    );
  });
});
