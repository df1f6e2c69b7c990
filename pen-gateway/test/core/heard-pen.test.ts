import type { InkRecord, PenId } from "@penlight/proto";
import { encodeMemoryChunk, encodePenFrame, type PenPacket } from "@penlight/proto/pen";
import { describe, expect, test } from "vitest";
import { HeardPen } from "../../src/core/heard-pen.ts";
import { PAGE, STATUS, VERSION } from "./pen-bytes.ts";

const PEN = "9c7bd251f41f" as PenId;

function heardPen() {
  const records: InkRecord[] = [];
  const faults: string[] = [];
  let dots = 0;
  const pen = new HeardPen(PEN, {
    record: (record) => records.push(record),
    dots: (count) => {
      dots += count;
    },
    fault: (_pen, kind, count) => faults.push(`${kind} ${count}`),
    memory: () => {},
  });
  let atMs = 1_780_000_000_000;
  const say = (...packets: PenPacket[]) => {
    for (const packet of packets) pen.hear({ kind: "bytes", pen: PEN, receivedMs: ++atMs, bytes: encodePenFrame(packet) });
    pen.flush();
    return records.splice(0);
  };
  const link = (kind: "connected" | "lost") => {
    pen.hear(kind === "connected" ? { kind, pen: PEN, receivedMs: ++atMs, mtu: 64 } : { kind, pen: PEN, receivedMs: ++atMs });
    pen.flush();
    return records.splice(0);
  };
  return { pen, say, link, faults, dots: () => dots };
}

const dot = (count: number): PenPacket => ({
  ...{ kind: "dot", count, dt: 10, force: 300, x: 10, y: 20, fx: 1, fy: 2 },
  ...{ tiltX: 90, tiltY: 90, twist: 0 },
});
const DOWN: PenPacket = { kind: "penDown", count: 0, timeMs: 1_780_000_000_000, tip: "pen", color: 0xff000000 };
const ON_PAGE: PenPacket = { kind: "page", count: 1, ...PAGE };

const MEMORY_DOTS = Int32Array.from([10, 3025, 4050, 120, 90, 90, 0, 20, 3125, 4050, 130, 90, 90, 0]);

