import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Fault } from "./fault.ts";

/** Null: no password, and any but the empty one is wrong. */
export interface Account {
  readonly name: string;
  readonly password: string | null;
  readonly role: "writer" | "reader";
}

/** Our processes write as this user. */
export const WRITER_NAME = "penlight";
/** People read as ClickHouse's default user, so that every tool's defaults get the user that can do no harm. */
export const READER_NAME = "default";

interface Credentials {
  readonly name: string;
  readonly password: string;
}

/**
 * Who asks: by X-ClickHouse-User and X-ClickHouse-Key, by Basic, or by `user` and `password` in the address; nothing of
 * these: the reader without a password.
 * @throws Fault 516
 */
export function authenticate(accounts: readonly Account[], headers: IncomingHttpHeaders, query: URLSearchParams): Account {
  const { name, password } = credentialsOf(headers, query);
  const account = accounts.find((each) => each.name === name);
  // Compared in any case: how long the answer takes says nothing of which names there are.
  const matches = sameText(password, account?.password ?? "");
  if (account !== undefined && matches) return account;
  const text = `${name}: Authentication failed: password is incorrect, or there is no user with such name.`;
  throw new Fault(516, "AUTHENTICATION_FAILED", text);
}

function credentialsOf(headers: IncomingHttpHeaders, query: URLSearchParams): Credentials {
  const given = [fromHeaders(headers), fromBasic(headers.authorization), fromAddress(query)].filter((each) => each !== null);
  if (given.length > 1) {
    throw new Fault(516, "AUTHENTICATION_FAILED", "Invalid authentication: give user and password in one way only");
  }
  return given[0] ?? { name: READER_NAME, password: "" };
}

function fromHeaders(headers: IncomingHttpHeaders): Credentials | null {
  const name = headers["x-clickhouse-user"];
  const password = headers["x-clickhouse-key"];
  if (name === undefined && password === undefined) return null;
  return { name: String(name ?? READER_NAME), password: String(password ?? "") };
}

function fromBasic(authorization: string | undefined): Credentials | null {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "") ?? [];
  if (encoded === undefined) {
    if (authorization === undefined) return null;
    throw new Fault(516, "AUTHENTICATION_FAILED", "Invalid authentication: only the scheme Basic is known");
  }
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? { name: text, password: "" } : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

function fromAddress(query: URLSearchParams): Credentials | null {
  if (!query.has("user") && !query.has("password")) return null;
  return { name: query.get("user") ?? READER_NAME, password: query.get("password") ?? "" };
}

function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
