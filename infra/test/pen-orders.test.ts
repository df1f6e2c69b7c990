import type { PenId, PenOrder } from "@penlight/proto";
import { aboutOrder, encodeSetup, setupKeyOf } from "@penlight/proto";
import { MemoryLog } from "@penlight/proto/memory-log";
import { seal } from "@penlight/proto/sealed";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { expect, test } from "vitest";
import { SealedOrders } from "../src/pen-orders.ts";

const PEN = "9c7bd2000001" as PenId;

test("[REG-9] an order is opened by the life of the gateway that it is sealed to, once, and stands in the log for nobody to read", async () => {
  const clock = new SimulatedClock(1_780_000_000_000);
  const log = new MemoryLog({ clock });
  const stop = new AbortController();
  const [orders, other] = [new SealedOrders(), new SealedOrders()];
  const following = [orders, other].map((each) => each.follow(log, clock, stop.signal));
  await clock.run(clock.nowMs() + 10);
  let version = 0;
  const put = async (order: string, sealedAs = order) => {
    const about = { id: PEN, order, untilMs: 5 };
    const sealed = seal('{"old":null,"fresh":"4711"}', orders.sealKey, aboutOrder({ ...about, order: sealedAs }));
    const document: PenOrder = { ...about, sealed };
    const value = encodeSetup({ kind: "orders", id: PEN, version: ++version, document });
    expect(Buffer.from(value).toString()).not.toContain("4711");
    const appended = log.append("setup", [{ key: setupKeyOf("orders", PEN), value, timestampMs: clock.nowMs() }]);
    await clock.run(clock.nowMs() + 10);
    await appended;
  };
  await put("a");
  expect([orders.take(PEN), orders.take(PEN), other.take(PEN)]).toEqual([
    { order: "a", untilMs: 5, old: null, fresh: "4711" },
    null,
    null,
  ]);
  await put("a");
  await put("c", "b");
  expect(orders.take(PEN)).toBeNull();
  stop.abort();
  await clock.run(clock.nowMs() + 10);
  await Promise.all(following);
});