describe("HeardPen", () => {
  test("[EVT-6] each change of link, battery, model or firmware is a record, and nothing else is", () => {
    const { pen, say, link } = heardPen();
    const states = (records: readonly InkRecord[]) =>
      records.flatMap((each) => (each.body.kind === "pen-state" ? [each.body.state] : []));
    expect(states(link("connected"))).toMatchObject([{ pen: PEN, link: "connecting", batteryPercent: null, model: "" }]);
    expect(states(say(VERSION))).toMatchObject([{ link: "connecting", model: "Neosmartpen_M1", firmware: "1.03.0052" }]);
    expect(states(say({ ...STATUS, batteryPct: 55 }))).toMatchObject([{ batteryPercent: 55 }]);
    expect(states(say({ ...STATUS, batteryPct: 55 }))).toEqual([]);
    say({ kind: "settingResult", type: "offlineData", status: 0 });
    say({ kind: "settingResult", type: "time", status: 0 }, STATUS, { kind: "useNotesResult" });
    expect(pen.state.link).toBe("connected");
    expect(states(say({ kind: "lowBattery", percent: 9 }))).toMatchObject([{ link: "connected", batteryPercent: 9 }]);
    expect(states(say({ kind: "powerOff", reason: "lowBattery" }))).toMatchObject([{ link: "off" }]);
    expect(states(link("lost"))).toEqual([]);
    expect(pen.state.link).toBe("off");
    expect(states(link("connected"))).toMatchObject([{ link: "connecting" }]);
    expect(states(link("lost"))).toMatchObject([{ link: "lost" }]);
  });

  test("[EVT-7] lost events are one record a turn and reason, and a fault count", () => {
    const { say, link, faults, dots } = heardPen();
    link("connected");
    const records = say(DOWN, ON_PAGE, dot(2), dot(5), dot(7));
    expect(records.filter((each) => each.body.kind === "gap").map((each) => each.body)).toEqual([
      { kind: "gap", pen: PEN, lostEvents: 3, reason: "gap" },
    ]);
    expect(faults).toEqual(["gap 2", "gap 1"]);
    expect(dots()).toBe(3);
  });

  test("[EVT-4] a record has the time of the youngest byte in it", () => {
    const { pen, say, link } = heardPen();
    link("connected");
    const [batch] = say(DOWN, ON_PAGE, dot(2), dot(3));
    expect(batch?.body.kind).toBe("dots");
    expect(batch?.receivedMs).toBe(pen.state.heardMs);
  });

  test("[EVT-13] when the gateway ends, an open stroke ends with it, as synthetic", () => {
    const records: InkRecord[] = [];
    const pen = new HeardPen(PEN, { record: (each) => records.push(each), dots: () => {}, fault: () => {}, memory: () => {} });
    for (const packet of [DOWN, ON_PAGE, dot(2)]) {
      pen.hear({ kind: "bytes", pen: PEN, receivedMs: 5, bytes: encodePenFrame(packet) });
    }
    pen.close(6);
    const batches = records.flatMap((each) => (each.body.kind === "dots" ? [each.body.batch] : []));
    expect(batches.at(-1)?.end).toEqual({ upMs: 1_780_000_000_010, synthetic: true, lostDots: 0 });
  });

  test("[EVT-15] the totals of a state are what the records before it hold, live and from memory, over connections", () => {
    const { pen, say, link } = heardPen();
    const records: InkRecord[] = [...link("connected")];
    records.push(...say(DOWN, ON_PAGE, dot(2), dot(3), dot(6)));
    records.push(...link("lost"), ...link("connected"));
    records.push(...say({ ...DOWN, timeMs: 1_780_000_000_900 }, dot(1), ON_PAGE, dot(9)));
    const stroke = { page: PAGE, downMs: 9e11, upMs: 9e11 + 30, tip: "pen", color: 0xff000000, dots: MEMORY_DOTS } as const;
    const { section, owner, note } = PAGE;
    for (const packetId of [0, 1]) {
      const chunk = { packetId, position: "first", compressed: true, section, owner, note, strokes: [stroke] } as const;
      pen.hear({ kind: "bytes", pen: PEN, receivedMs: 1_780_000_001_000, bytes: encodeMemoryChunk(chunk) });
    }
    records.push(...say());
    const batches = records.flatMap((each) => (each.body.kind === "dots" ? [each.body.batch] : []));
    const sum = (source: "live" | "memory") => ({
      dots: batches.reduce((all, each) => all + (each.source === source ? each.dotCount : 0), 0),
      strokes: batches.filter((each) => each.source === source && each.end !== null).length,
    });
    const lostEvents = records.reduce((all, { body }) => all + (body.kind === "gap" ? body.lostEvents : 0), 0);
    const [live, memory] = [sum("live"), sum("memory")];
    expect([live.strokes, memory.strokes, lostEvents > 0, memory.dots > 0]).toEqual([1, 2, true, true]);
    expect(pen.state.totals).toEqual({
      ...{ liveDots: live.dots, liveStrokes: live.strokes },
      ...{ memoryDots: memory.dots, memoryStrokes: memory.strokes, lostEvents },
    });
  });

  test("[PEN-8] garbage is counted and never thrown", () => {
    const { pen, faults } = heardPen();
    for (let i = 0; i < 300; i++) {
      const bytes = Uint8Array.from({ length: 40 }, (_, at) => (i * 31 + at * 97 + ((i * at) % 251)) & 0xff);
      pen.hear({ kind: "bytes", pen: PEN, receivedMs: i, bytes });
      pen.flush();
    }
    expect(faults.length).toBeGreaterThan(0);
  });

  test("[HIS-4] two gaps of one pen never carry one time, also when their notifications do", () => {
    const { pen, say } = heardPen();
    say(DOWN, ON_PAGE);
    const gapTimes: number[] = [];
    const hear = (count: number) => {
      pen.hear({ kind: "bytes", pen: PEN, receivedMs: 1_780_000_000_500, bytes: encodePenFrame(dot(count)) });
      pen.flush();
      gapTimes.push(...say().flatMap((each) => (each.body.kind === "gap" ? [each.receivedMs] : [])));
    };
    hear(5);
    hear(9);
    expect(gapTimes.length).toBe(2);
    expect(new Set(gapTimes).size).toBe(2);
  });
});
