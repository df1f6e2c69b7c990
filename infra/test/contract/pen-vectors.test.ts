import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseVectorFile, type Vector, type VectorFile } from "../../src/tools/vector-file.ts";
import { differenceOf, hearPen, runVector } from "../../src/tools/vector-run.ts";
import type { Words } from "../../src/tools/vector-words.ts";

type PenVector = Extract<Vector, { direction: "pen->host" }>;

const VECTORS = ["pens.json", "by-hand.json"].flatMap((name) => {
  const file = parseVectorFile(readFileSync(new URL(`../../../proto/vectors/${name}`, import.meta.url), "utf8"));
  return file.vectors.flatMap((vector) => (vector.direction === "pen->host" ? [[vector.id, vector, file] as const] : []));
});
/** What is said of bytes in front of a vector's own. */
const NOISE = ["garbage", "stray-end", "resync", "runt", "broken-escape"];
const NOISES = [[0, 0x99, 0x42], [0xc1], [0x7d], [0xc0], [0xc0, 0x6c, 0x0e], [0xc0, 0x61, 0x7d], [0xc1, 0x7d, 0xc0, 0xc0]];

function glued(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

function sayingOf(faults: readonly Words[]): readonly Words[] {
  return faults.filter((fault) => !NOISE.includes(fault.kind as string));
}

/** Holds what a vector says when its bytes come as it has them against what they say when they come otherwise. */
function comparison(vector: PenVector, file: VectorFile): (notifications: readonly Uint8Array[]) => void {
  const preamble = file.preambles.get(vector.preamble) ?? [];
  const { events, faults, writes } = runVector(vector, file);
  const said = JSON.stringify([events, sayingOf(faults), writes]);
  return (notifications) => {
    const other = hearPen(preamble, notifications);
    expect(JSON.stringify([other.events, sayingOf(other.faults), other.writes])).toBe(said);
    expect(differenceOf(vector, other)).toBeNull();
  };
}

describe("[PEN-3] the same bytes differently delivered", () => {
  test.each(VECTORS)("%s cut at each byte, and byte by byte", (_id, vector, file) => {
    const expectSame = comparison(vector, file);
    const bytes = glued(vector.notifications);
    for (let at = 1; at < bytes.length; at++) expectSame([bytes.subarray(0, at), bytes.subarray(at)]);
    expectSame(Array.from(bytes, (byte) => Uint8Array.of(byte)));
  });

  test.each(VECTORS)("%s glued together", (_id, vector, file) => {
    comparison(vector, file)([glued(vector.notifications)]);
  });

  test.each(VECTORS)("%s after garbage", (_id, vector, file) => {
    const expectSame = comparison(vector, file);
    for (const noise of NOISES) expectSame([glued([Uint8Array.from(noise), ...vector.notifications])]);
  });
});
