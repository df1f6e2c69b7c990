import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { type Clock, HistoryError } from "@penlight/proto";
import { onCluster } from "./cluster.ts";
import type { HistoryConnection } from "./connection.ts";

/** A numbered step of the schema, `schema/NNNN_name.sql`. Once applied anywhere it is never edited, only followed. HIS-9. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** What a migration needs of a connection. */
export type SchemaConnection = Pick<HistoryConnection, "command" | "lines">;

const MIGRATIONS =
  "CREATE TABLE IF NOT EXISTS migrations (`number` UInt32, `name` String, `checksum` String, `at_ms` Float64) " +
  "ENGINE = MergeTree ORDER BY number SETTINGS fsync_after_insert = 1, fsync_part_directory = 1";

const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;

/** @throws HistoryError "history.migration" when a number is missing or given twice. */
export async function readMigrations(folder: URL = new URL("schema/", import.meta.url)): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for (const file of (await readdir(folder)).sort()) {
    const [, number, name] = FILE_NAME.exec(file) ?? [];
    if (number === undefined || name === undefined) continue;
    migrations.push({ number: Number(number), name, sql: await readFile(new URL(file, folder), "utf8") });
    if (Number(number) !== migrations.length) throw new HistoryError("history.migration", `${file} is out of sequence`);
  }
  return migrations;
}

/**
 * Brings the database up to the last migration and records each with its checksum. Every statement can be repeated, so a
 * crash between a statement and its record is harmless, and two processes that start at once are. Resolves to the numbers that were applied now.
 * @throws HistoryError "history.migration"; "history.unavailable" and "history.full" pass through
 */
export async function migrate(
  connection: SchemaConnection,
  migrations: readonly Migration[],
  clock: Clock,
  cluster: string | null = null,
): Promise<number[]> {
  for (const statement of placed(MIGRATIONS, cluster)) await connection.command(statement);
  const done = await appliedMigrations(connection);
  const newest = Math.max(0, ...done.keys());
  if (newest > migrations.length) {
    throw new HistoryError(
      "history.migration",
      `the database is at ${newest}, this Penlight knows ${migrations.length}: use the newer one`,
    );
  }
  const applied: number[] = [];
  for (const migration of migrations) {
    const checksum = checksumOf(migration.sql);
    const known = done.get(migration.number);
    if (known === checksum) continue;
    if (known !== undefined) {
      throw new HistoryError("history.migration", `${labelOf(migration)} was changed after it had been applied`);
    }
    await apply(connection, migration, cluster);
    const values = `${migration.number}, '${migration.name}', '${checksum}', ${clock.nowMs()}`;
    await connection.command(`INSERT INTO migrations SETTINGS async_insert = 0 VALUES (${values})`);
    applied.push(migration.number);
  }
  return applied;
}

async function appliedMigrations(connection: SchemaConnection): Promise<Map<number, string>> {
  const bytes = await connection.lines("SELECT number, checksum FROM migrations ORDER BY number", {}, "JSONCompactEachRow");
  const lines = bytes
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
  return new Map(lines.map((line) => JSON.parse(line) as [number, string]));
}

async function apply(connection: SchemaConnection, migration: Migration, cluster: string | null): Promise<void> {
  for (const statement of statementsOf(migration.sql).flatMap((each) => placed(each, cluster))) {
    try {
      await connection.command(statement);
    } catch (error) {
      if (error instanceof HistoryError && (error.canRetry || error.code === "history.denied")) throw error;
      const why = error instanceof HistoryError && error.cause instanceof Error ? error.cause.message : String(error);
      throw new HistoryError("history.migration", `${labelOf(migration)}: ${why}`, { cause: error });
    }
  }
}

/** As it is for one server; null: no cluster. */
function placed(statement: string, cluster: string | null): string[] {
  return cluster === null ? [statement] : onCluster(statement, cluster);
}

/** Statements end with a semicolon at the end of a line; lines that begin with `--` are comments. */
export function statementsOf(sql: string): string[] {
  const code = sql
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("--"))
    .join("\n");
  return code
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

function checksumOf(sql: string): string {
  return createHash("sha256").update(sql.replaceAll("\r\n", "\n")).digest("hex");
}

function labelOf(migration: Migration): string {
  return `${String(migration.number).padStart(4, "0")}_${migration.name}.sql`;
}
