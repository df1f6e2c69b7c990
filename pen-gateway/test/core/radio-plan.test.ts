import { type PenId, Random } from "@penlight/proto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SIGHTING_MS_MAX } from "../../src/core/radio-air.ts";
import {
  PENS_PER_ADAPTER,
  type RadioCommand,
  RadioPlan,
  RECONNECT_MS_MAX,
  RECONNECT_MS_MIN,
  RESTART_MS_MAX,
  RESTART_MS_MIN,
} from "../../src/core/radio-plan.ts";

const pen = (n: number) => `9c7bd2${n.toString(16).padStart(6, "0")}` as PenId;

/** A plan whose adapters are on. */
interface PlanOptions {
  readonly pensPerAdapter?: number;
  readonly ours?: (pen: PenId) => boolean;
  readonly claimDelayMs?: (pen: PenId) => number;
}
function planOf(adapters: number, options: PlanOptions = {}): RadioPlan {
  const { ours = () => true, ...rest } = options;
  const plan = new RadioPlan({ random: new Random("plan"), isRegistered: ours, ...rest });
  const numbers = Array.from({ length: adapters }, (_, i) => i);
  plan.present(numbers, 0);
  expect(plan.decide(0)).toEqual(numbers.map((adapter) => ({ kind: "start", adapter })));
  for (const adapter of numbers) plan.up(adapter, `001a7d00000${adapter}`);
  return plan;
}

function see(plan: RadioPlan, n: number, adapter: number, signalDbm = -50, atMs = 0, device = `device-${n}`): void {
  plan.seen({ adapter, pen: pen(n), device, name: "Neosmartpen", signalDbm, atMs });
}

const connects = (commands: readonly RadioCommand[]) =>
  commands.flatMap((each) => (each.kind === "connect" ? [`${each.adapter} ${each.pen} ${each.device}`] : []));

