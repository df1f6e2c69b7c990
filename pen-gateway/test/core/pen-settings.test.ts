import { describe, expect, test } from "vitest";
import { settingOf, WISHES } from "../../src/core/pen-settings.ts";
import { STATUS, VERSION } from "./pen-bytes.ts";

describe("[PEN-7] what the school wants of a pen", () => {
  test("nothing is set that is not wanted, or is as wanted already", () => {
    const talk = { version: VERSION, status: STATUS };
    const same = { autoOffMinutes: STATUS.autoOffMin, beep: STATUS.beep, autoPowerOn: STATUS.autoPowerOn, sensitivity: 2 };
    for (const wish of WISHES) expect([settingOf(wish, {}, talk), settingOf(wish, same, talk)]).toEqual([null, null]);
  });

  test.each([
    ["2.17", 1, 5],
    ["2.18", 1, 1],
    ["", 7, 7],
  ])("auto-off of a pen that speaks %j: %i minutes become %i", (protocol, wanted, sent) => {
    const talk = { version: { ...VERSION, protocol }, status: STATUS };
    expect(settingOf("autoOffMinutes", { autoOffMinutes: wanted }, talk)).toEqual({ type: "autoOffMinutes", value: sent });
  });

  test("sensitivity goes by the sensor; a pen that does not name it has the older kind", () => {
    const of = (sensor?: "FSR" | "FSC") =>
      settingOf("sensitivity", { sensitivity: 4 }, { version: { ...VERSION, ...(sensor && { sensor }) }, status: STATUS })
        ?.type;
    expect([of(), of("FSR"), of("FSC")]).toEqual(["sensitivity", "sensitivity", "fscSensitivity"]);
  });
});
