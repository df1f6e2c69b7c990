import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { Readable } from "node:stream";
import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  ClickHouseLogLevel,
  createClient,
} from "@clickhouse/client";
import { HistoryError } from "@penlight/proto";
import { historyErrorOf } from "./history-fault.ts";
import { sqlText } from "./text-writer.ts";

/** Where history lives. This file is the only one that knows the difference. */
export type HistoryTarget =
  /** chDB, the ClickHouse engine inside this process; one process a folder, one folder a process. */
  | { readonly kind: "chdb"; readonly path: string; readonly database?: string }
  | {
      readonly kind: "server";
      readonly url: string;
      readonly user?: string;
      readonly password?: string;
      readonly database?: string;
      /** PEM text of the authority that signs the server's certificate; absent: those that Node knows. */
      readonly ca?: string;
      /** Tables are replicated and spread over this cluster; absent: one server. */
      readonly cluster?: string;
    };

export const HISTORY_DATABASE = "penlight";

/**
 * The same for every query of every connection. A pen whose clock is off may reach any number of partitions. 64-bit
 * integers arrive as text: JSON's numbers cannot hold them.
 */
const SETTINGS = { async_insert: 0, max_partitions_per_insert_block: 0, output_format_json_quote_64bit_integers: 1 } as const;

/**
 * On a cluster: an insert is acknowledged by most copies of its shard, not by the node that was asked; whoever reads asks
 * the first copy in order that is up; what a subquery names is read from all shards. HIS-15.
 */
const CLUSTER_SETTINGS = {
  distributed_foreground_insert: 1,
  insert_quorum: "auto",
  load_balancing: "in_order",
  distributed_product_mode: "global",
  deduplicate_blocks_in_dependent_materialized_views: 1,
} as const;

export type QueryParameters = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>;

/** TabSeparated rows of some columns of a table. */
export interface RowBytes {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: Buffer;
}

/** The one operation besides creating the client that differs: how the bytes of an INSERT reach the engine. */
type InsertBytes = (bytes: RowBytes) => Promise<unknown>;

/**
 * One client. A chDB connection runs one query at a time, so calls wait for each other here; whoever must not wait for
 * a slow reader opens a connection of its own.
 */
export class HistoryConnection {
  readonly #client: ClickHouseClient;
  readonly #insertBytes: InsertBytes;
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: ClickHouseClient, insertBytes: InsertBytes) {
    this.#client = client;
    this.#insertBytes = insertBytes;
  }

  /**
   * Resolves once the rows can be read and are on disk.
   * @throws HistoryError
   */
  insert(bytes: RowBytes): Promise<void> {
    return this.#queue(async () => {
      await this.#insertBytes(bytes);
    }, true);
  }

  /**
   * A statement without a result. Settings belong into the statement's own
   * SETTINGS clause: on chDB the settings of one call would stay for the session.
   * @throws HistoryError
   */
  command(sql: string): Promise<void> {
    return this.#queue(async () => {
      await this.#client.command({ query: sql });
    });
  }

  /**
   * The result as bytes, one JSON value a line. Not as one string: a large one would take the event loop for long.
   * @throws HistoryError
   */
  lines(sql: string, parameters: QueryParameters, format: "JSONEachRow" | "JSONCompactEachRow"): Promise<Buffer> {
    return this.#queue(async () => {
      const { stream } = await this.#client.exec({ query: `${sql}\nFORMAT ${format}`, query_params: { ...parameters } });
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    });
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#client.close();
  }

  #queue<T>(task: () => Promise<T>, hasRows = false): Promise<T> {
    const run = this.#last.then(task);
    this.#last = run.catch(() => {});
    return run.catch((error: unknown) => {
      throw historyErrorOf(error, hasRows);
    });
  }
}

/**
 * Connects and makes sure that the database exists. Two connections of one target see each other's rows.
 * @throws HistoryError
 */
export async function openConnection(target: HistoryTarget): Promise<HistoryConnection> {
  const database = target.database ?? HISTORY_DATABASE;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(database)) throw new RangeError(`not a database name: ${database}`);
  const create = `CREATE DATABASE IF NOT EXISTS ${database}`;
  if (target.kind === "server") {
    const options = serverOptions(target);
    const isCluster = target.cluster !== undefined;
    const bootstrap = serverConnection(options, isCluster);
    const on = isCluster ? ` ON CLUSTER ${sqlText(target.cluster)}` : "";
    await bootstrap.command(create + on).finally(() => bootstrap.close());
    return serverConnection({ ...options, database }, isCluster);
  }
  const connection = await chdbConnection(target.path);
  await connection.command(create);
  // chDB keeps the session: what a server is told with every request is said once here.
  await connection.command(`USE ${database}`);
  for (const [name, value] of Object.entries(SETTINGS)) await connection.command(`SET ${name} = ${value}`);
  return connection;
}

function serverConnection(options: ClickHouseClientConfigOptions, hasTokens: boolean): HistoryConnection {
  const client = createClient(options);
  return new HistoryConnection(client, ({ table, columns, rows }) =>
    client.insert({
      table,
      columns: [...columns] as [string, ...string[]],
      values: Readable.from([rows], { objectMode: false }),
      format: "TabSeparated",
      ...(hasTokens ? { clickhouse_settings: { insert_deduplication_token: tokenOf(table, rows) } } : {}),
    }),
  );
}

/** The same rows again are the same insert: the replicas keep one of them, and so do views over them. */
function tokenOf(table: string, rows: Buffer): string {
  return createHash("sha256").update(`${table}\n`).update(rows).digest("hex");
}

function serverOptions(target: Extract<HistoryTarget, { kind: "server" }>): ClickHouseClientConfigOptions {
  return {
    url: target.url,
    // Every error comes to the caller with its code; a second telling on the console helps nobody.
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: {
      ...SETTINGS,
      max_partitions_per_insert_block: String(SETTINGS.max_partitions_per_insert_block),
      ...(target.cluster === undefined ? {} : CLUSTER_SETTINGS),
    },
    ...(target.user === undefined ? {} : { username: target.user }),
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.ca === undefined ? {} : { tls: { ca_cert: Buffer.from(target.ca) } }),
  };
}

async function chdbConnection(path: string): Promise<HistoryConnection> {
  const { createChdbConnection } = await import("chdb/connection").catch((error: unknown) => {
    throw new HistoryError("history.no-engine", undefined, { cause: error });
  });
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
  } catch (error) {
    throw new HistoryError("history.unavailable", `${path} cannot be written`, { cause: error });
  }
  try {
    const connection = createChdbConnection({ path });
    // The two packages were built against different copies of the same interface; this is the one place that says so.
    const client = createClient({ connection } as unknown as ClickHouseClientConfigOptions);
    // Not client.insert: it would make one long string of the rows, on the event loop; this hands over the bytes.
    const insert: InsertBytes = ({ table, columns, rows }) =>
      connection.chdb.rawInsert({ table, columns, values: rows, format: "TabSeparated" });
    return new HistoryConnection(client, insert);
  } catch (error) {
    throw openErrorOf(error, path);
  }
}

/** chDB says why it cannot open a folder on stderr only; as the folder can be written, somebody else holds it. */
function openErrorOf(error: unknown, path: string): HistoryError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "CHDB_CONNECTION") return new HistoryError("history.locked", path, { cause: error });
  return new HistoryError("history.no-engine", error instanceof Error ? error.message : undefined, { cause: error });
}
