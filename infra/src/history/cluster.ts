import { HistoryError } from "@penlight/proto";
import { sqlText } from "./text-writer.ts";

const TABLE = /^CREATE TABLE IF NOT EXISTS (\w+)\s*(\([\s\S]*\)\s*)ENGINE = MergeTree\b([\s\S]*)$/;
const VIEW = /^(CREATE (?:OR REPLACE )?VIEW (?:IF NOT EXISTS )?)(\w+)(\s+AS\b[\s\S]*)$/;
const ALTER = /^ALTER TABLE (\w+)(\s+[\s\S]*)$/;
/** Changes that a Distributed table does not have. */
const OF_STORAGE = /^\s+(?:(?:ADD|DROP|MATERIALIZE|CLEAR)\s+(?:INDEX|PROJECTION)|(?:MODIFY|RESET)\s+SETTING)\b/;

/** Every node is asked which migrations it has, so this one table is whole on each. */
const EVERYWHERE = "migrations";

/**
 * The same statement on a cluster. A table becomes two: `x_local`, replicated, on every shard, and `x`, which spreads
 * rows over the shards by room and reads them all. A view stays one, over `x`. A kind of statement that was not thought
 * of here is an error. HIS-15.
 * @throws HistoryError "history.migration"
 */
export function onCluster(statement: string, cluster: string): string[] {
  const on = `ON CLUSTER ${sqlText(cluster)}`;
  const [, table, columns = "", rest = ""] = TABLE.exec(statement) ?? [];
  if (table === EVERYWHERE) return [tableSql(table, on, columns, replicated("all", table, "{shard}-{replica}") + rest)];
  if (table !== undefined) {
    const local = `${table}_local`;
    return [
      tableSql(local, on, columns, replicated("{shard}", local, "{replica}") + rest),
      `CREATE TABLE IF NOT EXISTS ${table} ${on} AS ${local}\n` +
        `ENGINE = Distributed(${sqlText(cluster)}, currentDatabase(), '${local}', cityHash64(room))`,
    ];
  }
  const [, create, view, select] = VIEW.exec(statement) ?? [];
  if (view !== undefined) return [`${create}${view} ${on}${select}`];
  const [, altered, change = ""] = ALTER.exec(statement) ?? [];
  if (altered === undefined) throw new HistoryError("history.migration", `no way on a cluster: ${statement.slice(0, 60)}`);
  // Where the rows are first: the other table must never ask for a column that is not there yet.
  const local = `ALTER TABLE ${altered}_local ${on}${change}`;
  return OF_STORAGE.test(change) ? [local] : [local, `ALTER TABLE ${altered} ${on}${change}`];
}

function tableSql(name: string, on: string, columns: string, engine: string): string {
  return `CREATE TABLE IF NOT EXISTS ${name} ${on}\n${columns}ENGINE = ${engine}`;
}

/** Shard and replica come from the macros of each server; copies of one shard share the path. */
function replicated(shard: string, table: string, replica: string): string {
  return `ReplicatedMergeTree('/clickhouse/tables/${shard}/{database}/${table}', '${replica}')`;
}
