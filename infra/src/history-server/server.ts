import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "@penlight/proto";
import { type Account, authenticate } from "./accounts.ts";
import { Answer, encodingFor, sendFault } from "./answer.ts";
import type { Engine } from "./engine.ts";
import { execute, formatAsked, type Question } from "./execute.ts";
import { Fault, faultOf } from "./fault.ts";
import { formatNamed } from "./formats.ts";
import { RunningStatements } from "./kills.ts";
import { Lane, type LaneLimits } from "./lane.ts";
import { readAsked } from "./request.ts";
import type { ReaderLimits } from "./settings.ts";
import type { Spool } from "./spool.ts";
import { refuseClosedFunctions } from "./statement.ts";

/** What the server tells of itself. */
export interface HistoryServerMetrics {
  /** One statement ended; `ms` with its waiting. */
  statement(role: Account["role"], end: "done" | "failed", ms: number): void;
}

export interface HistoryServerOptions {
  readonly engine: Engine;
  readonly spool: Spool;
  readonly accounts: readonly Account[];
  readonly database: string;
  readonly host: string;
  readonly port: number;
  /** Names under which a browser or a tool may address this server, besides addresses and localhost. */
  readonly allowedHosts: readonly string[];
  readonly limits: ReaderLimits;
  readonly lanes: Readonly<Record<Account["role"], LaneLimits>>;
  readonly clock: Clock;
  readonly metrics?: HistoryServerMetrics;
}

/** An address may hold a whole statement. */
const HEADER_BYTES_MAX = 1024 ** 2;
/** Longer than the clients keep an idle connection, so that it is never closed under a request that is on its way. */
const KEEP_ALIVE_MS = 30_000;
const CONNECTIONS_MAX = 1024;
/** What a killed statement has to tell its client so. */
const KILLED_MS = 500;

export class ListenError extends Error {
  readonly code: "history-server.port-taken" | "history-server.address";

  constructor({ host, port }: { readonly host: string; readonly port: number }, cause: NodeJS.ErrnoException) {
    const isTaken = cause.code === "EADDRINUSE";
    super(isTaken ? `port ${port} of ${host} is taken` : `${host}:${port} cannot be listened on (${cause.code})`, { cause });
    this.name = "ListenError";
    this.code = isTaken ? "history-server.port-taken" : "history-server.address";
  }
}

/** ClickHouse's HTTP interface over the embedded engine. */
export class HistoryServer {
  readonly #options: HistoryServerOptions;
  readonly #lanes: Readonly<Record<Account["role"], Lane>>;
  readonly #http: Server;
  readonly #running: RunningStatements;

  private constructor(options: HistoryServerOptions) {
    this.#options = options;
    this.#running = new RunningStatements(options.engine);
    this.#lanes = { writer: new Lane(options.lanes.writer), reader: new Lane(options.lanes.reader) };
    this.#http = createServer({ maxHeaderSize: HEADER_BYTES_MAX, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    this.#http.maxConnections = CONNECTIONS_MAX;
    // How long a body may take is the sender's business: rows may come slowly.
    this.#http.requestTimeout = 0;
  }

