import { DOT_STRIDE } from "@penlight/proto";
import { encodePenFrame, FRAME_BYTES_MAX, PEN_FAULT_KINDS, PEN_PACKETS, type PenPacket } from "@penlight/proto/pen";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PenLink } from "../../src/core/pen-link.ts";
import {
  CountedPen,
  legacyDot,
  mutated,
  NOW_MS,
  OTHER_PAGE,
  openLink,
  outline,
  PAGE,
  PEN,
  type Said,
  STATUS,
  saidBy,
  say,
  VERSION,
} from "./pen-bytes.ts";

/** A lesson's worth of everything, some of it out of order, from a list of small numbers. */
function talk(choices: readonly number[]): PenPacket[] {
  const pen = new CountedPen(250);
  return choices.map((choice, i): PenPacket => {
    switch (choice % 12) {
      case 0:
        return pen.down(NOW_MS + i * 10);
      case 1:
        return pen.page(i % 5 === 0 ? OTHER_PAGE : PAGE);
      case 2:
        return pen.up(NOW_MS + i * 10, choice % 7);
      case 3:
        return { kind: "legacyDown", timeMs: NOW_MS + i, tip: "eraser", color: 0xc0c17d };
      case 4:
        return { kind: "legacyPage", ...PAGE };
      case 5:
        return { kind: "legacyUp", timeMs: NOW_MS + i, tip: "pen", color: 0 };
      case 6:
        return legacyDot(choice % 256, 0xc0);
      case 7:
        return choice % 2 === 0 ? VERSION : { ...STATUS, hover: choice % 3 === 0 };
      case 8:
        pen.count = (pen.count + choice) & 0xff;
        return { kind: "lowBattery", percent: 9 };
      default:
        return pen.dot(choice % 256, 0x7d);
    }
  });
}

function bytesOf(packets: readonly PenPacket[]): Uint8Array {
  return new Uint8Array(Buffer.concat(packets.map(encodePenFrame)));
}

function hear(link: PenLink, pieces: readonly Uint8Array[]): Said[] {
  return pieces.flatMap((piece) => saidBy(link, link.receive(piece, NOW_MS)));
}

function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return cuts.slice(1).map((cut, i) => bytes.subarray(cuts[i], cut));
}

/** Runs of garbage are said piece by piece; what counts is how much there was. */
function withoutGarbage(said: readonly Said[]): Said[] {
  return said.filter((each) => each.kind !== "fault" || each.fault.kind !== "garbage");
}

const choices = fc.array(fc.nat({ max: 10_000 }), { maxLength: 60 });
const places = fc.array(fc.nat(), { maxLength: 25 });

