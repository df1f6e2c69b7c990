import { DOT_STRIDE, type PageAddress, type PenId, Random } from "@penlight/proto";
import { decodePenFrame, encodeHostFrame, FRAME_READY, FrameReader, type HostPacket } from "@penlight/proto/pen";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PenLink } from "../../../src/core/pen-link.ts";
import { Air, NO_FAULTS } from "../../../src/source/simulator/air.ts";
import { type PaperStroke, VirtualPen, type VirtualPenOptions } from "../../../src/source/simulator/virtual-pen.ts";

const PEN = "9c7bd2000001" as PenId;
const PAGE: PageAddress = { section: 3, owner: 1013, note: 7, page: 2 };
const NOW_MS = 1_780_000_000_000;

/** What a pen answers to one host packet. */
function ask(pen: VirtualPen, packet: HostPacket) {
  pen.receive(encodeHostFrame(packet), NOW_MS);
  return answers(pen);
}
function answers(pen: VirtualPen) {
  return pen.takeFrames().map((frame) => {
    const reader = new FrameReader("pen");
    reader.push(frame);
    expect(reader.next()).toBe(FRAME_READY);
    return decodePenFrame(reader);
  });
}
const SET_TIME: HostPacket = { kind: "setSetting", setting: { type: "time", value: NOW_MS } };
const VERSION: HostPacket = { kind: "versionRequest", appType: 1, appVersion: "1", protocol: "2.18" };

function registered(options: Partial<VirtualPenOptions> = {}): VirtualPen {
  const pen = new VirtualPen({ pen: PEN, ...options });
  pen.link();
  for (const packet of [VERSION, SET_TIME, { kind: "useAllNotes" } as const]) ask(pen, packet);
  return pen;
}

const paperDot = fc.record({
  dt: fc.integer({ min: 8, max: 12 }),
  rest: fc.tuple(fc.nat(90_000), fc.nat(90_000), fc.nat(852), fc.nat(180), fc.nat(180), fc.nat(359)),
});
const paper = fc.record({
  waitMs: fc.integer({ min: 1, max: 500 }),
  dots: fc.array(paperDot, { minLength: 1, maxLength: 60 }),
});

function strokesOf(
  drawn: readonly { waitMs: number; dots: readonly { dt: number; rest: readonly number[] }[] }[],
): PaperStroke[] {
  let nowMs = NOW_MS + 5000;
  return drawn.map(({ waitMs, dots }) => {
    nowMs += waitMs;
    const downMs = nowMs;
    let time = 0;
    const flat = dots.flatMap(({ dt, rest }) => {
      time += dt;
      return [time, ...rest];
    });
    nowMs += time + 5;
    return { page: PAGE, downMs, upMs: nowMs, dots: Int32Array.from(flat) };
  });
}

/** Pen, air and link at work: what the link made of the strokes. */
function heardOf(
  strokes: readonly PaperStroke[],
  options: { family: string; mtu: number; intervalMs: number; packs: boolean; cut: number; seed: number },
) {
  const pen = new VirtualPen({ pen: PEN, protocol: options.family, clockOffsetMs: -1e11 });
  const faults = { ...NO_FAULTS, cut: options.cut };
  const air = new Air({ random: new Random(options.seed), jitter: 0.2, ...options, faults });
  const link = new PenLink({ pen: PEN });
  const heard: { downMs: number; upMs: number; page: PageAddress | null; dots: number[]; lost: number }[] = [];
  let ready = false;
  let at = NOW_MS;
  const write = () => {
    for (const bytes of link.takeWrites()) pen.receive(bytes, at);
  };
  const take = (bytes: Uint8Array) => {
    for (const event of link.receive(bytes, at)) {
      const last = heard.at(-1);
      if (event.kind === "ready") ready = true;
      if (event.kind === "stroke-start") heard.push({ downMs: event.downMs, upMs: 0, page: null, dots: [], lost: 0 });
      if (event.kind === "page" && last !== undefined) last.page = event.page;
      if (event.kind === "dots") last?.dots.push(...link.dots.subarray(event.from * DOT_STRIDE, event.to * DOT_STRIDE));
      if (event.kind === "stroke-end" && last !== undefined) Object.assign(last, { upMs: event.upMs, lost: event.lostDots });
    }
    write();
  };
  pen.link();
  air.open(at);
  link.open(at, options.mtu);
  write();
  let next = 0;
  const endMs = (strokes.at(-1)?.upMs ?? at) + 1000;
  while (at < endMs) {
    at = air.eventAfter(at);
    while (pen.advance(at) && ready && next < strokes.length && (strokes[next] as PaperStroke).downMs <= at) {
      pen.begin(strokes[next++] as PaperStroke);
    }
    air.carry(pen.takeFrames(), take);
  }
  return { heard, ready, faults: link.faultCounts };
}

