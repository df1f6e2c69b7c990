import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { type ClickHouseClient, type ClickHouseClientConfigOptions, createClient } from "@clickhouse/client";
import { HistoryError } from "@penlight/proto";
import { historyErrorOf } from "./history-fault.ts";

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
    };

export const HISTORY_DATABASE = "penlight";

export type QueryParameters = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>;

/**
 * One client. A chDB connection runs one query at a time, so calls wait for each other here; whoever must not wait for
 * a slow reader opens a connection of its own.
 */
export class HistoryConnection {
  readonly #client: ClickHouseClient;
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  /**
   * A statement without a result, an INSERT with its rows inline included. Settings belong into the statement's own
   * SETTINGS clause: on chDB the settings of one call would stay for the session.
   * @throws HistoryError
   */
  command(sql: string): Promise<void> {
    return this.#queue(async () => {
      await this.#client.command({ query: sql });
    });
  }

  /**
   * The result as text, one JSON value a line.
   * @throws HistoryError
   */
  lines(sql: string, parameters: QueryParameters, format: "JSONEachRow" | "JSONCompactEachRow"): Promise<string> {
    return this.#queue(async () => {
      const result = await this.#client.query({ query: sql, format, query_params: { ...parameters } });
      return await result.text();
    });
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#client.close();
  }

  #queue<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#last.then(task);
    this.#last = run.catch(() => {});
    return run.catch((error: unknown) => {
      throw historyErrorOf(error);
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
    const bootstrap = new HistoryConnection(createClient(options));
    await bootstrap.command(create).finally(() => bootstrap.close());
    return new HistoryConnection(createClient({ ...options, database }));
  }
  const connection = new HistoryConnection(await chdbClient(target.path));
  await connection.command(create);
  // chDB keeps the session: what a server is told with every request is said once here.
  await connection.command(`USE ${database}`);
  return connection;
}

function serverOptions(target: Extract<HistoryTarget, { kind: "server" }>): ClickHouseClientConfigOptions {
  return {
    url: target.url,
    ...(target.user === undefined ? {} : { username: target.user }),
    ...(target.password === undefined ? {} : { password: target.password }),
  };
}

async function chdbClient(path: string): Promise<ClickHouseClient> {
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
    return createClient({ connection } as unknown as ClickHouseClientConfigOptions);
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
