import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import zlib from "node:zlib";
import { Fault } from "./fault.ts";
import { Lz4FrameDecoder } from "./lz4.ts";
import { readStatement, type Statement } from "./statement.ts";

/** Bytes of a statement, without the rows of an INSERT: ClickHouse's max_query_size. */
export const STATEMENT_BYTES_MAX = 262_144;

/** The statement, and what follows it in the body. */
export interface Asked {
  readonly sql: string;
  readonly statement: Statement;
  /** Rows of an INSERT as they come, in `compression` of the engine; null: the statement brings none. */
  readonly rows: { readonly first: Buffer; readonly rest: AsyncIterable<Buffer>; readonly compression: string } | null;
}

/** Content-Encoding -> the engine's name of it: rows go to the engine as they came. */
const ENGINE_NAMES: Readonly<Record<string, string>> = {
  identity: "none",
  gzip: "gzip",
  "x-gzip": "gzip",
  deflate: "deflate",
  br: "br",
  zstd: "zstd",
  lz4: "lz4",
  xz: "xz",
  bz2: "bz2",
};

/**
 * The statement stands in the address, in the body, or begins in the one and goes on in the other.
 * @throws Fault
 */
export async function readAsked(request: IncomingMessage, query: URLSearchParams): Promise<Asked> {
  const encoding = (request.headers["content-encoding"] ?? "identity").toLowerCase();
  const inAddress = query.get("query") ?? "";
  const head = readStatement(inAddress);
  if (head.rows !== null) {
    const first = Buffer.from(inAddress.slice(head.rows.start), "utf8");
    const sql = inAddress.slice(0, head.rows.start);
    const compression = ENGINE_NAMES[encoding];
    if (compression === undefined) throw unknownEncoding(encoding);
    return { sql, statement: head, rows: { first, rest: request, compression: first.length > 0 ? "none" : compression } };
  }
  const body = decoded(request, encoding);
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const begin = await readBegin(chunks, inAddress);
  // As Latin-1 a character is a byte, so places in the text are places in the bytes; what matters to us is ASCII.
  const statement = readStatement(begin.toString("latin1"));
  if (statement.rows === null) {
    if (begin.length > STATEMENT_BYTES_MAX) {
      throw new Fault(
        62,
        "SYNTAX_ERROR",
        `Max query size exceeded (can be increased with the max_query_size setting): a statement has at most ${STATEMENT_BYTES_MAX} bytes here`,
      );
    }
    const sql = begin.toString("utf8");
    if (sql.trim() === "") throw new Fault(62, "SYNTAX_ERROR", "Empty query");
    return { sql, statement, rows: null };
  }
  const { start } = statement.rows;
  const sql = begin.toString("utf8", 0, start);
  // Offsets count bytes; the statement of the text counts characters.
  const ofText = readStatement(sql);
  return {
    sql,
    statement: ofText,
    rows: { first: begin.subarray(start), rest: { [Symbol.asyncIterator]: () => chunks }, compression: "none" },
  };
}

async function readBegin(chunks: AsyncIterator<Buffer>, inAddress: string): Promise<Buffer> {
  const parts: Buffer[] = [Buffer.from(inAddress, "utf8")];
  let length = Buffer.byteLength(inAddress);
  while (length <= STATEMENT_BYTES_MAX) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    if (parts.length === 1 && inAddress !== "") parts.push(Buffer.from("\n"));
    parts.push(value);
    length += value.length;
  }
  return Buffer.concat(parts);
}

function decoded(request: IncomingMessage, encoding: string): Readable {
  if (encoding === "identity") return request;
  if (encoding === "gzip" || encoding === "x-gzip") return through(request, zlib.createGunzip());
  if (encoding === "deflate") return through(request, zlib.createInflate());
  if (encoding === "br") return through(request, zlib.createBrotliDecompress());
  if (encoding === "lz4") return through(request, new Lz4FrameDecoder());
  throw unknownEncoding(encoding);
}

function through(request: Readable, decoder: NodeJS.ReadWriteStream & Readable): Readable {
  request.once("error", (error) => decoder.destroy(error));
  request.pipe(decoder);
  return decoder;
}

function unknownEncoding(encoding: string): Fault {
  const text = `Content-Encoding ${encoding.slice(0, 40)} is not supported: gzip, deflate, br and lz4 are, and zstd, xz and bz2 for rows whose INSERT stands in the address`;
  return new Fault(48, "NOT_IMPLEMENTED", text);
}