describe("virtual pen and PenLink", () => {
  test("[CLASS-2] dots out are dots drawn, in order and once, over any MTU, cut, interval and either family", () => {
    fc.assert(
      fc.property(
        fc.array(paper, { minLength: 1, maxLength: 6 }),
        fc.constantFrom("2.10", "2.12", "2.20"),
        fc.constantFrom(23, 24, 64, 185, 512),
        fc.constantFrom(7.5, 15, 50),
        fc.boolean(),
        fc.constantFrom(0, 0.5),
        fc.nat(),
        (drawn, family, mtu, intervalMs, packs, cut, seed) => {
          const strokes = strokesOf(drawn);
          const { heard, ready, faults } = heardOf(strokes, { family, mtu, intervalMs, packs, cut, seed });
          expect(ready).toBe(true);
          expect(heard.map((each) => each.dots)).toEqual(strokes.map((each) => [...each.dots]));
          expect(heard.map((each) => [each.page, each.lost])).toEqual(strokes.map(() => [PAGE, 0]));
          expect(Object.entries(faults).filter(([, count]) => count > 0)).toEqual([]);
          // The pen's clock was set to ours, give or take the way of one write.
          heard.forEach((each, i) => {
            const drawnMs = (strokes[i] as PaperStroke).downMs;
            expect(Math.abs(each.downMs - drawnMs)).toBeLessThanOrEqual(120);
            expect(each.upMs - each.downMs).toBe((strokes[i] as PaperStroke).upMs - drawnMs);
          });
        },
      ),
      { seed: 5, numRuns: 60 },
    );
  });
});

