import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { afterAll } from "vitest";
import { openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import { startClickHouse, type TestClickHouse } from "./history-provider.ts";
import { historyContract } from "./history-suite.ts";

let folder: string | null = null;
let server: TestClickHouse | null = null;

historyContract("in memory", async () => new MemoryHistory());

historyContract("ClickHouse, embedded", async () => {
  folder = await mkdtemp(join(tmpdir(), "penlight-history-"));
  return openClickHouseHistory({ target: { kind: "chdb", path: folder }, clock: { nowMs: () => 0, sleep: async () => {} } });
});

historyContract("ClickHouse, by URL", async () => {
  server = await startClickHouse();
  return openClickHouseHistory({ target: server.target, clock: { nowMs: () => 0, sleep: async () => {} } });
});

afterAll(async () => {
  await server?.stop();
  if (folder !== null) await rm(folder, { recursive: true, force: true });
});