describe("radio plan", () => {
  test("[BLE-3] the nearest adapter takes a pen, unless it has so many already that another one is better", () => {
    const plan = planOf(2);
    see(plan, 1, 0, -70);
    see(plan, 1, 1, -60);
    expect(connects(plan.decide(10))).toEqual([`1 ${pen(1)} device-1`]);
    plan.connected(1, pen(1));
    // Three dB nearer to the one that has a pen: the empty one takes it. Ten dB nearer: it does not.
    see(plan, 2, 0, -63);
    see(plan, 2, 1, -60);
    expect(connects(plan.decide(20))).toEqual([`0 ${pen(2)} device-2`]);
    plan.connected(0, pen(2));
    see(plan, 3, 0, -70);
    see(plan, 3, 1, -60);
    expect(connects(plan.decide(30))).toEqual([`1 ${pen(3)} device-3`]);
  });

  test("[REG-8] a pen that is another room's is connected once it was heard to go on for long enough, and is not told as waiting", () => {
    const plan = planOf(1, { claimDelayMs: (each) => (each === pen(1) ? 5000 : 0) });
    see(plan, 1, 0, -50, 0);
    see(plan, 2, 0, -60, 10);
    expect(connects(plan.decide(20))).toEqual([`0 ${pen(2)} device-2`]);
    plan.connected(0, pen(2));
    expect(plan.waiting).toEqual([]);
    // Its own gateway has connected it: it is heard no more, and time alone does not count.
    expect(connects(plan.decide(9000))).toEqual([]);
    // It comes back after a silence: it is left to its own gateway again.
    see(plan, 1, 0, -50, 9000);
    expect(connects(plan.decide(9010))).toEqual([]);
    for (const atMs of [11_000, 13_000, 14_000]) see(plan, 1, 0, -50, atMs);
    expect(plan.waiting.map((each) => each.pen)).toEqual([pen(1)]);
    expect(connects(plan.decide(14_010))).toEqual([`0 ${pen(1)} device-1`]);
  });

  test("[BLE-4] an adapter connects one pen at a time, and a pen is connected by one adapter", () => {
    const plan = planOf(2);
    for (const n of [1, 2, 3]) for (const adapter of [0, 1]) see(plan, n, adapter, -50, n);
    expect(connects(plan.decide(10))).toEqual([`0 ${pen(1)} device-1`, `1 ${pen(2)} device-2`]);
    expect(plan.decide(20)).toEqual([]);
    plan.connected(0, pen(1));
    expect(connects(plan.decide(30))).toEqual([`0 ${pen(3)} device-3`]);
  });

  test("[BLE-3] who finds no room waits, by name and in the order of coming, and gets the first place that is free", () => {
    const plan = planOf(1, { pensPerAdapter: 2 });
    for (const n of [1, 2, 3, 4]) see(plan, n, 0, -50, n);
    for (const n of [1, 2]) {
      expect(connects(plan.decide(10))).toEqual([`0 ${pen(n)} device-${n}`]);
      plan.connected(0, pen(n));
    }
    expect(plan.decide(20)).toEqual([]);
    expect(plan.waiting).toEqual([
      { pen: pen(3), sinceMs: 3, signalDbm: -50 },
      { pen: pen(4), sinceMs: 4, signalDbm: -50 },
    ]);
    plan.lost(0, pen(1), "link-lost", 30);
    see(plan, 1, 0, -30, 31, "device-1b");
    expect(connects(plan.decide(32))).toEqual([`0 ${pen(3)} device-3`]);
  });

  test("[BLE-1] a pen that comes back under another address is the same pen", () => {
    const plan = planOf(1);
    see(plan, 1, 0);
    plan.decide(10);
    plan.connected(0, pen(1));
    plan.lost(0, pen(1), "link-lost", 20);
    expect(plan.decide(25)).toEqual([]);
    see(plan, 1, 0, -50, 30, "another-address");
    expect(connects(plan.decide(30))).toEqual([`0 ${pen(1)} another-address`]);
    expect(plan.adapters[0]?.faults).toEqual({ "link-lost": 1 });
  });

  test("[BLE-2] a pen of nobody here is listed and never connected; one that is ours no more is let go", () => {
    const registered = new Set([pen(1)]);
    const plan = planOf(1, { ours: (each) => registered.has(each) });
    see(plan, 1, 0);
    see(plan, 9, 0, -40, 5);
    expect(connects(plan.decide(10))).toEqual([`0 ${pen(1)} device-1`]);
    plan.connected(0, pen(1));
    expect(plan.decide(20)).toEqual([]);
    expect(plan.sightings.strangers).toEqual([{ pen: pen(9), name: "Neosmartpen", signalDbm: -40, heardMs: 5 }]);
    expect(plan.waiting).toEqual([]);
    registered.clear();
    expect(plan.decide(30)).toEqual([{ kind: "disconnect", adapter: 0, pen: pen(1) }]);
    registered.add(pen(9));
    see(plan, 9, 0, -40, 35);
    expect(connects(plan.decide(40))).toEqual([`0 ${pen(9)} device-9`]);
  });

  test("[BLE-4] a device that does not connect is tried again after pauses that double, with chance in them", () => {
    const plan = planOf(1);
    let nowMs = 0;
    const pauses: number[] = [];
    for (let i = 0; i < 10; i++) {
      see(plan, 1, 0, -50, nowMs);
      const askedMs = nowMs;
      while (connects(plan.decide(nowMs)).length === 0) {
        nowMs += 10;
        see(plan, 1, 0, -50, nowMs);
      }
      if (i > 0) pauses.push(nowMs - askedMs);
      plan.failed(0, pen(1), "connect-timeout", nowMs);
    }
    expect(pauses).toHaveLength(9);
    pauses.forEach((pauseMs, i) => {
      const leastMs = Math.min(RECONNECT_MS_MAX, RECONNECT_MS_MIN * 2 ** i);
      expect(pauseMs).toBeGreaterThanOrEqual(leastMs);
      expect(pauseMs).toBeLessThanOrEqual(leastMs * 1.5 + 10);
    });
    expect(plan.adapters[0]?.faults).toEqual({ "connect-timeout": 10 });
  });

  test("[BLE-4] who imitates a pen keeps nobody from the pen itself", () => {
    const plan = planOf(1);
    see(plan, 1, 0, -30, 0, "imitator");
    see(plan, 1, 0, -60, 0, "real");
    expect(connects(plan.decide(10))).toEqual([`0 ${pen(1)} imitator`]);
    plan.failed(0, pen(1), "no-service", 20);
    expect(connects(plan.decide(21))).toEqual([`0 ${pen(1)} real`]);
    plan.connected(0, pen(1));
    see(plan, 1, 0, -30, 30, "imitator");
    see(plan, 1, 0, -30, 40, "imitator");
    see(plan, 1, 0, -60, 40, "real");
    expect(plan.adapters[0]?.faults).toEqual({ "no-service": 1, imitation: 1 });
  });

  test("[PEN-2] [BLE-4] a device that is another one than it said is let go, counted, and put off; the pen comes in meanwhile", () => {
    const plan = planOf(1);
    see(plan, 1, 0, -30, 0, "imitator");
    plan.decide(10);
    plan.connected(0, pen(1));
    plan.reject(pen(1), 20);
    expect(plan.decide(30)).toEqual([{ kind: "disconnect", adapter: 0, pen: pen(1) }]);
    plan.lost(0, pen(1), null, 40);
    see(plan, 1, 0, -30, 50, "imitator");
    expect(plan.decide(60)).toEqual([]);
    see(plan, 1, 0, -60, 70, "real");
    expect(connects(plan.decide(80))).toEqual([`0 ${pen(1)} real`]);
    plan.connected(0, pen(1));
    expect(plan.decide(90)).toEqual([]);
    expect(plan.adapters[0]?.faults).toEqual({ imitation: 1 });
    plan.reject(pen(2), 100);
    expect(plan.decide(110)).toEqual([]);
  });

  test("[BLE-8] the pens of an adapter that dies go to the others, and it is started again after pauses that double", () => {
    const plan = planOf(2);
    for (const n of [1, 2, 3, 4]) {
      for (const adapter of [0, 1]) see(plan, n, adapter);
      for (const command of plan.decide(10)) if (command.kind === "connect") plan.connected(command.adapter, command.pen);
    }
    const lost = plan.down(0, 100, false);
    expect(lost.length).toBe(2);
    expect(plan.adapters.map(({ state }) => state)).toEqual(["restarting", "on"]);
    for (const each of lost) {
      plan.seen({ adapter: 1, pen: each, device: `again-${each}`, name: "", signalDbm: -50, atMs: 110 });
      expect(connects(plan.decide(111))).toEqual([`1 ${each} again-${each}`]);
      plan.connected(1, each);
    }
    let nowMs = 100;
    for (let i = 0; i < 9; i++) {
      const downMs = nowMs;
      while (plan.decide(nowMs).length === 0) nowMs += 10;
      const leastMs = Math.min(RESTART_MS_MAX, RESTART_MS_MIN * 2 ** i);
      expect(nowMs - downMs).toBeGreaterThanOrEqual(leastMs);
      expect(nowMs - downMs).toBeLessThanOrEqual(leastMs * 1.5 + 10);
      plan.down(0, nowMs, i === 8);
    }
    expect(plan.adapters[0]).toMatchObject({ state: "failed", faults: { "adapter-lost": 10 } });
    plan.present([1], nowMs);
    expect(plan.adapters.map(({ adapter }) => adapter)).toEqual([1]);
  });

  test("[BLE-10] while nobody takes what is heard, all pens are let go and none is connected", () => {
    const plan = planOf(1);
    see(plan, 1, 0);
    plan.decide(10);
    plan.connected(0, pen(1));
    see(plan, 2, 0);
    plan.hold(true);
    expect(plan.decide(20)).toEqual([{ kind: "disconnect", adapter: 0, pen: pen(1) }]);
    plan.lost(0, pen(1), null, 30);
    expect(plan.decide(40)).toEqual([]);
    plan.hold(false);
    expect(connects(plan.decide(50))).toEqual([`0 ${pen(2)} device-2`]);
    expect(plan.adapters[0]?.faults).toEqual({});
  });

  test("[BLE-3] whatever happens: no adapter above its limit, no pen twice, none lost sight of that is there", () => {
    const happening = fc.record({
      what: fc.nat(5),
      pen: fc.nat(40),
      adapter: fc.nat(3),
      signal: fc.integer({ min: -90, max: -30 }),
    });
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 400 }), (happenings) => {
        const plan = planOf(4);
        const linked = new Map<PenId, number>();
        const pending = new Map<number, PenId>();
        let nowMs = 0;
        for (const { what, pen: n, adapter, signal } of happenings) {
          nowMs += 50;
          const isOn = plan.adapters[adapter]?.state === "on";
          if (what <= 2 && isOn && !linked.has(pen(n))) see(plan, n, adapter, signal, nowMs, `d${n}-${adapter % 2}`);
          const waiting = pending.get(adapter);
          if (what === 3 && waiting !== undefined) {
            plan.connected(adapter, waiting);
            linked.set(waiting, adapter);
            pending.delete(adapter);
          } else if (what === 4 && waiting !== undefined) {
            plan.failed(adapter, waiting, "connect-failed", nowMs);
            pending.delete(adapter);
          } else if (what === 5 && isOn && n < 4) {
            for (const each of plan.down(adapter, nowMs, false)) linked.delete(each);
            pending.delete(adapter);
          }
          for (const command of plan.decide(nowMs)) {
            if (command.kind === "start") plan.up(command.adapter, "");
            if (command.kind !== "connect") continue;
            expect(pending.has(command.adapter)).toBe(false);
            expect(linked.has(command.pen)).toBe(false);
            expect([...pending.values()]).not.toContain(command.pen);
            pending.set(command.adapter, command.pen);
          }
          for (const { pens } of plan.adapters) expect(pens.length).toBeLessThanOrEqual(PENS_PER_ADAPTER);
          expect(plan.adapters.flatMap(({ pens }) => pens).sort()).toEqual([...linked.keys()].sort());
        }
        plan.decide(nowMs + SIGHTING_MS_MAX + RECONNECT_MS_MAX + 1);
        expect(plan.waiting).toEqual([]);
      }),
    );
  });
});
