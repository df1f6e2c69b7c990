import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "../../src/history-server/fault.ts";
import { decodeLz4Block, Lz4FrameDecoder } from "../../src/history-server/lz4.ts";

/** 8000 lines "row N of a table", made by lz4 4.4.5: linked blocks of 64 KiB, all checksums, content size. */
const LINKED = Buffer.from(
  `BCJNGFxAQBMCAAAAAAB0NwEAAPACcm93IDAgb2YgYSB0YWJsZQoRABwxEQAcMhEAHDMRABw0EQAcNREAHDYRAA93AP${"/".repeat(340)}9tUGJsZQpyIiQaOAoBAAAPqv${"/".repeat(342)}6FBsZQpyb1tamqhIAAAA/AV3IDMgb2YgYSB0YWJsZQpyb3cgNBEAHDURABw2EQAcMBEAHDERABwyEQAPdwD////////////////////////BUGFibGUKgYjDgAAAAAC0FzoD`,
  "base64",
);
const SMALL = Buffer.from("BCJNGGRApw0AAAA/YWJjAwATUGMgZW5kAAAAANusjG4=", "base64");

function decode(...chunks: readonly Buffer[]): Promise<Buffer> {
  const decoder = new Lz4FrameDecoder();
  const read: Buffer[] = [];
  decoder.on("data", (part: Buffer) => read.push(part));
  for (const chunk of chunks) decoder.write(chunk);
  decoder.end();
  return new Promise((resolve, reject) => decoder.once("end", () => resolve(Buffer.concat(read))).once("error", reject));
}

describe("LZ4", () => {
  it("[HTTP-1] frames are decoded wherever their bytes are cut, several one after the other", async () => {
    const text = `${"abc".repeat(14)} end`;
    expect((await decode(SMALL)).toString()).toBe(text);
    expect((await decode(...[...SMALL].map((byte) => Buffer.from([byte])))).toString()).toBe(text);
    expect((await decode(Buffer.concat([SMALL, SMALL]))).toString()).toBe(text + text);
    const rows = await decode(LINKED.subarray(0, 100), LINKED.subarray(100));
    expect(rows.length).toBe(136_000);
    expect(createHash("sha256").update(rows).digest("hex")).toBe(
      "784fa301dbe9f6601a6cec1f587ecfe8ae46cc800632b204d70e9318521d0e1e",
    );
  });

  it("[HTTP-4] what is cut short or no LZ4 is refused with ClickHouse's number", async () => {
    const refused = [SMALL.subarray(0, 20), SMALL.subarray(0, -1), Buffer.from("SELECT 1"), LINKED.subarray(0, 400)];
    for (const bytes of refused) await expect(decode(bytes)).rejects.toMatchObject({ number: 271 });
  });

  it("[HTTP-4] a damaged block is refused or decoded to something, never more than there is room for", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (block) => {
        const out = new Uint8Array(200);
        try {
          expect(decodeLz4Block(block, out, 10)).toBeLessThanOrEqual(200);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
    );
  });
});
