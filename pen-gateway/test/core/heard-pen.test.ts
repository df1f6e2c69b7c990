import type { InkRecord, PenId } from "@penlight/proto";
import {
  decodePenFrame,
  encodeMemoryChunk,
  encodePenFrame,
  FRAME_READY,
  FrameReader,
  type HostPacket,
  type PenPacket,
  type PenPacketOf,
} from "@penlight/proto/pen";
import { describe, expect, test } from "vitest";
import { FLOOD_BYTES_MAX, FLOOD_WINDOW_MS } from "../../src/core/byte-window.ts";
import { HeardPen } from "../../src/core/heard-pen.ts";
import { TIP_SILENT_MS_MAX, YIELD_MS_MAX } from "../../src/core/ink-first.ts";
import type { DamagedChunk } from "../../src/core/memory-receiver.ts";
import type { PenClockNote } from "../../src/core/pen-clock.ts";
import type { PenDialogue } from "../../src/core/pen-link.ts";
import type { HeardPenEvents } from "../../src/heard-pen-events.ts";
import { PAGE, STATUS, VERSION, written } from "./pen-bytes.ts";

const hostPackets = (link: PenDialogue) => written(link).filter((each): each is HostPacket => typeof each !== "string");

const PEN = "9c7bd251f41f" as PenId;

/** For who listens to one thing alone. */
const NOTHING: HeardPenEvents = {
  record: () => {},
  dots: () => {},
  fault: () => {},
  memory: () => {},
  damaged: () => {},
  clock: () => {},
  imitated: () => {},
  password: () => {},
};

