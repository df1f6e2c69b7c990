import { FAULT_TEXTS, type FaultCode, faultOf } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { faultText, refusalOf, refusalTexts } from "../../../web/src/i18n/faults.ts";

const CODES = Object.keys(FAULT_TEXTS) as FaultCode[];

describe("what the server refuses", () => {
  it.each(CODES)("[SET-2] %s says the same values in both languages, and no English in Chinese", (code) => {
    const fault = faultOf("/x", code, "«1»", "«2»", "«3»");
    const [en, zh] = [faultText(fault, "en"), faultText(fault, "zh-CN")];
    const valuesOf = (text: string) => (text.match(/«[1-3]»/g) ?? []).sort();
    expect(en).toBe(fault.reason);
    expect(valuesOf(zh)).toEqual(valuesOf(en));
    expect(zh).toMatch(/[\u4e00-\u9fff]/);
  });

  it("[SET-2] everything that was wrong, else why it was refused; what this page does not know comes as it is", () => {
    const refusal = refusalOf({ error: "keys.invalid", details: [faultOf("/items/0/key", "key-no-option", "E")] });
    expect(refusalTexts(refusal, "zh-CN")).toEqual(["E 不在选项之中"]);
    expect(refusalTexts(refusalOf({ error: "setup.outdated" }), "zh-CN")).toEqual(["其他人同时做了更改，请重新查看"]);
    expect(refusalTexts(refusalOf(null), "en")).toEqual(["the server does not answer: try again in a moment"]);
    expect(refusalTexts(refusalOf({ error: "something.new" }), "en")).toEqual(["something.new"]);
    const newer = { at: "", reason: "is too blue", code: "blue" as FaultCode, values: [] };
    expect(refusalTexts(refusalOf({ error: "x", details: [newer] }), "zh-CN")).toEqual(["is too blue"]);
  });
});
