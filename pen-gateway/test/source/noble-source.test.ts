import { type PenId, Random } from "@penlight/proto";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { describe, expect, test } from "vitest";
import { type BluetoothTrouble, TROUBLES, troubleText } from "../../src/source/bluetooth/bluetooth-trouble.ts";
import type { RadioChildOptions } from "../../src/source/bluetooth/radio-child.ts";
import type { RadioNews, RadioOrder, TroubleCode } from "../../src/source/bluetooth/radio-message.ts";
import { HEARD_BYTES_MAX, LOOK_MS, NobleSource } from "../../src/source/noble-source.ts";
import type { PenChunk } from "../../src/source/pen-source.ts";

const PEN = "9c7bd2000001" as PenId;
const seen: RadioNews = { on: "seen", pen: PEN, device: "c00000000001", name: "Neosmartpen", signalDbm: -50 };

/** A source whose adapters' processes are the test's. */
function openSource(found: () => readonly number[] | TroubleCode) {
  const clock = new SimulatedClock(0);
  const children = new Map<number, { options: RadioChildOptions; orders: RadioOrder[]; closed: number }>();
  const told: (BluetoothTrouble | null)[] = [];
  const chunks: PenChunk[] = [];
  const stop = new AbortController();
  const source = new NobleSource({
    clock,
    random: new Random("source"),
    isRegistered: (pen) => pen === PEN,
    tell: (trouble) => void told.push(trouble),
    listAdapters: found,
    startRadio: (options) => {
      const child = { options, orders: [] as RadioOrder[], closed: 0 };
      children.set(options.adapter, child);
      const order = (each: RadioOrder) => void child.orders.push(each);
      const close = async () => void child.closed++;
      return { pid: undefined, order, close };
    },
  });
  const turns = source.open(stop.signal);
  const running = (async () => {
    for await (const turn of turns) chunks.push(...turn);
  })();
  const say = async (adapter: number, ...news: RadioNews[]) => {
    children.get(adapter)?.options.heard(news);
    await clock.run(clock.nowMs() + 200);
  };
  const ordersOf = (adapter: number) => children.get(adapter)?.orders ?? [];
  return { clock, source, children, told, chunks, stop, running, say, ordersOf };
}

/** One adapter that is on and has the pen. */
async function connected() {
  const rig = openSource(() => [0]);
  await rig.clock.run(200);
  await rig.say(0, { on: "up", address: "001a7d000000" }, seen);
  await rig.say(0, { on: "connected", pen: PEN, mtu: 247 });
  return rig;
}

describe("noble source", () => {
  test("[BLE-9] without an adapter it says so, goes on, and takes one as soon as it is there", async () => {
    let found: readonly number[] | TroubleCode = "bluetooth.no-adapter";
    const { clock, told, children, say, source, stop, running } = openSource(() => found);
    await clock.run(200);
    expect(told).toEqual([{ code: "bluetooth.no-adapter", adapter: "", detail: "" }]);
    expect(children.size).toBe(0);
    found = [0];
    await clock.run(LOOK_MS + 200);
    await say(0, { on: "up", address: "001a7d000000" });
    expect(told.at(-1)).toBeNull();
    expect(source.radio().adapters).toMatchObject([
      { name: "hci0", address: "001a7d000000", state: "on", pens: 0, capacity: 8 },
    ]);
    stop.abort();
    await running;
    expect(children.get(0)?.closed).toBe(1);
  });

  test("[BLE-9] every trouble is one line that says what to do", () => {
    for (const code of Object.keys(TROUBLES) as TroubleCode[]) {
      const text = troubleText({ code, adapter: "hci1", detail: "whatever" });
      expect(text).toMatch(/^[^\n]+ \(hci1: whatever\); [^\n]+$/);
    }
  });

  test("[BLE-6] a write is answered by the pen, by its refusal, or by the end of the link", async () => {
    const { source, say, ordersOf } = await connected();
    const bytes = new Uint8Array([1]);
    const taken = source.write(PEN, bytes);
    const refused = source.write(PEN, bytes);
    const cut = source.write(PEN, bytes);
    const ids = ordersOf(0).flatMap((order) => (order.do === "write" ? [order.id] : []));
    const outcomes = Promise.allSettled([taken, refused, cut, source.write("9c7bd2000002" as PenId, bytes)]);
    await say(
      0,
      { on: "written", id: ids[0] as number, refusal: null },
      { on: "written", id: ids[1] as number, refusal: "no" },
    );
    await say(0, { on: "lost", pen: PEN, fault: "link-lost" });
    expect((await outcomes).map((each) => (each.status === "rejected" ? each.reason.code : each.status))).toEqual([
      "fulfilled",
      "source.not-written",
      "source.not-connected",
      "source.not-connected",
    ]);
    expect(source.radio().adapters[0]?.faults).toEqual({ "write-failed": 1, "link-lost": 1 });
  });

  test("[BLE-8] when a process ends its pens are lost and its writes fail, and what a later one says is another matter", async () => {
    const { source, say, children, chunks, clock, told } = await connected();
    const first = children.get(0);
    const write = source.write(PEN, new Uint8Array([1]));
    const failed = expect(write).rejects.toMatchObject({ code: "source.not-connected" });
    await say(0, { on: "down", code: "bluetooth.stuck", detail: "hci0: it does not stop scanning" });
    first?.options.ended();
    await failed;
    await clock.run(clock.nowMs() + 1000);
    expect(chunks.map(({ kind }) => kind)).toEqual(["connected", "lost"]);
    expect(told.at(-1)).toMatchObject({ code: "bluetooth.stuck", adapter: "hci0" });
    expect(children.get(0)).not.toBe(first);
    await say(0, { on: "up", address: "001a7d000000" });
    first?.options.heard([{ on: "connected", pen: PEN, mtu: 23 }]);
    first?.options.ended();
    expect(source.radio()).toMatchObject({ adapters: [{ state: "on", pens: 0, faults: { "adapter-lost": 1 } }], pens: [] });
  });

  test("[PEN-2] whoever is another one than it said is let go", async () => {
    const { source, say, ordersOf, clock } = await connected();
    source.reject(PEN);
    await clock.run(clock.nowMs() + 200);
    expect(ordersOf(0).at(-1)).toEqual({ do: "disconnect", pen: PEN });
    await say(0, { on: "lost", pen: PEN, fault: null });
    expect(source.radio()).toMatchObject({ adapters: [{ pens: 0, faults: { imitation: 1 } }], pens: [] });
  });

  test("[BLE-10] when nobody takes what is heard, the pens are let go", async () => {
    const { children, ordersOf, running, stop, clock } = await connected();
    const bytes = new Uint8Array(2 ** 20);
    const flood = Array.from({ length: HEARD_BYTES_MAX / bytes.length + 1 }, () => ({ on: "bytes", pen: PEN, bytes }) as const);
    children.get(0)?.options.heard(flood);
    expect(ordersOf(0).at(-1)).toEqual({ do: "disconnect", pen: PEN });
    stop.abort();
    await clock.run(clock.nowMs() + 200);
    await running;
  });
});