function heardPen() {
  const records: InkRecord[] = [];
  const faults: string[] = [];
  const memory: number[] = [];
  const damaged: DamagedChunk[] = [];
  const imitations: number[] = [];
  const passwords: (string | null)[] = [];
  let dots = 0;
  const pen = new HeardPen(PEN, {
    record: (record) => records.push(record),
    dots: (count) => {
      dots += count;
    },
    fault: (_pen, kind, count) => faults.push(`${kind} ${count}`),
    memory: (packetId) => memory.push(packetId),
    damaged: (chunk) => damaged.push(chunk),
    clock: (_note, isUrgent) => {
      if (isUrgent) pen.link.clockRemembered(atMs);
    },
    imitated: () => void imitations.push(atMs),
    password: (password) => void passwords.push(password),
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
  /** The pen is ready and its memory is being fetched: one page. */
  const fetching = () => {
    link("connected");
    const clock = { ...STATUS, timeMs: atMs };
    say(VERSION, clock, { kind: "settingResult", type: "offlineData", status: 0 }, { kind: "useNotesResult" });
    const { section, owner, note, page } = PAGE;
    say({ kind: "offlineNotes", notes: [{ section, owner, note }] });
    say({ kind: "offlinePages", section, owner, note, pages: [page] });
    pen.link.takeWrites();
  };
  return { pen, say, link, faults, memory, damaged, imitations, passwords, fetching, dots: () => dots, nowMs: () => atMs };
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
    expect(states(say({ kind: "powerOff", reason: "lowBattery" }))).toMatchObject([
      { link: "off", troubles: ["battery-low", "off-battery"] },
    ]);
    expect(states(link("lost"))).toEqual([]);
    expect(pen.state.link).toBe("off");
    expect(states(link("connected"))).toMatchObject([{ link: "connecting" }]);
    expect(states(link("lost"))).toMatchObject([{ link: "lost" }]);
  });

  test("[PEN-2] who says another MAC than the pen's is let go, and nothing of it is taken, until the pen itself is there", () => {
    const { pen, say, link, faults, imitations, dots } = heardPen();
    link("connected");
    const before = say(DOWN, ON_PAGE, dot(2), dot(9));
    const said = say({ ...VERSION, mac: "9c7bd2ffff02" as PenId, subName: "Forged" }, { ...STATUS, batteryPct: 1 });
    const after = say({ ...DOWN, count: 10 } as PenPacket, { ...ON_PAGE, count: 11 } as PenPacket, dot(12), chunk(0));
    pen.tick(1_780_000_060_000);
    expect([before, after].flat()).toEqual([]);
    expect(said.map(({ body }) => body)).toMatchObject([{ kind: "pen-state", state: { link: "lost", model: "" } }]);
    expect([imitations.length, faults.filter((each) => each === "imitation 1").length, dots()]).toEqual([1, 1, 0]);
    expect(pen.link.takeWrites()).toEqual([]);
    expect(pen.state.totals).toMatchObject({ liveDots: 0, liveStrokes: 0, lostEvents: 0 });
    link("lost");
    link("connected");
    expect(say(VERSION, DOWN, ON_PAGE, dot(2)).map(({ body }) => body.kind)).toEqual(["dots", "pen-state"]);
  });

  test("[EVT-7] lost events are one record a turn and reason, and a fault count", () => {
    const { say, link, faults, dots } = heardPen();
    link("connected");
    const records = say(VERSION, DOWN, ON_PAGE, dot(2), dot(5), dot(7));
    expect(records.filter((each) => each.body.kind === "gap").map((each) => each.body)).toEqual([
      { kind: "gap", pen: PEN, lostEvents: 3, reason: "gap" },
    ]);
    expect(faults).toEqual(["gap 2", "gap 1"]);
    expect(dots()).toBe(3);
  });

  test("[EVT-4] a record has the time of the youngest byte in it", () => {
    const { pen, say, link } = heardPen();
    link("connected");
    const [batch] = say(VERSION, DOWN, ON_PAGE, dot(2), dot(3)).filter((each) => each.body.kind === "dots");
    expect(batch?.body.kind).toBe("dots");
    expect(batch?.receivedMs).toBe(pen.state.heardMs);
  });

  test("[EVT-13] when the gateway ends, an open stroke ends with it, as synthetic", () => {
    const records: InkRecord[] = [];
    const pen = new HeardPen(PEN, { ...NOTHING, record: (each) => records.push(each) });
    for (const packet of [VERSION, DOWN, ON_PAGE, dot(2)]) {
      pen.hear({ kind: "bytes", pen: PEN, receivedMs: 5, bytes: encodePenFrame(packet) });
    }
    pen.close(6);
    const batches = records.flatMap((each) => (each.body.kind === "dots" ? [each.body.batch] : []));
    expect(batches.at(-1)?.end).toEqual({ upMs: 1_780_000_000_010, synthetic: true, lostDots: 0 });
  });

  test("[EVT-15] the totals of a state are what the records before it hold, live and from memory, over connections", () => {
    const { pen, say, link, fetching } = heardPen();
    const records: InkRecord[] = [...link("connected")];
    records.push(...say(VERSION, DOWN, ON_PAGE, dot(2), dot(3), dot(6)));
    records.push(...link("lost"));
    fetching();
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
    say(VERSION, DOWN, ON_PAGE);
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

  const chunk = (packetId: number, change: Partial<PenPacketOf<"offlineChunk">> = {}): PenPacket => {
    const { section, owner, note } = PAGE;
    const stroke = { page: PAGE, downMs: 9e11, upMs: 9e11 + 30, tip: "pen", color: 0xff000000, dots: MEMORY_DOTS } as const;
    const reader = new FrameReader("pen");
    reader.push(encodeMemoryChunk({ packetId, position: "first", compressed: true, section, owner, note, strokes: [stroke] }));
    expect(reader.next()).toBe(FRAME_READY);
    return { ...(decodePenFrame(reader) as PenPacketOf<"offlineChunk">), ...change };
  };
  const acks = (pen: HeardPen) =>
    hostPackets(pen.link).flatMap((each) => (each.kind === "offlineAck" ? [[each.packetId, each.error]] : []));

  test("[PEN-13] live ink goes first: while the tip is down an acknowledgement waits, but not for ever", () => {
    const { pen, say, fetching, memory, nowMs } = heardPen();
    fetching();
    say(DOWN, ON_PAGE, dot(2), chunk(0));
    expect(memory).toEqual([0]);
    pen.memoryStored(0, nowMs());
    pen.tick(nowMs() + 250);
    expect(acks(pen)).toEqual([]);
    say({ kind: "penUp", count: 3, timeMs: 1_780_000_000_050, dots: 1, ...IMAGES });
    pen.tick(nowMs() + 500);
    expect(acks(pen)).toEqual([[0, 0]]);
    say({ ...DOWN, count: 4, timeMs: 1_780_000_000_100 } as PenPacket, { ...ON_PAGE, count: 5 } as PenPacket, chunk(1));
    const untilMs = nowMs() + YIELD_MS_MAX;
    pen.memoryStored(1, nowMs());
    for (let count = 6; nowMs() < untilMs - 1; count = (count + 1) & 0xff) {
      say(dot(count));
      pen.tick(nowMs());
    }
    expect(acks(pen)).toEqual([]);
    pen.tick(untilMs);
    expect(acks(pen)).toEqual([[1, 0]]);
  });

  test("[PEN-13] a stroke whose pen-up was lost holds no acknowledgement back, though the pen speaks of other things", () => {
    const { pen, say, fetching, nowMs } = heardPen();
    fetching();
    say(DOWN, ON_PAGE, dot(2), chunk(0));
    const silentMs = nowMs() - 1 + TIP_SILENT_MS_MAX;
    pen.memoryStored(0, nowMs());
    pen.tick(silentMs - 1);
    expect(acks(pen)).toEqual([]);
    pen.tick(silentMs);
    expect(acks(pen)).toEqual([[0, 0]]);
    pen.hear({ kind: "bytes", pen: PEN, receivedMs: silentMs, bytes: encodePenFrame(chunk(1)) });
    pen.memoryStored(1, silentMs);
    expect(acks(pen)).toEqual([[1, 0]]);
  });

  test("[PEN-9] a chunk that stays unreadable is handed over as it came, is a gap record, and the transfer goes on once it is kept", () => {
    const { pen, say, fetching, damaged, nowMs } = heardPen();
    fetching();
    const bad = chunk(0, { size: 1 });
    const records = [bad, bad, bad, bad].flatMap((each) => say(each));
    expect(damaged).toEqual([{ pen: PEN, packetId: 0, damage: "size", bytes: encodePenFrame(bad) }]);
    expect(records.map((each) => each.body)).toMatchObject([{ kind: "gap", reason: "chunk-abandoned", lostEvents: 1 }]);
    expect(acks(pen)).toEqual([0, 0, 0].map((id) => [id, 1]));
    pen.memoryStored(0, nowMs());
    expect(acks(pen)).toEqual([[0, 0]]);
    expect(say(chunk(1)).map((each) => each.body.kind)).toEqual(["dots"]);
  });

  test("[PEN-1] a flood is counted in bytes and not read, and ends with itself", () => {
    const { pen, say, faults } = heardPen();
    const bytes = new Uint8Array(64 * 1024);
    const hear = (receivedMs: number) => pen.hear({ kind: "bytes", pen: PEN, receivedMs, bytes });
    const most = FLOOD_BYTES_MAX / bytes.length;
    for (let i = 0; i < most; i++) hear(1);
    faults.length = 0;
    hear(2);
    hear(3);
    expect(faults).toEqual([`flood ${bytes.length}`, `flood ${bytes.length}`]);
    faults.length = 0;
    hear(1 + FLOOD_WINDOW_MS);
    expect(faults.filter((each) => each.startsWith("flood"))).toEqual([]);
    expect(say(VERSION).length).toBe(1);
  });

  test("[PEN-11] a locked pen gets a password that its owner stores now, and the one that was refused never again", () => {
    const { pen, say, link } = heardPen();
    link("connected");
    say(VERSION, { ...STATUS, locked: true, usedTries: 5 });
    pen.link.takeWrites();
    const sent = (password: string | null) => {
      pen.tick(1_780_000_000_100, password);
      return hostPackets(pen.link).flatMap((each) => (each.kind === "password" ? [each.value] : []));
    };
    expect([sent(null), sent("1234"), sent("1234")]).toEqual([[], ["1234"], []]);
    say({ kind: "passwordResult", status: 0, usedTries: 6, maxTries: 10 });
    expect([sent("1234"), sent("0000"), sent("1234"), sent("5678")]).toEqual([[], [], [], ["5678"]]);
  });

  test("[REG-9] an order about the password goes to the pen; its state tells what became of it, and the new one is to be kept", () => {
    const { pen, say, fetching, passwords, nowMs } = heardPen();
    fetching();
    pen.order({ order: "a", untilMs: nowMs() + 5000, old: null, fresh: "4711" });
    pen.tick(nowMs());
    expect(hostPackets(pen.link)).toContainEqual({ kind: "changePassword", use: true, old: "", new: "4711" });
    say({ kind: "passwordChangeResult", usedTries: 0, maxTries: 10, status: 0 });
    const told = say({ kind: "passwordResult", status: 1, usedTries: 0, maxTries: 10 });
    expect(told.map(({ body }) => body)).toMatchObject([
      { kind: "pen-state", state: { password: { order: "a", outcome: "done", triesLeft: 10 } } },
    ]);
    expect(passwords).toEqual(["4711"]);
    expect(JSON.stringify(told)).not.toContain("4711");
  });

  test("[PEN-10] the clock's note is told before it is set and when the link is gone", () => {
    const notes: [PenClockNote, boolean][] = [];
    const pen = new HeardPen(PEN, { ...NOTHING, clock: (note, isUrgent) => notes.push([note, isUrgent]) });
    pen.hear({ kind: "connected", pen: PEN, receivedMs: 9e11, mtu: 64 });
    for (const packet of [VERSION, { ...STATUS, timeMs: 8e11 }, { kind: "settingResult", type: "offlineData", status: 0 }]) {
      pen.hear({ kind: "bytes", pen: PEN, receivedMs: 9e11, bytes: encodePenFrame(packet as PenPacket) });
    }
    expect(notes).toMatchObject([[{ clocks: [{ anchors: [{ penMs: 8e11, offsetMs: 1e11 }] }] }, true]]);
    pen.hear({ kind: "lost", pen: PEN, receivedMs: 9e11 + 5 });
    expect(notes[1]).toMatchObject([{ clocks: [{ anchors: [{ penMs: 8e11, offsetMs: 1e11 }] }] }, false]);
  });

  test("[PEN-21] a pad of the second family writes the same records", () => {
    const records: InkRecord[] = [];
    const background = { password: null, settings: {}, clock: null, family: "wacom" } as const;
    const pen = new HeardPen(PEN, { ...NOTHING, record: (each) => records.push(each) }, background);
    const hear = (hex: string, receivedMs: number) =>
      pen.hear({ kind: "bytes", pen: PEN, receivedMs, bytes: new Uint8Array(Buffer.from(hex, "hex")) });
    pen.hear({ kind: "connected", pen: PEN, receivedMs: 1e12, mtu: 64 });
    for (const answer of ["b30100", "b30100"]) hear(answer, 1e12);
    hear("a10ce803e8030100e803e8030200", 1e12 + 100);
    hear("a106ffffffffffff", 1e12 + 120);
    pen.flush();
    expect(pen.state).toMatchObject({ link: "connected", model: "Wacom pad", totals: { liveDots: 2, liveStrokes: 1 } });
    const batches = records.flatMap((each) => (each.body.kind === "dots" ? [each.body.batch] : []));
    expect(batches).toMatchObject([
      { downMs: 1e12 + 95, clockOffsetMs: 0, dotCount: 2, source: "live", end: { upMs: 1e12 + 100 } },
    ]);
  });
});

const IMAGES = { totalImages: 1, processedImages: 1, okImages: 1, sentImages: 1 };
