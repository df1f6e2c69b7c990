import { Fault } from "./fault.ts";

/** What the server must know of a statement before the engine reads it; the engine's own parser has the last word. */
export interface Statement {
  /** First keyword, in capitals: SELECT, INSERT, CREATE ... */
  readonly verb: string;
  /** Of the FORMAT clause; null: none. */
  readonly format: string | null;
  /** Null: no rows follow. */
  readonly rows: RowsPlace | null;
}

/** INSERT INTO t (a, b) [here FROM INFILE may stand] [SETTINGS ...] FORMAT f [rows]: places in the text. */
export interface RowsPlace {
  readonly infileAt: number;
  readonly formatAt: number;
  readonly start: number;
  readonly format: string;
}

interface Token {
  readonly kind: "word" | "quoted" | "string" | "other";
  /** Of a word: in capitals. */
  readonly text: string;
  readonly written: string;
  readonly start: number;
  readonly end: number;
  /** How many brackets are open around it. */
  readonly depth: number;
}

/**
 * What a reader may not even name, as it gets past `readonly`: `file` reads any file of this machine, `eval` runs a text,
 * `catboostEvaluate` loads a library. The engine knows them under these names only.
 */
const CLOSED_TO_READERS = ["FILE", "EVAL", "CATBOOSTEVALUATE"];

/** @throws Fault for what ClickHouse's HTTP interface refuses of any user: several statements, INTO OUTFILE, FROM INFILE. */
export function readStatement(sql: string): Statement {
  const head: Token[] = [];
  let rows: RowsPlace | null = null;
  // What follows the head of an INSERT is rows, megabytes perhaps and no SQL.
  for (const token of tokensOf(sql)) {
    head.push(token);
    if (head[0]?.text !== "INSERT") continue;
    rows = rowsAfter(sql, head);
    if (rows !== null) break;
  }
  refuseFiles(head);
  const end = head.findIndex((token) => token.text === ";" && token.depth === 0);
  if (rows === null && end >= 0 && end < head.length - 1) {
    throw new Fault(62, "SYNTAX_ERROR", "Syntax error (Multi-statements are not allowed): send one statement a request");
  }
  return { verb: head[0]?.kind === "word" ? head[0].text : "", format: rows?.format ?? formatOf(head), rows };
}

/** @throws Fault */
export function refuseClosedFunctions(sql: string): void {
  for (const token of tokensOf(sql)) {
    const isClosed = token.kind !== "string" && CLOSED_TO_READERS.includes(token.text.toUpperCase());
    // An escape inside a quoted name could spell any name.
    const isDisguised = token.kind === "quoted" && token.text.includes("\\");
    if (isClosed || isDisguised) {
      throw new Fault(497, "ACCESS_DENIED", `Not enough privileges: a read-only user may not use ${token.text}`);
    }
  }
}

function refuseFiles(tokens: readonly Token[]): void {
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1];
    if (token.kind !== "word" || next?.kind !== "word") continue;
    if (token.text === "INTO" && next.text === "OUTFILE") {
      throw new Fault(158, "INTO_OUTFILE_NOT_ALLOWED", "INTO OUTFILE is not allowed: the result comes in the response");
    }
    if (token.text === "FROM" && next.text === "INFILE") {
      throw new Fault(78, "UNKNOWN_TYPE_OF_QUERY", "FROM INFILE is not allowed: send the rows in the body of the request");
    }
  }
}

/** The last FORMAT of the statement, when a name and then nothing but SETTINGS or the end follows. */
function formatOf(tokens: readonly Token[]): string | null {
  for (let i = tokens.length - 2; i >= 0; i--) {
    const [token, name, after] = [tokens[i], tokens[i + 1], tokens[i + 2]];
    if (token?.text !== "FORMAT" || token.kind !== "word" || token.depth > 0 || name?.kind !== "word") continue;
    if (after !== undefined && after.text !== "SETTINGS" && after.text !== ";") continue;
    return name.written;
  }
  return null;
}

/** Whether the head of an INSERT ends with its last token. An INSERT ... SELECT brings no rows. */
function rowsAfter(sql: string, head: readonly Token[]): RowsPlace | null {
  const outer = head.filter((token) => token.kind === "word" && token.depth === 0).map((token) => token.text);
  if (outer.includes("SELECT") || outer.includes("WITH")) return null;
  const [before, last] = [head.at(-2), head.at(-1)];
  if (last === undefined || last.kind !== "word" || last.depth > 0) return null;
  const settingsAt = head.find((token) => token.text === "SETTINGS" && token.kind === "word" && token.depth === 0)?.start;
  if (last.text === "VALUES") {
    return { infileAt: settingsAt ?? last.start, formatAt: last.start, start: last.end, format: "Values" };
  }
  if (before?.text !== "FORMAT" || before.kind !== "word") return null;
  const [formatAt, start] = [before.start, afterFormat(sql, last.end)];
  return { infileAt: settingsAt ?? formatAt, formatAt, start, format: last.written };
}

/** Rows begin after the first line break behind the format's name, or else after the blanks there. */
function afterFormat(sql: string, end: number): number {
  const blanks = /^;?[ \t\f]*(\r?\n)?/.exec(sql.slice(end));
  return end + (blanks?.[0].length ?? 0);
}

const WORD = /[A-Za-z_][A-Za-z0-9_$]*/y;
const BLANK = /(?:[ \t\r\n\f\v]+|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/y;
const STRING = /'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y;
const QUOTED = /`(?:[^`\\]|\\[\s\S]|``)*(?:`|$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)/y;
const HEREDOC = /\$(\w*)\$[\s\S]*?\$\1\$/y;
const NUMBER = /\d[\w.]*/y;
const OPEN = ["(", "[", "{"];
const CLOSE = [")", "]", "}"];

function* tokensOf(sql: string): Generator<Token> {
  let at = 0;
  let depth = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(sql)?.[0] ?? null;
  };
  while (at < sql.length) {
    const blank = match(BLANK);
    if (blank !== null) {
      at += blank.length;
      continue;
    }
    const word = match(WORD);
    const quoted = word === null ? match(QUOTED) : null;
    const string = word === null && quoted === null ? (match(STRING) ?? match(HEREDOC)) : null;
    const text = word ?? quoted ?? string ?? match(NUMBER) ?? (sql[at] as string);
    const kind = word !== null ? "word" : quoted !== null ? "quoted" : string !== null ? "string" : "other";
    if (kind === "other" && CLOSE.includes(text)) depth--;
    const shown = kind === "word" ? text.toUpperCase() : kind === "quoted" ? text.slice(1, -1) : text;
    yield { kind, text: shown, written: text, start: at, end: at + text.length, depth };
    if (kind === "other" && OPEN.includes(text)) depth++;
    at += text.length;
  }
}
