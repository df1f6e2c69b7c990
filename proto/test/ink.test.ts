import { create, fromBinary, type Message, type MessageShape, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InkRecordSchema } from "../src/gen/penlight/v1/ink_pb.js";
import type { PenId } from "../src/ids.ts";
import { decodeInk, encodeInk, type InkRecord } from "../src/ink.ts";
import { PASSWORD_OUTCOMES } from "../src/pen-order.ts";
import { PEN_LINKS, PEN_TROUBLES } from "../src/pen-state.ts";
import {
  ADAPTER_STATES,
  RADIO_FAULT_KINDS,
  RADIO_NAME_LENGTH_MAX,
  RADIO_ROWS_MAX,
  type RadioState,
} from "../src/radio-state.ts";

const uint32 = fc.nat(2 ** 32 - 1);
/** Minus zero is zero on the wire. */
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true }).map((value) => value + 0);
const time = number(0, 4e12);
const pen = fc.nat(2 ** 48 - 1).map((value) => value.toString(16).padStart(12, "0") as PenId);
const page = fc.record({ section: fc.nat(255), owner: fc.nat(2 ** 24 - 1), note: uint32, page: uint32 });
const penState = fc.record(
  {
    pen,
    link: fc.constantFrom(...PEN_LINKS),
    batteryPercent: fc.option(fc.nat(100)),
    charging: fc.boolean(),
    heardMs: time,
    lostDots: uint32,
    model: fc.string(),
    firmware: fc.string(),
    recoveredStrokes: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    troubles: fc.uniqueArray(fc.constantFrom(...PEN_TROUBLES), { minLength: 1 }),
    protocol: fc.string({ minLength: 1 }),
  },
  { requiredKeys: ["pen", "link", "batteryPercent", "charging", "heardMs", "lostDots", "model", "firmware"] },
);
const count = fc.nat(2 ** 40);
const signalDbm = fc.option(fc.integer({ min: -127, max: 20 }));
const name = fc.string({ maxLength: RADIO_NAME_LENGTH_MAX });
const adapter = fc.record({
  name,
  address: fc.string(),
  state: fc.constantFrom(...ADAPTER_STATES),
  pens: uint32,
  capacity: uint32,
  queue: uint32,
  faults: fc.dictionary(fc.constantFrom(...RADIO_FAULT_KINDS), count, { noNullPrototype: true }),
});
const radioPen = fc.record({
  pen,
  adapter: name,
  signalDbm,
  drops: uint32,
  latencyMs: fc.option(number(0, 1e6)),
  memoryPercent: fc.option(fc.nat(100)),
  waitingBytes: fc.option(count),
});
const radio = fc.record({
  adapters: fc.array(adapter, { maxLength: 3 }),
  pens: fc.array(radioPen, { maxLength: 3 }),
  waiting: fc.array(fc.record({ pen, signalDbm, sinceMs: time }), { maxLength: 3 }),
  unknown: fc.array(fc.record({ pen, name, signalDbm, heardMs: time }), { maxLength: 3 }),
});
const totals = fc.record({ liveDots: count, liveStrokes: count, memoryDots: count, memoryStrokes: count, lostEvents: count });
const password = fc.record({
  order: fc.string(),
  outcome: fc.constantFrom(...PASSWORD_OUTCOMES),
  triesLeft: fc.option(uint32),
});
const countedState = fc.oneof(
  penState,
  fc.record({ state: penState, totals }).map(({ state, totals: heard }) => ({ ...state, totals: heard })),
  fc.record({ state: penState, password }).map(({ state, password: answer }) => ({ ...state, password: answer })),
);
const delivery = fc.record({ ageMs: time, bytes: count, bytesMax: count, shedTicks: count, shedInk: count });
const life = fc.integer({ min: 1, max: 2 ** 32 - 1 });
const origin = fc.record({ life, seq: fc.integer({ min: 1, max: 2 ** 48 }) });
const runs = fc.array(count, { minLength: 2, maxLength: 6 });
const batch = fc.record({
  pen,
  page: fc.option(page),
  downMs: time,
  clockOffsetMs: number(-4e12, 4e12),
  firstDot: uint32,
  dotCount: fc.nat(64),
  ink: fc.uint8Array(),
  maxForce: fc.nat(1023),
  tip: fc.constantFrom("pen" as const, "eraser" as const),
  color: uint32,
  syntheticStart: fc.boolean(),
  source: fc.constantFrom("live" as const, "memory" as const),
  end: fc.option(fc.record({ upMs: time, synthetic: fc.boolean(), lostDots: uint32 })),
});
const body = fc.oneof(
  batch.map((value) => ({ kind: "dots" as const, batch: value })),
  fc
    .record(
      {
        pens: fc.array(countedState, { maxLength: 5 }),
        gateway: fc.string({ minLength: 1 }),
        delivery,
        last: fc.constant(true),
        radio,
        sealKey: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      },
      { requiredKeys: ["pens"] },
    )
    .map((tick) => ({ kind: "tick" as const, ...tick })),
  countedState.map((state) => ({ kind: "pen-state" as const, state })),
  fc
    .record(
      { pen, lostEvents: uint32, reason: fc.string(), gone: fc.record({ life, runs }) },
      { requiredKeys: ["pen", "lostEvents", "reason"] },
    )
    .map((gap) => ({ kind: "gap" as const, ...gap })),
);
const ink = fc.record({ receivedMs: time, body, origin }, { requiredKeys: ["receivedMs", "body"] });
/** Field 1000, as text: what a newer writer might add. */
const NEWER_FIELD = Uint8Array.of(0xc2, 0x3e, 2, 0x68, 0x69);

