import { describe, expect, it } from "vitest";
import { Fault, faultOf } from "../../src/history-server/fault.ts";

describe("faults", () => {
  it("[HTTP-4] the engine's text becomes number, name and text, also when it is wrapped in itself", () => {
    const plain = faultOf(new Error("Code: 60. DB::Exception: Unknown table 'a (b). (C)'. (UNKNOWN_TABLE)"));
    expect([plain.number, plain.kind, plain.message]).toEqual([60, "UNKNOWN_TABLE", "Unknown table 'a (b). (C)'."]);
    const inner = "Code: 164. DB::Exception: Cannot modify it. (READONLY) (version 26.7.2.1)";
    const wrapped = faultOf(new Error(`Code: 164. DB::Exception: ${inner}. (READONLY)`));
    expect(wrapped.toBody("26.7.2.1")).toBe("Code: 164. DB::Exception: Cannot modify it. (READONLY) (version 26.7.2.1)\n");
  });

  it("[HTTP-4] what has no number is 1002; a fault stays what it is", () => {
    expect(faultOf(new Error("pipe broke"))).toMatchObject({ number: 1002, message: "pipe broke" });
    const fault = new Fault(202, "TOO_MANY_SIMULTANEOUS_QUERIES", "later");
    expect(faultOf(fault)).toBe(fault);
  });

  it("[HTTP-4] statuses are those of a ClickHouse server", () => {
    const statuses = [62, 516, 497, 60, 48, 159, 241, 164, 202].map((number) => new Fault(number, "X", "").httpStatus);
    expect(statuses).toEqual([400, 403, 403, 404, 501, 408, 500, 500, 500]);
  });
});