describe("[PEN-1] whatever a pen sends", () => {
  test("the same bytes say the same however they are cut (seed 11)", () => {
    fc.assert(
      fc.property(choices, places, (some, cuts) => {
        const bytes = bytesOf(talk(some));
        const whole = openLink();
        const pieces = openLink();
        expect(hear(pieces, cutAt(bytes, cuts))).toEqual(hear(whole, [bytes]));
        expect(pieces.faultCounts).toEqual(whole.faultCounts);
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  test("the same damaged bytes too, and nothing is thrown (seed 12)", () => {
    fc.assert(
      fc.property(mutated(choices.map((some) => bytesOf(talk(some)))), places, (bytes, cuts) => {
        const whole = openLink();
        const pieces = openLink();
        expect(withoutGarbage(hear(pieces, cutAt(bytes, cuts)))).toEqual(withoutGarbage(hear(whole, [bytes])));
        expect(pieces.faultCounts).toEqual(whole.faultCounts);
      }),
      { seed: 12, numRuns: 300 },
    );
  });

  test("after any noise a good frame is heard (seed 13)", () => {
    const noise = fc.array(fc.oneof(fc.constantFrom(0xc0, 0xc1, 0x7d, 0x6c, 0x24, 0x81), fc.integer({ min: 0, max: 255 })), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(noise, (bytes) => {
        const link = openLink();
        hear(link, [Uint8Array.from(bytes)]);
        expect(say(link, [{ kind: "lowBattery", percent: 15 }]).at(-1)).toEqual({ kind: "low-battery", percent: 15 });
      }),
      { seed: 13, numRuns: 500 },
    );
  });

  test("random frames of every known command: only events of the closed list, strokes well formed (seed 14)", () => {
    const commands = [...new Set(Object.values(PEN_PACKETS).map((row) => row.command)), 0x50, 0xff];
    const frame = fc.tuple(fc.constantFrom(...commands), fc.uint8Array({ maxLength: 90 })).map(([command, payload]) => {
      const head = command >= 0x80 ? [command, payload[0] === 7 ? 1 : 0] : [command];
      const body = [...head, payload.length & 0xff, payload.length >> 8, ...payload];
      return [
        0xc0,
        ...body.flatMap((byte) => (byte === 0xc0 || byte === 0xc1 || byte === 0x7d ? [0x7d, byte ^ 0x20] : [byte])),
        0xc1,
      ];
    });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 40 }), (frames) => {
        const link = openLink();
        const said = hear(link, [Uint8Array.from(frames.flat())]);
        expectWellFormed(said.concat(saidBy(link, link.close(NOW_MS))));
      }),
      { seed: 14, numRuns: 300 },
    );
  });

  test("strokes are well formed whatever is lost or doubled (seed 15)", () => {
    fc.assert(
      fc.property(choices, fc.array(fc.nat({ max: 5 }), { minLength: 60, maxLength: 60 }), (some, fates) => {
        const link = openLink();
        const packets = talk(some).flatMap((packet, i) => (fates[i] === 0 ? [] : fates[i] === 1 ? [packet, packet] : [packet]));
        const said = say(link, packets);
        expectWellFormed(said.concat(saidBy(link, link.close(NOW_MS))));
      }),
      { seed: 15, numRuns: 300 },
    );
  });

  test("an endless frame is not kept, and many small faults keep nothing", () => {
    const link = openLink();
    const flood = new Uint8Array(4 * FRAME_BYTES_MAX).fill(0x55);
    flood[0] = 0xc0;
    for (let i = 0; i < 20; i++) link.receive(flood, NOW_MS);
    expect(link.faultCounts.oversize).toBe(20);
    expect(link.receive(new Uint8Array(0), NOW_MS)).toEqual([]);
    expect(link.dots.length).toBeLessThan(2 * 4 * FRAME_BYTES_MAX);
  });

  test("writes that nobody takes are bounded", () => {
    const link = new PenLink({ pen: PEN });
    link.open(NOW_MS, 23);
    for (let i = 0; i < 1000; i++) link.request({ kind: "statusRequest" });
    expect(link.faultCounts["writes-full"]).toBeGreaterThan(700);
    expect(link.takeWrites().length).toBeLessThanOrEqual(256);
  });
});

/** Every dot is in a stroke, every stroke has one end and at most one page, its times do not go back. */
function expectWellFormed(said: readonly Said[]): void {
  let open = false;
  let pages = 0;
  let dots = 0;
  let time = 0;
  for (const each of said) {
    if (each.kind === "stroke-start") {
      expect(open).toBe(false);
      open = true;
      pages = dots = time = 0;
    } else if (each.kind === "page" && open) {
      pages++;
      expect([pages, dots]).toEqual([1, 0]);
    } else if (each.kind === "dot") {
      expect(open).toBe(true);
      expect(each.row).toHaveLength(DOT_STRIDE);
      expect(each.row[0]).toBeGreaterThanOrEqual(time);
      time = each.row[0] as number;
      dots++;
    } else if (each.kind === "stroke-end") {
      expect(open).toBe(true);
      expect(each.dots).toBe(dots);
      expect(each.lostDots).toBeGreaterThanOrEqual(0);
      open = false;
    } else if (each.kind === "fault") {
      expect(PEN_FAULT_KINDS).toContain(each.fault.kind);
    }
  }
  expect(open).toBe(false);
}

describe("[PEN-5] loss and duplicates", () => {
  test("each lost run is said once, with the counters that are missing", () => {
    const link = openLink();
    const pen = new CountedPen(253);
    const first = [pen.down(), pen.page(), pen.dot()];
    pen.count = 2;
    const said = say(link, [...first, pen.dot()]);
    expect(said.filter((each) => each.kind === "gap")).toEqual([{ kind: "gap", from: 0, to: 1, lost: 2 }]);
    expect([link.lostEvents, link.faultCounts.gap]).toEqual([2, 2]);
  });

  test("a doubled notification changes nothing, one frame or several", () => {
    const link = openLink();
    const pen = new CountedPen(0);
    const stroke = bytesOf([pen.down(), pen.page(), pen.dot(), pen.dot()]);
    const said = outline(hear(link, [stroke, stroke, encodePenFrame(pen.up(NOW_MS + 30, 2))]));
    expect(said.filter((line) => !line.startsWith("fault"))).toEqual([
      "down:0",
      "page:12",
      "dot:10",
      "dot:20",
      "up:30 dots=2 lost=0",
    ]);
    expect(link.faultCounts).toMatchObject({ duplicate: 4, gap: 0 });
  });

  test("a new connection may start with any counter", () => {
    const link = openLink();
    say(link, [new CountedPen(9).down()]);
    link.open(NOW_MS, 517);
    expect(outline(say(link, [new CountedPen(100).down(NOW_MS + 5)]))).toEqual(["down:5"]);
  });
});

describe("[PEN-4] what is no ink", () => {
  test("is said as what it is", () => {
    const link = openLink();
    const notes: PenPacket = { kind: "offlineNotes", notes: [{ section: 3, owner: 27, note: 438 }] };
    expect(say(link, [{ kind: "powerOff", reason: "powerKey" }, notes])).toEqual([
      { kind: "power-off", reason: "powerKey" },
      { kind: "reply", packet: notes },
    ]);
    say(link, [STATUS, { kind: "lowBattery", percent: 12 }]);
    expect(link.battery).toEqual({ percent: 12, charging: false });
  });

  test("[PEN-8] an unknown command and a longer frame are counted", () => {
    const link = openLink();
    link.receive(Uint8Array.of(0xc0, 0x50, 0, 0, 0xc1, 0xc0, 0x61, 1, 0, 9, 9, 0xc1), NOW_MS);
    expect(link.faultCounts).toMatchObject({ "unknown-command": 1, long: 1 });
  });
});
