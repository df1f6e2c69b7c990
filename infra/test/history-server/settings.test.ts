import { describe, expect, it } from "vitest";
import { engineSettings, queryParameters, sessionSettings } from "../../src/history-server/settings.ts";

const limits = { seconds: 60, rows: 1000, memoryBytes: 5000, threads: 2 };
const reader = { name: "default", password: null, role: "reader" } as const;
const writer = { name: "penlight", password: "x", role: "writer" } as const;
const given = (settings: readonly (readonly [string, string])[], readOnly = false) => ({
  ...{ settings, parameters: [["param_a", "1"]] as const, ours: [["log_comment", "mark"]] as const, readOnly },
});

describe("settings", () => {
  it("[HTTP-3] what is no parameter of the interface is a setting", () => {
    const query = new URLSearchParams(
      "query=SELECT+1&user=u&param_x=1&max_threads=2&readonly=0&log_comment=mine&wait_end_of_query=1",
    );
    expect(engineSettings(query)).toEqual([["max_threads", "2"]]);
    expect(queryParameters(query)).toEqual([["param_x", "1"]]);
    expect(() => engineSettings(new URLSearchParams([["a = 1, b", "2"]]))).toThrow(/Unknown setting/);
    expect(() => queryParameters(new URLSearchParams([["param_a b", "2"]]))).toThrow(/no name/);
  });

  it("[HTTP-5] a reader's session ends with readonly, a limit can be lowered and not lifted", () => {
    const list = sessionSettings(reader, limits, given([["max_threads", "1"]]));
    expect(list.at(-1)).toEqual(["readonly", "1"]);
    // The later one counts.
    expect(list.filter(([name]) => name === "max_threads")).toEqual([
      ["max_threads", "2"],
      ["max_threads", "1"],
    ]);
    const set = (name: string, value: string) => () => sessionSettings(reader, limits, given([[name, value]]));
    for (const value of ["61", "0", "-1", "x", "1e9"]) expect(set("max_execution_time", value)).toThrow(/max_execution_time/);
    for (const name of ["readonly", "allow_introspection_functions", "max_server_memory_usage"]) {
      expect(set(name, "1")).toThrow(/Cannot modify/);
    }
    expect(set("output_format_json_quote_64bit_integers", "1")).not.toThrow();
  });

  it("[HTTP-5] a writer sets what it likes; by GET it only reads", () => {
    expect(sessionSettings(writer, limits, given([["async_insert", "1"]]))).toEqual([
      ["priority", "1"],
      ["async_insert", "1"],
      ["log_comment", "mark"],
      ["param_a", "1"],
    ]);
    expect(sessionSettings(writer, limits, given([], true)).at(-1)).toEqual(["readonly", "2"]);
  });
});