describe("VirtualPen", () => {
  test("[PEN-7] refuses notes before unlock and clock, settings before unlock; unknown commands by their code", () => {
    const pen = new VirtualPen({ pen: PEN, password: "secret" });
    pen.link();
    expect(ask(pen, { kind: "statusRequest" })).toMatchObject([{ kind: "status", locked: true, usedTries: 0 }]);
    expect(ask(pen, SET_TIME)).toMatchObject([{ kind: "refused", of: "settingResult", error: 2 }]);
    expect(ask(pen, { kind: "password", value: "wrong" })).toMatchObject([{ kind: "passwordResult", status: 0, usedTries: 1 }]);
    expect(ask(pen, { kind: "password", value: "secret" })).toMatchObject([{ kind: "passwordResult", status: 1 }]);
    expect(ask(pen, { kind: "useAllNotes" })).toMatchObject([{ kind: "refused", of: "useNotesResult", error: 2 }]);
    expect(ask(pen, SET_TIME)).toMatchObject([{ kind: "settingResult", type: "time", status: 0 }]);
    expect(ask(pen, { kind: "useAllNotes" })).toMatchObject([{ kind: "useNotesResult" }]);
    expect(ask(pen, { kind: "systemInfoRequest" })).toMatchObject([{ kind: "refused", of: "systemInfo", error: 5 }]);
    pen.receive(Uint8Array.of(0xc0, 0x05, 1, 0, 1, 0xc1), NOW_MS);
    expect(answers(pen)).toMatchObject([{ kind: "refused", of: "settingResult", error: 4 }]);
  });

  test("[PEN-4] what came with 2.15 and 2.16 older pens do not have: a status of the password, note information", () => {
    const change: HostPacket = { kind: "changePassword", use: true, old: "", new: "1234" };
    const info: HostPacket = { kind: "offlineNoteInfoRequest", section: 3, owner: 27, note: 438 };
    const saidBy = (protocol: string) => {
      const pen = registered({ protocol });
      return [...ask(pen, change), ...ask(pen, info)];
    };
    const result = { kind: "passwordChangeResult", usedTries: 0, maxTries: 10 };
    expect(saidBy("2.14")).toEqual([result, { kind: "refused", of: "offlineNoteInfo", error: 1, packet: null }]);
    expect(saidBy("2.15")).toEqual([
      { ...result, status: 0 },
      { kind: "refused", of: "offlineNoteInfo", error: 5, packet: null },
    ]);
    expect(saidBy("2.16")).toMatchObject([{ status: 0 }, { kind: "offlineNoteInfo", note: 438, pageCount: 0 }]);
  });

  test.each([
    ["a byte too many, as declared", "c00401 0000 c1"],
    ["a byte too many, not declared", "c0040000 00c1"],
    ["a byte too few, as declared", "c0110100 ffc1"],
    ["a byte too few, not declared", "c0110200 ffc1"],
    ["the settings of two", "c005030006 0107c1"],
  ])("[PEN-4] a frame of a wrong length is answered with error 4: %s", (_name, hex) => {
    const pen = registered();
    const bytes = new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
    pen.receive(bytes, NOW_MS);
    expect(answers(pen)).toMatchObject([{ kind: "refused", error: 4 }]);
  });

  test("[PEN-11] the tenth wrong password wipes the memory and switches the pen off", () => {
    const pen = new VirtualPen({ pen: PEN, password: "secret" });
    pen.begin({ page: PAGE, downMs: NOW_MS, upMs: NOW_MS + 20, dots: Int32Array.from([10, 1, 1, 1, 1, 1, 1]) });
    pen.advance(NOW_MS + 100);
    expect(pen.memory.strokes).toHaveLength(1);
    pen.link();
    for (let tries = 1; tries < 10; tries++) {
      expect(ask(pen, { kind: "password", value: "no" })).toMatchObject([{ status: 0, usedTries: tries }]);
    }
    expect(ask(pen, { kind: "password", value: "no" })).toMatchObject([
      { kind: "passwordResult", status: 2, usedTries: 10, maxTries: 10 },
      { kind: "powerOff", reason: "passwordFailed" },
    ]);
    expect([pen.off, pen.memory.strokes.length]).toEqual([true, 0]);
  });

  test.each([64, 65, 69, 70] as const)("[PEN-4] version response of %i bytes", (versionBytes) => {
    const pen = new VirtualPen({ pen: PEN, versionBytes });
    pen.link();
    pen.receive(encodeHostFrame(VERSION), NOW_MS);
    const [frame] = pen.takeFrames();
    const reader = new FrameReader("pen");
    reader.push(frame as Uint8Array);
    expect(reader.next()).toBe(FRAME_READY);
    expect(reader.payloadEnd - reader.payloadStart).toBe(versionBytes);
    expect(decodePenFrame(reader)).toMatchObject({ kind: "version", mac: PEN, device: "NWP-F50" });
  });

  test("[CLASS-4] with a clock error of its own, a pen gives a stroke the same time whatever the host sets", () => {
    const downs = [0, 777_777].map((ahead) => {
      const pen = registered({ clockErrorMs: -12, clockOffsetMs: 99_999 });
      ask(pen, { kind: "setSetting", setting: { type: "time", value: NOW_MS + ahead } });
      pen.begin({ page: PAGE, downMs: NOW_MS + 50, upMs: NOW_MS + 60, dots: Int32Array.from([8, 1, 1, 1, 1, 1, 1]) });
      return answers(pen)[0];
    });
    expect(downs[0]).toMatchObject({ kind: "penDown", timeMs: NOW_MS + 38 });
    expect(downs[1]).toEqual(downs[0]);
  });

  const cutStroke: PaperStroke = {
    page: PAGE,
    downMs: NOW_MS,
    upMs: NOW_MS + 45,
    dots: Int32Array.from([10, 20, 30, 40].flatMap((time) => [time, time, 2, 3, 4, 5, 6])),
  };
  test.each([
    ["whole" as const, 0, [10, 20, 30, 40]],
    ["rest" as const, 20, [10, 20]],
  ])("[PEN-9] a stroke cut by the link is kept in memory: %s", (keepsCutStroke, laterMs, times) => {
    const pen = registered({ keepsCutStroke, clockErrorMs: 0 });
    pen.begin(cutStroke);
    pen.advance(NOW_MS + 25);
    pen.takeFrames();
    pen.unlink();
    pen.advance(NOW_MS + 60);
    expect(pen.memory.strokes.map((each) => each.downMs)).toEqual([NOW_MS + laterMs]);
    expect([...(pen.memory.strokes[0]?.dots ?? [])].filter((_, i) => i % DOT_STRIDE === 0)).toEqual(times);
  });

  test.each([
    [true, 1, 0],
    [false, 0, 1],
  ])("[PEN-9] a stroke that was not sent yet is kept, or lost: %s", (keepsUnsent, kept, lost) => {
    const pen = registered({ keepsUnsent });
    pen.begin(cutStroke);
    pen.advance(NOW_MS + 60);
    pen.unlink();
    expect([pen.memory.strokes.length, pen.lostStrokes]).toEqual([kept, lost]);
  });

  test("[PEN-5] only registered notes are live; the rest goes to memory", () => {
    const pen = registered();
    ask(pen, { kind: "useNotes", list: [{ owner: 27, section: 3, note: 603 }] });
    pen.begin(cutStroke);
    pen.advance(NOW_MS + 60);
    expect(pen.hasFrames).toBe(false);
    expect(pen.memory.strokes).toHaveLength(1);
    pen.begin({ ...cutStroke, page: { section: 3, owner: 27, note: 603, page: 1 } });
    pen.advance(NOW_MS + 60);
    expect(answers(pen).map((each) => (typeof each === "string" ? each : each.kind))).toEqual([
      "penDown",
      "page",
      "dot",
      "dot",
      "dot",
      "dot",
      "penUp",
    ]);
  });
});
