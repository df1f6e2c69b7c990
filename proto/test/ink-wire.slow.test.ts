import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InkRecordSchema } from "../src/gen/penlight/v1/ink_pb.js";
import { decodeInk, encodeInk, type InkRecord } from "../src/ink.ts";
import { decodeDotsRecord } from "../src/ink-wire-reader.ts";
import { penIdOf } from "../src/pen-state.ts";

const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
const origin = fc.record({ life: fc.integer({ min: 1, max: 0xffffffff }), seq: fc.integer({ min: 1, max: 2 ** 48 }) });
const record: fc.Arbitrary<InkRecord> = fc.record(
  {
    receivedMs: number,
    body: fc.record({
      kind: fc.constant("dots" as const),
      batch: fc.record({
        pen: fc.bigInt({ min: 0n, max: 2n ** 48n - 1n }).map(penIdOf),
        page: fc.option(fc.record({ section: uint32, owner: uint32, note: uint32, page: uint32 })),
        downMs: number,
        clockOffsetMs: number,
        firstDot: uint32,
        dotCount: uint32,
        ink: fc.uint8Array({ maxLength: 300 }),
        maxForce: uint32,
        tip: fc.constantFrom("pen" as const, "eraser" as const),
        color: uint32,
        syntheticStart: fc.boolean(),
        source: fc.constantFrom("live" as const, "memory" as const),
        end: fc.option(fc.record({ upMs: number, synthetic: fc.boolean(), lostDots: uint32 })),
      }),
    }),
    origin,
  },
  { requiredKeys: ["receivedMs", "body"] },
);

/** What the generated codec, and nothing of ours, reads. */
function generated(bytes: Uint8Array) {
  try {
    return fromBinary(InkRecordSchema, bytes);
  } catch {
    return null;
  }
}

describe("the record of dots, read by hand", () => {
  it("[EVT-2] reads back every batch that was written", () => {
    fc.assert(
      fc.property(record, (ink) => {
        const bytes = encodeInk(ink);
        expect(decodeDotsRecord(bytes)).toBeDefined();
        expect(decodeInk(bytes)).toEqual(ink);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it("[EVT-2] writes byte for byte what the generated codec writes", () => {
    fc.assert(
      fc.property(record, (ink) => {
        if (ink.body.kind !== "dots") throw new Error("not dots");
        const { pen, page, end, tip, source, ...same } = ink.body.batch;
        const value = {
          ...same,
          pen: BigInt(`0x${pen}`),
          tip: tip === "pen" ? 0 : 1,
          source: source === "live" ? 0 : 1,
          ...(page === null ? {} : { page }),
          ...(end === null ? {} : { end }),
        };
        const numbers = ink.origin === undefined ? {} : { life: ink.origin.life, seq: BigInt(ink.origin.seq) };
        const message = create(InkRecordSchema, { receivedMs: ink.receivedMs, body: { case: "dots", value }, ...numbers });
        expect(encodeInk(ink)).toEqual(toBinary(InkRecordSchema, message));
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it("[EVT-2] never disagrees with the generated codec, whatever the bytes", () => {
    fc.assert(
      fc.property(record, fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 3 }), fc.nat(400), (ink, changes, cut) => {
        const bytes = encodeInk(ink).slice();
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const kept = cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
        const byHand = decodeDotsRecord(kept);
        if (byHand === undefined) return;
        const message = generated(kept);
        if (message?.body.case !== "dots") throw new Error("the generated codec reads no dots");
        const { pen, ink: packed, tip, source, page, end, $typeName: _, $unknown: __, ...same } = message.body.value;
        const plain = <T extends object>(value: T | undefined) =>
          value === undefined ? null : { ...value, $typeName: undefined };
        const { receivedMs, batch, origin: from } = byHand;
        expect({ life: from?.life ?? 0, seq: BigInt(from?.seq ?? 0) }).toEqual({ life: message.life, seq: message.seq });
        expect(receivedMs).toBe(message.receivedMs);
        expect(batch).toMatchObject({ ...same, pen: penIdOf(pen), ink: packed });
        expect([batch.tip === "eraser" ? 1 : 0, batch.source === "memory" ? 1 : 0]).toEqual([tip, source]);
        expect({ page: plain(batch.page ?? undefined), end: plain(batch.end ?? undefined) }).toEqual({
          page: plain(page),
          end: plain(end),
        });
      }),
      { seed: 3, numRuns: 2000 },
    );
  });
});
