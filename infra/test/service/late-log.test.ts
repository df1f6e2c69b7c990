import { type EventLog, LogError } from "@penlight/proto";
import { MemoryLog } from "@penlight/proto/memory-log";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { describe, expect, test } from "vitest";
import { LateLog } from "../../src/service/late-log.ts";

const RECORDS = [{ key: "room", value: new Uint8Array([1]), timestampMs: 1 }];

function late() {
  const log = new MemoryLog({ clock: new SimulatedClock() });
  let open: (log: EventLog) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  let failures = 0;
  const opening = new Promise<EventLog>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { late: new LateLog(opening, () => failures++), log, open: () => open(log), fail, failures: () => failures };
}

describe("a log that is not there yet", () => {
  test("[OPS-2] appends fail as of a log out of reach, then go through", async () => {
    const bench = late();
    const early = await bench.late.append("ink", RECORDS).catch((error: unknown) => error);
    expect(early).toBeInstanceOf(LogError);
    expect((early as LogError).canRetry).toBe(true);
    bench.open();
    await Promise.resolve();
    await bench.late.append("ink", RECORDS);
    bench.late.check();
    await bench.late.close();
    await expect(bench.log.append("ink", RECORDS)).rejects.toMatchObject({ code: "log.closed" });
  });

  test("one that will never be there says so, and why", async () => {
    const bench = late();
    const denied = new Error("denied");
    bench.fail(denied);
    await Promise.resolve();
    await Promise.resolve();
    expect(bench.failures()).toBe(1);
    expect(() => bench.late.check()).toThrow(denied);
    await bench.late.close();
  });

  test("[OPS-3] closing does not wait for it; it is closed when it comes after all", async () => {
    const bench = late();
    await bench.late.close();
    bench.open();
    await new Promise((resolve) => setImmediate(resolve));
    await expect(bench.log.append("ink", RECORDS)).rejects.toMatchObject({ code: "log.closed" });
  });
});
