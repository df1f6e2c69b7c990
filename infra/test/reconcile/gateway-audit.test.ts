import type { InkBody, InkRecord, PenId } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { Differences } from "../../src/reconcile/difference.ts";
import { GatewayAudit } from "../../src/reconcile/gateway-audit.ts";
import { reportText } from "../../src/reconcile/report-text.ts";

const PEN = "9c7bd2000001" as PenId;
const LIFE = 0xabcd;

function dots(seq: number, dotCount: number, ended = false): InkRecord {
  const batch = {
    pen: PEN,
    page: null,
    downMs: 1000,
    clockOffsetMs: 0,
    firstDot: 0,
    dotCount,
    ink: new Uint8Array(),
    maxForce: 1,
    tip: "pen" as const,
    color: 0,
    syntheticStart: false,
    source: "live" as const,
    end: ended ? { upMs: 1, synthetic: false, lostDots: 0 } : null,
  };
  return record(seq, { kind: "dots", batch });
}

function told(seq: number, liveDots: number, liveStrokes = 0): InkRecord {
  const totals = { liveDots, liveStrokes, memoryDots: 0, memoryStrokes: 0, lostEvents: 0 };
  const facts = { link: "connected" as const, batteryPercent: null, charging: false, heardMs: seq, lostDots: 0 };
  return record(seq, {
    kind: "tick",
    gateway: "g",
    pens: [{ pen: PEN, ...facts, model: "", firmware: "", totals }],
  });
}

function record(seq: number, body: InkBody): InkRecord {
  return { receivedMs: seq, body, origin: { life: LIFE, seq } };
}

function audit(records: readonly (InkRecord | "unreadable")[]) {
  const differences = new Differences();
  const gateways = new GatewayAudit(differences);
  for (const each of records) {
    if (each === "unreadable") gateways.unreadable();
    else gateways.take(each);
  }
  const lives = gateways.end();
  return { lives, found: differences.listed, heard: gateways.heard.get(PEN)?.liveDots };
}

describe("GatewayAudit", () => {
  test("[EVT-14] [EVT-15] numbers without a hole and totals that agree are no difference", () => {
    const { found, lives, heard } = audit([told(1, 0), dots(2, 5), dots(3, 4, true), told(4, 9, 1), dots(5, 2)]);
    expect(found).toEqual([]);
    expect(heard).toBe(11);
    expect(lives).toMatchObject([{ life: LIFE, gateway: "g", records: 5, repeated: 0, endedInOrder: false }]);
  });

  test("[EVT-14] a hole is told by its numbers, and what was heard in it by the totals", () => {
    const { found } = audit([told(1, 0), dots(2, 5), dots(5, 1), told(6, 13)]);
    expect(found).toEqual([
      { kind: "records-missing", pen: null, id: "0000abcd:3-4", count: 2, explained: null },
      expect.objectContaining({ kind: "dots-unrecorded", pen: PEN, count: 7 }),
    ]);
    expect(found[1]?.explained).not.toBeNull();
  });

  test("[EVT-14] what comes late fills its hole, and what comes again is a repeat", () => {
    const { found } = audit([told(1, 0), dots(3, 1), dots(2, 5), dots(2, 5), dots(3, 1), told(4, 6)]);
    expect(found).toMatchObject([{ kind: "records-repeated", count: 2 }]);
  });

  test("[EVT-14] as many numbers as records are unreadable are no loss of records", () => {
    const { found } = audit([told(1, 0), dots(2, 5), "unreadable", dots(5, 1)]);
    expect(found).toMatchObject([
      { kind: "records-unreadable", id: "0000abcd:4", count: 1 },
      { kind: "records-missing", id: "0000abcd:3", count: 1, explained: null },
    ]);
  });

  test("[REC-2] of a life that began before, counting begins at the first thing that it says", () => {
    const { found, heard } = audit([dots(901, 3), told(902, 5000, 70), dots(903, 4, true), told(904, 5004, 71)]);
    expect(found).toEqual([]);
    expect(heard).toBe(7);
  });

  test("[EVT-17] what an outbox gave up is not missing, also when it is told after a state that counts it", () => {
    const gap = { kind: "gap" as const, pen: PEN, lostEvents: 6, reason: "outbox-ink", gone: { life: LIFE, runs: [2, 2] } };
    const shed: InkRecord = { receivedMs: 3, body: gap };
    for (const records of [
      [told(1, 0), shed, told(4, 6, 1)],
      [told(1, 0), told(4, 6, 1), shed, shed],
    ]) {
      const { found } = audit(records);
      expect(found.every(({ explained }) => explained !== null)).toBe(true);
      expect(found[0]).toMatchObject({ kind: "records-shed", id: "0000abcd:2-3", count: 2 });
    }
  });

  test("[REC-4] the report names what is unexplained, and ends with the sum", () => {
    const { lives, found } = audit([told(1, 0), dots(3, 5), told(4, 5)]);
    const none = { dots: 0, strokes: 0 };
    const pen = {
      pen: PEN,
      heard: null,
      log: { dots: 5, strokes: 1 },
      history: none,
      deadLettered: none,
      underWay: none,
      declaredLost: 0,
    };
    const text = reportText({
      ...{ room: "r" as never, fromMs: 0, toMs: 9, lives, pens: [pen], differences: found },
      ...{ explained: 0, unexplained: 1 },
    });
    expect(text).toContain("  0000abcd:2: 1; UNEXPLAINED");
    expect(text.split("\n").at(-1)).toBe("1 strokes, 5 dots in the log; 0 differences explained, 1 unexplained");
  });
});
