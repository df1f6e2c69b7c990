import type { PenId } from "@penlight/proto";
import { afterEach, describe, expect, test } from "vitest";
import { closeRooms, expectComplete, expectEveryStroke, missing, openRoom, suiteName } from "./open-rooms.ts";
import { addressOf, paperLooks } from "./room.ts";

/** Commands of the events that a pen counts. */
const PEN_DOWN = 0x69;
const PEN_UP = 0x6a;

afterEach(closeRooms);

describe.skipIf(missing !== null)(suiteName("pens and their links"), () => {
  test("[BLE-5] [BLE-7] eight pens on one adapter, MTU 23 to 517, one service or two: every byte and every dot, in order, once", async () => {
    const room = await openRoom({ adapters: 1, pens: 8 });
    const services = [["16"], ["128"], ["128", "16"], ["16", "128"]] as const;
    const pupils = room.seatAll((index) => ({
      mtu: [23, 64, 160, 247, 517][index % 5] as number,
      services: services[index % 4] ?? ["16"],
    }));
    await room.allReady();
    room.begin(1500, 0.6);
    await room.allWritten();
    expectComplete(room, pupils);
    // noble asks for 256: of 517 that is what the link has.
    expect(pupils.map(({ links }) => links.map(({ mtu }) => mtu))).toEqual(
      [23, 64, 160, 247, 256, 23, 64, 160].map((mtu) => [mtu]),
    );
    const used = ["16", "128", "128", "128"];
    expect(pupils.map(({ links }) => links.map(({ service }) => service))).toEqual(
      [...used, ...used].map((service) => [service]),
    );
  });

  test("[BLE-4] pens that come late, while others write: scanning and connecting take nothing from the ink", async () => {
    const room = await openRoom({ adapters: 1, pens: 6 });
    const early = [room.seat(0), room.seat(1)];
    await room.allReady();
    room.begin(2500, 0.6);
    const late = [2, 3, 4, 5].map((index) => room.seat(index));
    await room.allReady(late);
    await room.allWritten(early);
    expectComplete(room, early);
    expect(room.source.radio().adapters[0]?.faults["link-lost"]).toBeUndefined();
  });

  test("[BLE-1] a pen that leaves in the middle of a stroke comes back under a new address, and every stroke is whole", async () => {
    const room = await openRoom({ adapters: 2, pens: 2 });
    const [leaver, other] = [room.seat(0), room.seat(1)];
    await room.allReady();
    room.begin(1200, 0.7);
    const pen = leaver.pen.pen;
    await room.until("the pen is in the middle of a stroke", () => leaver.pen.writing && room.looksOf(pen).length > 20);
    room.leave(leaver, addressOf(0, 1));
    // Ink of a memory waits while its pupil writes.
    await room.until("its pupil has written on, out of reach", () => leaver.handedIn && !leaver.pen.writing);
    room.air.advertise(pen);
    await room.until("it is back", () => leaver.links.length === 2 && leaver.pen.registered);
    await room.allWritten();
    await room.until("its memory is home", () => leaver.pen.memory.strokes.length === 0);
    expectEveryStroke(room, leaver);
    expectComplete(room, [other]);
    expect(room.looksOf(pen, "memory").length).toBeGreaterThan(0);
    expect(room.source.radio().adapters.flatMap(({ faults }) => faults["link-lost"] ?? [])).toEqual([1]);
  });

  test("[BLE-7] a lost pen-down, a lost pen-up, a stroke that is open at the end: every dot is there, and what was made up says so", async () => {
    const room = await openRoom({ adapters: 1, pens: 3 });
    const once = (command: number) => {
      let left = 1;
      return (frame: Uint8Array) => frame[1] === command && left-- > 0;
    };
    const noDown = room.seat(0, {}, { loses: once(PEN_DOWN) });
    const noUp = room.seat(1, {}, { loses: once(PEN_UP) });
    const open = room.seat(2);
    await room.allReady();
    room.begin(1500, 0.6, [noDown, noUp]);
    await room.allWritten([noDown, noUp]);
    room.begin(60_000, 0.9, [open]);
    await room.until("a stroke is open", () => open.pen.writing && room.looksOf(open.pen.pen).length > 0);
    await room.end();
    const batchesOf = (pen: PenId) =>
      room.records.flatMap(({ body }) => (body.kind === "dots" && body.batch.pen === pen ? [body.batch] : []));
    expect(room.looksOf(noDown.pen.pen)).toEqual(paperLooks(noDown));
    expect(batchesOf(noDown.pen.pen)[0]?.syntheticStart).toBe(true);
    expect(room.looksOf(noUp.pen.pen)).toEqual(paperLooks(noUp));
    expect(batchesOf(noUp.pen.pen).some(({ end }) => end?.synthetic === true)).toBe(true);
    expect(batchesOf(open.pen.pen).at(-1)?.end?.synthetic).toBe(true);
  });

  test("[BLE-4] [BLE-6] a connect that is never answered, a write that never is, a write that is refused: the other pens do not notice", async () => {
    const room = await openRoom({ adapters: 1, pens: 4 });
    const [deaf, mute, refusing] = [room.seat(0), room.seat(1), room.seat(2)];
    room.air.deaf(deaf.pen.pen);
    room.air.mute(mute.pen.pen);
    room.air.refuse(refusing.pen.pen, 2);
    const other = room.seat(3);
    await room.allReady([refusing, other]);
    room.begin(2000, 0.6, [other]);
    const faults = () => room.source.radio().adapters[0]?.faults ?? {};
    await room.until("the deaf and the mute one were given up", () => {
      const { "connect-timeout": timeouts = 0, "write-failed": writes = 0 } = faults();
      return timeouts >= 1 && writes >= 4;
    });
    await room.allWritten([other]);
    expectComplete(room, [other]);
    room.air.deaf(deaf.pen.pen, false);
    room.air.mute(mute.pen.pen, false);
    await room.allReady();
    const tooLong = new Uint8Array(300);
    await expect(room.source.write(other.pen.pen, tooLong)).rejects.toMatchObject({ code: "source.not-written" });
  });

  test("[BLE-7] notifications that are lost on the air are told as gaps, and nothing else is missing", async () => {
    const room = await openRoom({ adapters: 1, pens: 2 });
    const faults = { lost: 0.06, duplicated: 0, cut: 0.05, garbage: 0, dropped: 0, stalled: 0 };
    const pupil = room.seat(0, { mtu: 23 }, { faults });
    const other = room.seat(1);
    await room.allReady([other]);
    await room.until("the handshake has come through", () => pupil.pen.registered);
    room.begin(3000, 0.7);
    await room.allWritten();
    expectComplete(room, [other]);
    const heard = room.looksOf(pupil.pen.pen);
    const made = paperLooks(pupil);
    expect(heard.length).toBeLessThan(made.length);
    expect(room.records.some(({ body }) => body.kind === "gap" && body.pen === pupil.pen.pen)).toBe(true);
  });
});
