import { kill } from "node:process";
import { forkRadio, troubleText } from "@penlight/pen-gateway";
import type { PenId } from "@penlight/proto";
import { afterEach, describe, expect, test } from "vitest";
import { closeRooms, expectComplete, expectEveryStroke, missing, openRoom, suiteName } from "./open-rooms.ts";
import { Pupil } from "./pupil.ts";
import { addressOf, paperLooks } from "./room.ts";

afterEach(closeRooms);

describe.skipIf(missing !== null)(suiteName("what goes wrong on the air"), () => {
  test("[BLE-8] an adapter is pulled out, another one's process is killed: the pens move, and both adapters come back", async () => {
    const pids = new Map<number, number>();
    const room = await openRoom({
      adapters: 3,
      pens: 6,
      source: {
        startRadio: (options) => {
          const child = forkRadio(options);
          pids.set(options.adapter, child.pid ?? 0);
          return child;
        },
      },
    });
    const pupils = room.seatAll((index) => ({ signals: { [Math.floor(index / 2)]: -50 } }));
    await room.allReady();
    expect(room.source.radio().adapters.map(({ pens }) => pens)).toEqual([2, 2, 2]);
    for (const pen of room.pens) room.air.signals(pen, room.air.everywhere);
    // The controller keeps the links of a process that died; the next one frees the pens.
    kill(pids.get(1) ?? 0, "SIGKILL");
    await room.until(
      "the killed process is noticed",
      () => room.source.radio().adapters[1]?.faults["adapter-lost"] !== undefined,
    );
    await room.until("its pens are back", () => pupils.every(({ pen }) => pen.registered && room.hasPen(pen.pen)));

    room.begin(1500, 0.5);
    room.unplug(0);
    await room.until("its pens have moved", () =>
      pupils.every(({ pen, links }) => pen.registered && links.at(-1)?.adapter !== 0),
    );
    expect(room.troubles.map((trouble) => trouble?.adapter)).toEqual(expect.arrayContaining(["hci0", "hci1"]));
    room.air.plug(0);
    await room.until("all adapters are on", () => room.source.radio().adapters.every(({ state }) => state === "on"));
    await room.allReady();
    await room.allWritten();
    await room.until("all memories are home", () => pupils.every(({ pen }) => pen.memory.strokes.length === 0));
    for (const pupil of pupils) expectEveryStroke(room, pupil);
  });

  test("[BLE-2] [BLE-4] strangers, a wrong MAC, and a device that imitates a pen: nothing is read from them, and the pens do not notice", async () => {
    const stranger = "9c7bd2ffffff" as PenId;
    const foreign = "aabbcc000001" as PenId;
    const room = await openRoom({ adapters: 1, pens: 2 });
    const beside = (pen: PenId, at: number, more: object = {}) => {
      room.air.pen({ pen, address: addressOf(at), ...more });
      room.air.advertise(pen);
    };
    beside(stranger, 100, { name: "Lost pen" });
    beside(foreign, 101);
    // It says that it is the first pen, is nearer than that, and has no pen's service.
    beside("imitator" as PenId, 102, { manufacturer: room.pens[0], services: [], signals: { 0: -30 } });
    const pupils = room.seatAll();
    await room.allReady();
    room.begin(1500, 0.6);
    await room.allWritten();
    expectComplete(room, pupils);
    await room.until("the imitator was seen through", () => {
      const { "no-service": none = 0, imitation = 0 } = room.source.radio().adapters[0]?.faults ?? {};
      return none + imitation > 0;
    });
    const { unknown, pens } = room.source.radio();
    expect(unknown).toEqual([{ pen: stranger, name: "Lost pen", signalDbm: -50, heardMs: expect.any(Number) }]);
    expect(pens.map(({ pen }) => pen).sort()).toEqual([...room.pens].sort());
    expect([...room.heard.keys()].sort()).toEqual([...room.pens].sort());
  });

  test("[PEN-2] one that speaks the whole protocol in a pen's name, and says its own MAC: it is let go, and its ink is nobody's", async () => {
    const room = await openRoom({ adapters: 1, pens: 1 });
    const [pen] = room.pens as [PenId];
    const id = "imitator" as PenId;
    const imitator = new Pupil({ air: room.air, pen: id, virtualPen: { pen: "9c7bd2ffff02" as PenId } });
    room.pupils.set(id, imitator);
    room.air.pen({ pen: id, address: addressOf(100), manufacturer: pen, signals: { 0: -30 } });
    room.air.advertise(id);
    const own = room.seat(0);
    await room.until("it was seen through", () => room.source.radio().adapters[0]?.faults.imitation !== undefined);
    await room.until("the pen itself is there", () => own.pen.registered && room.hasPen(pen));
    room.begin(600, 0.6, [own]);
    await room.until("all is written", () => !own.isBusy);
    await room.until("it is heard", () => room.looksOf(pen).length === own.dots);
    expect(room.looksOf(pen)).toEqual(paperLooks(own));
    expect(imitator.pen.registered).toBe(false);
  });

  test("[BLE-10] a pen that floods the air is let go and put off, and the other one does not notice", async () => {
    const room = await openRoom({ adapters: 1, pens: 2, source: { notificationsPerSecondMax: 300 } });
    const [flooder, other] = room.seatAll() as [ReturnType<typeof room.seat>, ReturnType<typeof room.seat>];
    await room.allReady();
    room.begin(2000, 0.6, [other]);
    for (let i = 0; i < 3000; i++) room.air.notify(flooder.pen.pen, new Uint8Array(20).fill(i));
    await room.until("it was let go", () => room.source.radio().adapters[0]?.faults.flood !== undefined);
    await room.allWritten([other]);
    expectComplete(room, [other]);
    await room.until("it may try again later", () => flooder.pen.registered);
  });
});

test("[BLE-9] an adapter that is not there is told in a line that says what to do, by a real process of this machine", async () => {
  const said: string[] = [];
  await new Promise<void>((ended) => {
    forkRadio({
      adapter: 250,
      notificationsPerSecondMax: 1,
      heard: (news) => {
        for (const each of news)
          if (each.on === "down") said.push(troubleText({ code: each.code, adapter: "hci250", detail: each.detail }));
      },
      ended,
    });
  });
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(
    /^(this machine's kernel|there is no Bluetooth adapter|the Bluetooth adapter is gone|pens are heard).*\(hci250.*\); (run|plug)/,
  );
});
