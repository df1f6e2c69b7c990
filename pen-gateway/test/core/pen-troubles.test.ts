import { describe, expect, test } from "vitest";
import type { LinkEvent } from "../../src/core/link-event.ts";
import {
  BATTERY_LOW_PERCENT,
  CANNOT_READ_ERRORS,
  CANNOT_READ_MS,
  MEMORY_FULL_PERCENT,
  PenTroubles,
} from "../../src/core/pen-troubles.ts";
import { STATUS } from "./pen-bytes.ts";

const status = (change: Partial<typeof STATUS>): LinkEvent => ({ kind: "status", status: { ...STATUS, ...change } });
const opticalError = { kind: "optical-error", error: {} } as unknown as LinkEvent;

describe("[EVT-25] what is wrong with a pen", () => {
  test("battery and memory, as the pen says; charging is no trouble", () => {
    const pen = new PenTroubles();
    const after = (event: LinkEvent) => {
      pen.take(event, 0);
      return pen.at(0);
    };
    expect(after(status({ batteryPct: BATTERY_LOW_PERCENT + 1, usedStoragePct: MEMORY_FULL_PERCENT - 1 }))).toEqual([]);
    expect(after(status({ batteryPct: BATTERY_LOW_PERCENT }))).toEqual(["battery-low"]);
    expect(after(status({ batteryPct: 3, charging: true }))).toEqual([]);
    expect(after({ kind: "low-battery", percent: 9 })).toEqual(["battery-low"]);
    expect(after(status({ batteryPct: 50, usedStoragePct: MEMORY_FULL_PERCENT }))).toEqual(["memory-full"]);
  });

  test("a camera that does not find the pattern, until it does, or nothing comes any more", () => {
    const pen = new PenTroubles();
    for (let i = 1; i < CANNOT_READ_ERRORS; i++) pen.take(opticalError, i * 10);
    expect(pen.at(200)).toEqual([]);
    pen.take(opticalError, 200);
    expect([pen.at(200), pen.at(200 + CANNOT_READ_MS)]).toEqual([["cannot-read"], []]);
    pen.take({ kind: "dots", from: 0, to: 1 }, 210);
    expect(pen.at(210)).toEqual([]);
  });

  test.each([
    ["autoOff", "off-idle"],
    ["lowBattery", "off-battery"],
    ["powerKey", "off-key"],
    ["capClosed", "off-cap"],
    ["systemError", "off-fault"],
    ["usbPlugged", "off-usb"],
    ["passwordFailed", "off-wiped"],
    ["firmwareUpdate", "off-update"],
    ["testTool", "off-fault"],
    [77, "off-fault"],
  ] as const)("switched off because of %s is %s, until the link is new", (reason, trouble) => {
    const pen = new PenTroubles();
    pen.take({ kind: "power-off", reason }, 0);
    expect(pen.at(0)).toEqual([trouble]);
    pen.open();
    expect(pen.at(0)).toEqual([]);
  });

  test("a lock is trouble when a password was refused", () => {
    const pen = new PenTroubles();
    pen.take({ kind: "locked", usedTries: 0, maxTries: 10 }, 0);
    expect(pen.at(0)).toEqual([]);
    pen.take({ kind: "locked", usedTries: 1, maxTries: 10 }, 0);
    expect(pen.at(0)).toEqual(["password-refused"]);
  });
});
