import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { afterAll } from "vitest";
import { openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import { historyContract } from "./history-suite.ts";

let folder: string | null = null;

historyContract("in memory", async () => new MemoryHistory());

historyContract("ClickHouse, embedded", async () => {
  folder = await mkdtemp(join(tmpdir(), "penlight-history-"));
  return openClickHouseHistory({ target: { kind: "chdb", path: folder }, clock: { nowMs: () => 0, sleep: async () => {} } });
});

afterAll(async () => {
  if (folder !== null) await rm(folder, { recursive: true, force: true });
});
