import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import { type HistoryConnection, openConnection } from "../../src/history/connection.ts";
import { type Migration, migrate, readMigrations } from "../../src/history/migrate.ts";

const clock = { nowMs: () => 1_790_000_000_000, sleep: async () => {} };
const one: Migration = {
  number: 1,
  name: "one",
  sql: "CREATE TABLE IF NOT EXISTS one (a UInt8) ENGINE = MergeTree ORDER BY a;",
};
const two: Migration = { number: 2, name: "two", sql: "CREATE VIEW IF NOT EXISTS two AS SELECT a FROM one;" };
let folder: string;
let connection: HistoryConnection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "penlight-migrate-"));
  connection = await openConnection({ kind: "chdb", path: folder, database: "steps" });
});
afterAll(async () => {
  await connection.close();
  await rm(folder, { recursive: true, force: true });
});

it("[HIS-9] what was applied is not applied again, what is new is", async () => {
  expect(await migrate(connection, [one], clock)).toEqual([1]);
  expect(await migrate(connection, [one, two], clock)).toEqual([2]);
  expect(await migrate(connection, [one, two], clock)).toEqual([]);
});

it("[HIS-9] a migration that was edited, or a database that is further than this Penlight, is refused", async () => {
  const edited = { ...one, sql: `${one.sql} -- better` };
  await expect(migrate(connection, [edited, two], clock)).rejects.toMatchObject({ code: "history.migration", canRetry: false });
  await expect(migrate(connection, [one], clock)).rejects.toMatchObject({ code: "history.migration", canRetry: false });
});

it("[HIS-9] a statement that the engine refuses names its file", async () => {
  const broken: Migration = { number: 3, name: "broken", sql: "CREATE NONSENSE;" };
  await expect(migrate(connection, [one, two, broken], clock)).rejects.toThrow(/0003_broken\.sql/);
  expect(await migrate(connection, [one, two], clock)).toEqual([]);
});

it("[HIS-9] opening a history twice migrates once, and a database of its own keeps its rows apart", async () => {
  const target = { kind: "chdb", path: folder, database: "again" } as const;
  const first = await openClickHouseHistory({ target, clock });
  const second = await openClickHouseHistory({ target, clock });
  const rows = await second.query("SELECT number, at_ms FROM migrations ORDER BY number");
  const migrations = await readMigrations();
  expect(rows).toEqual(migrations.map((each) => ({ number: each.number, at_ms: 1_790_000_000_000 })));
  await first.close();
  await second.close();
});

it("[HIS-6] of every table inserted and merged parts are synced", async () => {
  const history = await openClickHouseHistory({ target: { kind: "chdb", path: folder, database: "synced" }, clock });
  const tables = await history.query(
    `SELECT name, engine_full LIKE '%fsync_after_insert = 1%' AS insert,
      engine_full LIKE '%min_rows_to_fsync_after_merge = 1' OR engine_full LIKE '%min_rows_to_fsync_after_merge = 1,%' AS merge
      FROM system.tables WHERE database = 'synced' AND engine = 'MergeTree' AND name != 'migrations' ORDER BY name`,
  );
  expect(tables).toEqual(["answers", "gaps", "marks", "strokes"].map((name) => ({ name, insert: 1, merge: 1 })));
  await history.close();
});

it("[HIS-11] a folder that cannot be made is an error that says so", async () => {
  const target = { kind: "chdb", path: "/dev/null/history" } as const;
  await expect(openClickHouseHistory({ target, clock })).rejects.toMatchObject({ code: "history.unavailable" });
});
