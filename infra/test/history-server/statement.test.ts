import { describe, expect, it } from "vitest";
import { readStatement, refuseClosedFunctions } from "../../src/history-server/statement.ts";

const numberOf = (task: () => unknown): number | null => {
  try {
    task();
    return null;
  } catch (error) {
    return (error as { number: number }).number;
  }
};

describe("statements", () => {
  it("[HTTP-3] the FORMAT clause is found where it is one", () => {
    expect(readStatement("SELECT 1")).toEqual({ verb: "SELECT", format: null, rows: null });
    expect(readStatement("-- FORMAT CSV\nselect 1 format JSON").format).toBe("JSON");
    expect(readStatement("SELECT 1 FORMAT JSON SETTINGS max_threads = 1;").format).toBe("JSON");
    expect(readStatement("SELECT format FROM t").format).toBeNull();
    expect(readStatement("SELECT 'FORMAT JSON'").format).toBeNull();
    expect(readStatement("SELECT 1 /* FORMAT JSON */").format).toBeNull();
    expect(readStatement("SELECT * FROM format(JSONEachRow, '{}')").format).toBeNull();
    expect(readStatement("SELECT a FROM (SELECT 1 AS a FORMAT Null)").format).toBeNull();
    expect(readStatement("WITH 1 AS x SELECT x").verb).toBe("WITH");
    expect(readStatement("").verb).toBe("");
  });

  it("[HTTP-1] rows begin behind the head of an INSERT", () => {
    const rowsOf = (sql: string) => {
      const { rows } = readStatement(sql);
      return rows === null ? null : [rows.format, sql.slice(rows.start), sql.slice(rows.infileAt, rows.formatAt)];
    };
    expect(rowsOf("INSERT INTO t (a, b) FORMAT TSV\n1\t2\n")).toEqual(["TSV", "1\t2\n", ""]);
    expect(rowsOf("INSERT INTO t FORMAT JSONEachRow {}")).toEqual(["JSONEachRow", "{}", ""]);
    expect(rowsOf("INSERT INTO t SETTINGS a = 'FORMAT', b = 2 FORMAT CSV\r\n1")).toEqual([
      "CSV",
      "1",
      "SETTINGS a = 'FORMAT', b = 2 ",
    ]);
    expect(rowsOf("insert into t values (1), (2)")).toEqual(["Values", " (1), (2)", ""]);
    expect(rowsOf("INSERT INTO `FORMAT x` (`values`) FORMAT Native")).toEqual(["Native", "", ""]);
    expect(rowsOf("INSERT INTO t SELECT * FROM u FORMAT TSV")).toBeNull();
    expect(rowsOf("INSERT INTO t WITH 1 AS x SELECT x")).toBeNull();
    expect(rowsOf("INSERT INTO t")).toBeNull();
    // What follows the head is rows and is not looked at.
    expect(rowsOf("INSERT INTO t FORMAT TSV\n'; INTO OUTFILE\n")).toEqual(["TSV", "'; INTO OUTFILE\n", ""]);
  });

  it("[HTTP-9] what nobody may do over HTTP", () => {
    expect(numberOf(() => readStatement("SELECT 1; SELECT 2"))).toBe(62);
    expect(numberOf(() => readStatement("SELECT ';'; -- end"))).toBeNull();
    expect(numberOf(() => readStatement("SELECT 1 INTO /* x */ OUTFILE 'a'"))).toBe(158);
    expect(numberOf(() => readStatement("INSERT INTO t FROM INFILE 'a' FORMAT TSV"))).toBe(78);
    expect(numberOf(() => readStatement("SELECT 'INTO OUTFILE'"))).toBeNull();
  });

  it("[HTTP-5] functions that get past readonly are closed to readers under any spelling", () => {
    const closed = [
      "SELECT file('x')",
      "SELECT `file`('x')",
      'SELECT "f\\x69le"(1)',
      "SELECT * APPLY(file) FROM t",
      "SELECT * FROM Eval('SELECT 1')",
      "SELECT 1 /* ' */, file('x') -- '",
      "SELECT $a$ ' $a$, file('x')",
      "SELECT '\\'', file('x'), ''",
      "SELECT '''', file('x'), ''",
    ];
    expect(closed.map((sql) => numberOf(() => refuseClosedFunctions(sql)))).toEqual(closed.map(() => 497));
    const open = ["SELECT 'file'", "SELECT profile, files FROM t", "SELECT 1 -- file(", "SELECT $$file($$"];
    expect(open.map((sql) => numberOf(() => refuseClosedFunctions(sql)))).toEqual(open.map(() => null));
  });
});