describe("ink records", () => {
  test("[EVT-1] [EVT-2] [EVT-4] [EVT-6] [EVT-7] [EVT-14] [EVT-16] [EVT-17] [EVT-23] decode(encode(record)) = record, seed 1", () => {
    fc.assert(
      fc.property(ink, (record: InkRecord) => {
        const read = decodeInk(encodeInk(record));
        expect(read).toEqual(record);
      }),
      { seed: 1 },
    );
  });

  test("[EVT-1] any bytes give a record or null and never throw, seed 2", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const read = decodeInk(bytes);
        expect(read === null || typeof read.receivedMs === "number").toBe(true);
      }),
      { seed: 2 },
    );
  });

  test("[EVT-1] a record without a body is not an ink record", () => {
    expect(decodeInk(new Uint8Array())).toBeNull();
  });

  test("[EVT-18] fields of a newer writer are passed over, wherever they are, seed 3", () => {
    fc.assert(
      fc.property(ink, (record: InkRecord) => {
        const message = fromBinary(InkRecordSchema, encodeInk(record));
        for (const part of partsOf(message)) part.$unknown = [{ no: 1000, wireType: 2, data: NEWER_FIELD.subarray(2) }];
        const bytes = toBinary(InkRecordSchema, message);
        expect(bytes.length).toBeGreaterThan(encodeInk(record).length);
        expect(decodeInk(bytes)).toEqual(record);
        expect(decodeInk(Uint8Array.of(...encodeInk(record), ...NEWER_FIELD))).toEqual(record);
      }),
      { seed: 3 },
    );
  });

  test("[EVT-23] a thousand strangers with long names take the room of RADIO_ROWS_MAX; an unknown kind of fault is another one", () => {
    const strangers = Array.from({ length: 1000 }, (_, i) => ({
      ...{ pen: i.toString(16).padStart(12, "0") as PenId, name: "n".repeat(1000), signalDbm: null, heardMs: 1 },
    }));
    const faults = { "a-new-kind": 2, other: 1 } as unknown as RadioState["adapters"][number]["faults"];
    const adapters = [{ name: "hci0", address: "", state: "on" as const, pens: 0, capacity: 7, queue: 0, faults }];
    const told: RadioState = { adapters, pens: [], waiting: [], unknown: strangers };
    const read = decodeInk(encodeInk({ receivedMs: 1, body: { kind: "tick", pens: [], radio: told } }));
    const known = read?.body.kind === "tick" ? read.body.radio : undefined;
    expect(known?.unknown.length).toBe(RADIO_ROWS_MAX.unknown);
    expect(known?.unknown[0]?.name.length).toBe(RADIO_NAME_LENGTH_MAX);
    expect(known?.adapters[0]?.faults).toEqual({ other: 3 });
  });

  test("[EVT-14] a record of an older gateway has no number, and one that is half numbered neither", () => {
    const record: InkRecord = { receivedMs: 1, body: { kind: "tick", pens: [] } };
    expect(decodeInk(encodeInk(record))).toEqual(record);
    for (const numbers of [
      { life: 0, seq: 5n },
      { life: 5, seq: 0n },
    ]) {
      const message = create(InkRecordSchema, { receivedMs: 1, body: { case: "tick", value: { pens: [] } }, ...numbers });
      expect(decodeInk(toBinary(InkRecordSchema, message))).toEqual(record);
    }
  });
});

/** A message and the messages in it. */
function partsOf(message: MessageShape<typeof InkRecordSchema>): Message[] {
  const inner = message.body.value;
  const parts: Message[] = [message];
  if (inner !== undefined) parts.push(inner);
  if (message.body.case === "tick") {
    const { pens, radio: told } = message.body.value;
    parts.push(...pens);
    if (told !== undefined) parts.push(told, ...told.adapters, ...told.pens, ...told.waiting, ...told.unknown);
  }
  if (message.body.case === "dots" && message.body.value.end !== undefined) parts.push(message.body.value.end);
  return parts;
}
