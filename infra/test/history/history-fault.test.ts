import { HistoryError } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { historyErrorOf } from "../../src/history/history-fault.ts";

const withCode = (code: string) => Object.assign(new Error("said the engine\nand more"), { code });

describe("history faults", () => {
  it.each([
    ["243", "history.full", true],
    ["252", "history.unavailable", true],
    ["27", "history.refused", false],
    ["60", "history.refused", false],
    ["ECONNREFUSED", "history.unavailable", true],
    ["CHDB_CLOSED", "history.unavailable", true],
  ])("[HIS-12] code %s is %s", (code, expected, canRetry) => {
    const given = withCode(code);
    expect(historyErrorOf(given)).toMatchObject({ code: expected, canRetry, cause: given });
  });

  it("[HIS-12] of a failed insert the rows that the engine quotes are not in the message", () => {
    const error = historyErrorOf(withCode("27"), true);
    expect(error.message).toBe("the history database refused a batch: an insert failed (ClickHouse 27)");
  });

  it("[HIS-12] chDB's own calls say the number elsewhere", () => {
    const given = Object.assign(new Error("x"), { code: "CHDB_INSERT", clickhouseCode: 243 });
    expect(historyErrorOf(given).code).toBe("history.full");
  });

  it("[HIS-12] a history error stays itself; a thrown text is no reason to give up", () => {
    const error = new HistoryError("history.locked");
    expect(historyErrorOf(error)).toBe(error);
    expect(historyErrorOf("nonsense").code).toBe("history.unavailable");
  });
});
