import { expect, test } from "vitest";
import { FaultCounter } from "../../src/core/fault-counter.ts";
import { EventList } from "../../src/core/link-event.ts";

test("[PEN-8] a fault is counted by its kind and said as an event", () => {
  const list = new EventList();
  const faults = new FaultCounter(list);
  faults.add("garbage", null, 3);
  faults.add("garbage");
  faults.add("unknown-command", 0x50);
  expect(faults.counts).toMatchObject({ garbage: 4, "unknown-command": 1, resync: 0 });
  expect(list.events).toEqual([
    { kind: "fault", fault: { kind: "garbage", count: 3, command: null } },
    { kind: "fault", fault: { kind: "garbage", count: 1, command: null } },
    { kind: "fault", fault: { kind: "unknown-command", count: 1, command: 0x50 } },
  ]);
});
