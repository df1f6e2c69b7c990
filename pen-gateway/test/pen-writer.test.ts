import type { PenId } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { PenWriter, WRITE_TRIES_MAX } from "../src/pen-writer.ts";
import type { PenSource } from "../src/source/pen-source.ts";

const A = "9c7bd2000001" as PenId;
const B = "9c7bd2000002" as PenId;

/** A source whose writes end when the test says so. */
function heldSource() {
  const pending: { pen: PenId; byte: number; end: (ok: boolean) => void }[] = [];
  const source: PenSource = {
    open: async function* () {},
    write: (pen, bytes) =>
      new Promise((resolve, reject) => {
        pending.push({ pen, byte: bytes[0] as number, end: (ok) => (ok ? resolve() : reject(new Error("radio"))) });
      }),
  };
  return { source, pending };
}
const pieces = (...bytes: number[]) => bytes.map((byte) => Uint8Array.of(byte));
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("PenWriter", () => {
  test("[PEN-7] one write outstanding per pen, in order; pens do not wait for each other", async () => {
    const { source, pending } = heldSource();
    const writer = new PenWriter(source, () => {});
    writer.write(A, pieces(1, 2));
    writer.write(A, pieces(3));
    writer.write(B, pieces(9));
    const seen: number[] = [];
    while (pending.length > 0) {
      expect(pending.filter((each) => each.pen === A).length).toBeLessThanOrEqual(1);
      for (const each of pending.splice(0)) {
        seen.push(each.byte);
        each.end(true);
      }
      await settle();
    }
    expect(seen.filter((byte) => byte < 9)).toEqual([1, 2, 3]);
    expect(seen).toContain(9);
  });

  test("[PEN-7] a failing write is repeated; then what waits for that pen is dropped and counted, and later writes go", async () => {
    const { source, pending } = heldSource();
    const failed: PenId[] = [];
    const writer = new PenWriter(source, (pen) => failed.push(pen));
    writer.write(A, pieces(1, 2));
    for (let i = 0; i < WRITE_TRIES_MAX; i++) {
      expect(pending.map((each) => each.byte)).toEqual([1]);
      pending.shift()?.end(false);
      await settle();
    }
    expect(failed).toEqual([A]);
    expect(pending).toHaveLength(0);
    writer.write(A, pieces(5));
    expect(pending.map((each) => each.byte)).toEqual([5]);
  });

  test("[PEN-7] what waits is forgotten with the connection", async () => {
    const { source, pending } = heldSource();
    const failed: PenId[] = [];
    const writer = new PenWriter(source, (pen) => failed.push(pen));
    writer.write(A, pieces(1, 2, 3));
    writer.reset(A);
    writer.write(A, pieces(7));
    pending[0]?.end(false);
    await settle();
    expect(pending.map((each) => each.byte)).toEqual([1, 7]);
    expect(failed).toEqual([]);
  });
});
