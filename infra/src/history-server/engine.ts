import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { HistoryError } from "@penlight/proto";
import type { Session } from "chdb";
import { sqlText } from "../history/text-writer.ts";
import { faultOf } from "./fault.ts";

/** What the engine did. */
export interface Done {
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly rowBytes: number;
}

/**
 * chDB, ClickHouse inside this process. Opening a session takes a third of a millisecond, so each request has one of its
 * own: on chDB settings, parameters and the database stay with the session, and none may leak into another request.
 */
export class Engine {
  readonly #open: () => Session;
  readonly #keeper: Session;
  readonly version: string;
  readonly timezone: string;
  readonly hostName: string;

  private constructor(open: () => Session, keeper: Session, facts: readonly [string, string, string]) {
    this.#open = open;
    this.#keeper = keeper;
    [this.version, this.timezone, this.hostName] = facts;
  }

  /** @throws HistoryError no engine for this platform, a folder that is taken or cannot be written */
  static async open(path: string): Promise<Engine> {
    const chdb = await import("chdb").catch((error: unknown) => {
      throw new HistoryError("history.no-engine", undefined, { cause: error });
    });
    try {
      await mkdir(path, { recursive: true });
      await access(path, constants.W_OK);
    } catch (error) {
      throw new HistoryError("history.unavailable", `${path} cannot be written`, { cause: error });
    }
    const open = (): Session => new chdb.Session(path);
    let keeper: Session;
    try {
      keeper = open();
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "CHDB_CONNECTION") throw new HistoryError("history.locked", path, { cause: error });
      throw new HistoryError("history.no-engine", error instanceof Error ? error.message : undefined, { cause: error });
    }
    const facts = await keeper.queryAsync("SELECT version(), timezone(), hostName()", { format: "JSONCompactEachRow" });
    return new Engine(open, keeper, facts.json() as [string, string, string]);
  }

  session(): EngineSession {
    return new EngineSession(this.#open());
  }

  /** A statement of our own. @throws Fault */
  async command(sql: string): Promise<void> {
    await this.#keeper.queryAsync(sql).catch(raise);
  }

  /** Ends the statement that carries this mark; one that is not there any more is no error. */
  async kill(mark: string): Promise<void> {
    // SYNC would wait for the engine, and has been seen to wait for ever.
    await this.command(`KILL QUERY WHERE Settings['log_comment'] = ${sqlText(mark)} ASYNC`);
  }

  close(): void {
    this.#keeper.close();
  }
}

/** One session of the engine: one statement at a time. */
export class EngineSession {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Settings and parameters (`param_x`), in this order, as texts. @throws Fault */
  async set(settings: readonly (readonly [string, string])[]): Promise<void> {
    if (settings.length === 0) return;
    await this.run(`SET ${settings.map(([name, value]) => `${name} = ${sqlText(value)}`).join(", ")}`, "Null");
  }

  /** @throws Fault */
  async use(database: string): Promise<void> {
    await this.run(`USE \`${database.replaceAll(/[\\`]/g, "\\$&")}\``, "Null");
  }

  /** The whole result at once. @throws Fault */
  async run(sql: string, format: string): Promise<Done> {
    const result = await this.#session.queryAsync(sql, { format }).catch(raise);
    return { bytes: result.bytes(), rows: result.rowsRead, rowBytes: result.bytesRead };
  }

  /**
   * The result of a SELECT block by block, made as it is taken. Each block is a whole document of the format: only
   * formats whose documents can be joined may be asked for. Leaving the loop early ends the statement.
   * @throws Fault
   */
  async *blocks(sql: string, format: string): AsyncGenerator<Done> {
    try {
      for await (const chunk of this.#session.queryStream(sql, { format })) {
        yield { bytes: chunk.raw(), rows: chunk.numRows, rowBytes: chunk.numBytes };
      }
    } catch (error) {
      raise(error);
    }
  }

  close(): void {
    this.#session.close();
  }
}

function raise(error: unknown): never {
  throw faultOf(error);
}
