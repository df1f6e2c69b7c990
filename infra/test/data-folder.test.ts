import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { ConfigError } from "../src/config.ts";
import { dataFolderOf } from "../src/data-folder.ts";

test("a command that looks at what was stored makes no folder, and says that there is none", () => {
  const dataDirectory = path.join(tmpdir(), `penlight-nowhere-${process.pid}`);
  for (const command of ["reconcile", "truth", "dead-letters", "explain", "reread"] as const) {
    expect(() => dataFolderOf({ command, dataDirectory })).toThrow(ConfigError);
    expect(dataFolderOf({ command, dataDirectory: tmpdir() })).toBe(tmpdir());
  }
  expect(dataFolderOf({ command: "start", dataDirectory })).toBe(dataDirectory);
  expect(existsSync(dataDirectory)).toBe(false);
});
