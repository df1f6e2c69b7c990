import type { InkRecord, RadioPen, RadioState } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { ROOM_PENS_MAX } from "../../../server/core/pen-roll.ts";
import { LINE_DOTS_MIN, RadioBook } from "../../../server/core/radio-book.ts";
import { dots, ink, penId, penState, START_MS } from "../lesson-fixture.ts";

const END = { upMs: 0, synthetic: false, lostDots: 2 };
const onAir = (pen: number, change: Partial<RadioPen> = {}): RadioPen => ({
  ...{ pen: penId(pen), adapter: "hci0", signalDbm: -60, drops: 0, latencyMs: 30, memoryPercent: 1, waitingBytes: 0 },
  ...change,
});
const state = (...pens: RadioPen[]): RadioState => ({ adapters: [], pens, waiting: [], unknown: [] });
const told = (gateway: string, atMs: number, radio?: RadioState, last?: true): InkRecord => ({
  receivedMs: START_MS + atMs,
  body: { kind: "tick", pens: [], gateway, ...(radio && { radio }), ...(last && { last }) },
});

describe("RadioBook", () => {
  it("[REG-6] a gateway that falls silent stays with the time of its last word; one that ended well is gone", () => {
    const book = new RadioBook();
    book.fold(told("b", 1, state(onAir(1))));
    book.fold(told("a", 2, state()));
    book.fold(told("a", 900));
    expect(book.gateways.map(({ gateway, heardMs }) => [gateway, heardMs - START_MS])).toEqual([
      ["a", 900],
      ["b", 1],
    ]);
    book.fold(told("a", 950, undefined, true));
    expect(book.gateways.map(({ gateway }) => gateway)).toEqual(["b"]);
    book.fold(told("b", 0, state(onAir(2))));
    expect(book.airOf(penId(2))).toBeNull();
  });

  it("[REG-9] orders about a pen are for the gateway that has it, by the key of its last word", () => {
    const book = new RadioBook();
    const key = new Uint8Array([1]);
    const withKey = (gateway: string, atMs: number, sealKey: Uint8Array, ...pens: RadioPen[]) => {
      const { receivedMs, body } = told(gateway, atMs, state(...pens));
      book.fold({ receivedMs, body: { ...body, sealKey } as InkRecord["body"] });
    };
    withKey("a", 1, key, onAir(1));
    withKey("b", 2, new Uint8Array([2]), onAir(1, { adapter: "" }));
    expect(book.orderTakerOf(penId(1))).toEqual({ sealKey: key, heardMs: START_MS + 1 });
    expect(book.orderTakerOf(penId(2))).toBeNull();
    book.fold(told("a", 3));
    expect(book.orderTakerOf(penId(1))).toBeNull();
  });

  it("[REG-6] of two gateways the one that has the pen tells of it; a latency lasts until the next stroke", () => {
    const book = new RadioBook();
    book.fold(told("a", 1, state(onAir(1, { latencyMs: 44 }))));
    book.fold(told("b", 5000, state(onAir(1, { adapter: "", signalDbm: -90 }))));
    expect(book.airOf(penId(1))).toMatchObject({ gateway: "a", radio: { latencyMs: 44, signalDbm: -60 } });
    book.fold(told("a", 6000, state(onAir(1, { latencyMs: null, drops: 1 }))));
    expect(book.airOf(penId(1))?.radio).toMatchObject({ latencyMs: 44, drops: 1 });
  });

  it("[REG-7] a line is a live stroke of enough dots, known once its end is heard", () => {
    const book = new RadioBook();
    const line = (count: number, change: object = {}) => ink(dots(1, 50, 0, count, { end: END, ...change }));
    for (const record of [line(LINE_DOTS_MIN - 1), line(60, { end: null }), line(60, { source: "memory" })]) book.fold(record);
    expect(book.lineOf(penId(1))).toBeNull();
    book.fold(ink(dots(1, 50, LINE_DOTS_MIN, 0, { end: END })));
    expect(book.lineOf(penId(1))).toEqual({ atMs: START_MS + 50, dots: LINE_DOTS_MIN, lostDots: 2 });
  });

  it("[REG-6] an older state of a pen is no news, and so many pens are remembered", () => {
    const book = new RadioBook();
    const heard = (pen: number, atMs: number, battery: number) =>
      book.fold({
        receivedMs: 0,
        body: { kind: "pen-state", state: penState(pen, "lost", atMs, { batteryPercent: battery }) },
      });
    heard(1, 10, 50);
    heard(1, 9, 60);
    expect(book.stateOf(penId(1))?.batteryPercent).toBe(50);
    for (let pen = 2; pen <= ROOM_PENS_MAX + 1; pen++) heard(pen, 10, 50);
    expect([book.pens.length, book.stateOf(penId(ROOM_PENS_MAX + 1))]).toEqual([ROOM_PENS_MAX, null]);
  });
});
