import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import { constants, createBrotliCompress, createDeflate, createGzip, type Zlib } from "node:zlib";
import type { Clock } from "@penlight/proto";
import type { Done, Engine } from "./engine.ts";
import type { Fault } from "./fault.ts";

/** A client that takes nothing for so long is gone. */
const SEND_MS_MAX = 60_000;

export interface AnswerHead {
  readonly queryId: string;
  readonly format: string;
  readonly contentType: string;
  /** Content-Encoding of the result, null: none. */
  readonly encoding: "gzip" | "deflate" | "br" | null;
  readonly level: number;
}

/** Of what the client takes, what we can make; ClickHouse compresses only when `enable_http_compression` is set. */
export function encodingFor(request: IncomingMessage, query: URLSearchParams): AnswerHead["encoding"] {
  if (query.get("enable_http_compression") !== "1") return null;
  const taken = String(request.headers["accept-encoding"] ?? "").toLowerCase();
  return (["gzip", "br", "deflate"] as const).find((each) => taken.includes(each)) ?? null;
}

/** One response: its head goes out with the first bytes, so that an error before them has a status of its own. */
export class Answer {
  readonly #response: ServerResponse;
  readonly #engine: Engine;
  readonly #head: AnswerHead;
  readonly #clock: Clock;
  readonly #begunMs: number;
  readonly #tag = randomBytes(8).toString("hex");
  #out: Writable | null = null;
  #packer: (Zlib & Writable) | null = null;

  constructor(response: ServerResponse, engine: Engine, clock: Clock, head: AnswerHead) {
    this.#response = response;
    this.#engine = engine;
    this.#head = head;
    this.#clock = clock;
    this.#begunMs = clock.nowMs();
  }

  /** @param summary of a result that is streamed nothing is known yet */
  begin(summary: { readonly done?: Done; readonly isInsert?: boolean }): void {
    const { queryId, format, contentType, encoding, level } = this.#head;
    const response = this.#response;
    setCommonHeaders(response, this.#engine, queryId);
    response.setHeader("Content-Type", contentType);
    response.setHeader("X-ClickHouse-Format", format);
    response.setHeader("X-ClickHouse-Timezone", this.#engine.timezone);
    response.setHeader("X-ClickHouse-Summary", summaryOf({ ...summary, elapsedMs: this.#clock.nowMs() - this.#begunMs }));
    response.setHeader("X-ClickHouse-Exception-Tag", this.#tag);
    this.#out = response;
    if (encoding === null) return;
    response.setHeader("Content-Encoding", encoding);
    this.#packer = packerOf(encoding, level);
    this.#packer.pipe(response);
    this.#out = this.#packer;
  }

  get hasBegun(): boolean {
    return this.#out !== null;
  }

  /** Resolves when more can be taken. @throws Error the client is gone */
  async write(bytes: Uint8Array): Promise<void> {
    const out = this.#out as Writable;
    if (this.#response.destroyed) throw new Error("the client is gone");
    if (!out.write(bytes)) await this.#drained(out);
    if (this.#response.destroyed) throw new Error("the client is gone");
  }

  #drained(out: Writable): Promise<void> {
    const response = this.#response;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        out.off("drain", done);
        response.off("close", done);
        resolve();
      };
      const timer = setTimeout(() => response.destroy(), SEND_MS_MAX);
      out.once("drain", done);
      response.once("close", done);
    });
  }

  end(): void {
    (this.#out as Writable).end();
  }

  /** Before the first byte: status and text. After it: the text in the stream, and the response is left unfinished. */
  async fail(fault: Fault): Promise<void> {
    if (!this.hasBegun) {
      sendFault(this.#response, this.#engine, fault, this.#head.queryId);
      return;
    }
    const text = fault.toBody(this.#engine.version);
    const frame = `\r\n__exception__\r\n${this.#tag}\r\n${text}${Buffer.byteLength(text)} ${this.#tag}\r\n__exception__\r\n`;
    const out = this.#out as Writable;
    await new Promise<void>((resolve) => out.write(frame, () => resolve()));
    const packer = this.#packer;
    if (packer !== null) await new Promise<void>((resolve) => packer.flush(constants.Z_SYNC_FLUSH, () => resolve()));
    // Cut after it has been sent: the length is missing, so no client takes a half for the whole.
    this.#response.socket?.end();
  }
}

/** What every response of a statement carries. */
function setCommonHeaders(response: ServerResponse, engine: Engine, queryId: string): void {
  response.setHeader("X-ClickHouse-Server-Display-Name", engine.hostName);
  response.setHeader("X-ClickHouse-Query-Id", queryId);
  response.setHeader("Cache-Control", "no-store");
}

export function sendFault(response: ServerResponse, engine: Engine, fault: Fault, queryId: string): void {
  setCommonHeaders(response, engine, queryId);
  response.removeHeader("Content-Encoding");
  response.setHeader("X-ClickHouse-Exception-Code", String(fault.number));
  response.setHeader("Content-Type", "text/plain; charset=UTF-8");
  response.statusCode = fault.httpStatus;
  response.end(fault.toBody(engine.version));
}

function summaryOf(summary: { readonly done?: Done; readonly isInsert?: boolean; readonly elapsedMs: number }): string {
  const { done, isInsert = false, elapsedMs } = summary;
  const [rows, bytes] = [String(done?.rows ?? 0), String(done?.rowBytes ?? 0)];
  return JSON.stringify({
    read_rows: rows,
    read_bytes: bytes,
    written_rows: isInsert ? rows : "0",
    written_bytes: isInsert ? bytes : "0",
    total_rows_to_read: "0",
    result_rows: rows,
    result_bytes: bytes,
    elapsed_ns: String(Math.round(elapsedMs * 1e6)),
  });
}

function packerOf(encoding: "gzip" | "deflate" | "br", level: number): Zlib & Writable {
  if (encoding === "gzip") return createGzip({ level });
  if (encoding === "deflate") return createDeflate({ level });
  return createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: level } });
}