  /** @throws ListenError */
  static async listen(options: HistoryServerOptions): Promise<HistoryServer> {
    const server = new HistoryServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#http.once("error", (error) => reject(new ListenError(options, error)));
      server.#http.listen(options.port, options.host, () => resolve());
    });
    return server;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get lanes(): Readonly<Record<Account["role"], Lane>> {
    return this.#lanes;
  }

  /** Takes nothing new, lets what runs come to its end, at most `graceMs`; then it is killed. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#http.closeIdleConnections();
    const timer = setTimeout(() => {
      this.#running.killAll();
      setTimeout(() => this.#http.closeAllConnections(), KILLED_MS);
    }, graceMs);
    await closed;
    clearTimeout(timer);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { engine } = this.#options;
    // Whatever is asked for is a path here, also "//".
    const url = new URL(`http://history${request.url?.startsWith("/") === true ? request.url : "/"}`);
    const queryId = url.searchParams.get("query_id") || randomUUID();
    try {
      this.#refuseBrowsersOfOthers(request);
      if (answerProbe(request, url, response)) return;
      const account = authenticate(this.#options.accounts, request.headers, url.searchParams);
      const question = await this.#read(request, url.searchParams, account);
      await this.#answer(request, response, question, queryId);
    } catch (error) {
      if (response.destroyed || response.headersSent) response.destroy();
      else sendFault(response, engine, faultOf(error), queryId);
    } finally {
      // Rows that nobody read would keep the connection from its next request.
      request.resume();
    }
  }

  /** A page of another site may not ask through a reader's browser, nor under a name of its own (DNS rebinding). */
  #refuseBrowsersOfOthers(request: IncomingMessage): void {
    const site = request.headers["sec-fetch-site"];
    const isForeign = request.headers.origin !== undefined || (site !== undefined && site !== "none" && site !== "same-origin");
    if (isForeign) throw new Fault(497, "ACCESS_DENIED", "Requests of web pages are not served");
    const host = hostOf(request.headers.host ?? "");
    const isKnown = host === "localhost" || /^[\d.]+$|^\[.*\]$/.test(host) || this.#options.allowedHosts.includes(host);
    if (!isKnown) {
      throw new Fault(
        497,
        "ACCESS_DENIED",
        `This server is not called ${host.slice(0, 100)}: allow the name with PENLIGHT_ALLOWED_HOSTS`,
      );
    }
  }

  async #read(request: IncomingMessage, query: URLSearchParams, account: Account): Promise<Question> {
    refuseUnsupported(request, query);
    const asked = await readAsked(request, query);
    const { verb, rows } = asked.statement;
    if (query.get("session_id") && (verb === "SET" || verb === "USE")) {
      const text = `Sessions keep nothing here: instead of ${verb} send settings and database with each request`;
      throw new Fault(48, "NOT_IMPLEMENTED", text);
    }
    if (account.role === "reader") {
      if (rows !== null || verb === "KILL") throw new Fault(164, "READONLY", "Cannot execute query in readonly mode");
      refuseClosedFunctions(asked.sql);
    }
    const database = query.get("database") || String(request.headers["x-clickhouse-database"] ?? this.#options.database);
    const format = formatAsked(asked, query, request);
    return { account, query, database, isReadOnly: request.method !== "POST", asked, format };
  }

  async #answer(request: IncomingMessage, response: ServerResponse, question: Question, queryId: string): Promise<void> {
    const { engine, spool, clock, limits, metrics } = this.#options;
    const begunMs = clock.nowMs();
    const { asked, query, format } = question;
    const { contentType } = formatNamed(format);
    const level = Math.min(9, Math.max(1, Number(query.get("http_zlib_compression_level") ?? 3) || 3));
    const answer = new Answer(response, engine, clock, {
      queryId,
      format,
      contentType,
      encoding: encodingFor(request, query),
      level,
    });
    const statement = this.#running.begin(queryId, randomUUID());
    const gone = (): void => {
      if (!response.writableFinished) statement.kill();
    };
    response.once("close", gone);
    const inLane = (file: string | null) =>
      this.#lanes[question.account.role].run(statement.signal, () =>
        execute(engine, limits, question, { mark: statement.mark, file, answer }),
      );
    let end: "done" | "failed" = "done";
    try {
      if (asked.statement.verb === "KILL") this.#kill(asked.sql, answer);
      else if (asked.rows === null) await inLane(null);
      // The rows are here before it is their turn: a slow sender holds up nobody.
      else await spool.with(asked.rows.first, asked.rows.rest, inLane);
    } catch (error) {
      end = "failed";
      if (!response.destroyed) await answer.fail(faultOf(error));
    } finally {
      response.off("close", gone);
      statement.end();
      metrics?.statement(question.account.role, end, clock.nowMs() - begunMs);
    }
  }

  #kill(sql: string, answer: Answer): void {
    const [, id] = /\bquery_id\s*=\s*'([^'\\]*)'/i.exec(sql) ?? [];
    if (id === undefined) throw new Fault(48, "NOT_IMPLEMENTED", "Only KILL QUERY WHERE query_id = '...' is supported");
    this.#running.kill(id);
    answer.begin({});
    answer.end();
  }
}

/** @throws Fault 48 */
function refuseUnsupported(request: IncomingMessage, query: URLSearchParams): void {
  if (query.get("compress") === "1" || query.get("decompress") === "1") {
    const text =
      "compress and decompress (ClickHouse's own blocks) are not supported: use enable_http_compression=1 with Accept-Encoding, and Content-Encoding";
    throw new Fault(48, "NOT_IMPLEMENTED", text);
  }
  if (String(request.headers["content-type"]).startsWith("multipart/form-data")) {
    throw new Fault(48, "NOT_IMPLEMENTED", "External tables and parameters in multipart/form-data are not supported");
  }
}

/** What load balancers and clients ask before anything else; the probes need no user. */
function answerProbe(request: IncomingMessage, url: URL, response: ServerResponse): boolean {
  if (request.method !== "GET" && request.method !== "HEAD" && request.method !== "POST") {
    response.setHeader("Allow", "GET, HEAD, POST");
    return plain(response, 501, `There is no method ${request.method} here: use GET or POST\n`);
  }
  if (url.pathname === "/ping" || url.pathname === "/replicas_status") return plain(response, 200, "Ok.\n");
  if (url.pathname !== "/") {
    return plain(response, 404, `There is no handle ${url.pathname.slice(0, 100)}\n\nUse / or /ping for health checks.\n`);
  }
  return request.method !== "POST" && !url.searchParams.has("query") ? plain(response, 200, "Ok.\n") : false;
}

function plain(response: ServerResponse, status: number, text: string): true {
  response.statusCode = status;
  response.setHeader("Content-Type", "text/html; charset=UTF-8");
  response.end(text);
  return true;
}

function hostOf(header: string): string {
  return header.replace(/:\d+$/, "").toLowerCase();
}
