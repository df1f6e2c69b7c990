import { HistoryError, type HistoryErrorCode } from "@penlight/proto";

/** ClickHouse's own error numbers (src/Common/ErrorCodes.cpp) that are worth another attempt, and as what. */
const RETRY_CODES: Readonly<Record<string, HistoryErrorCode>> = {
  "75": "history.full", // CANNOT_WRITE_TO_FILE_DESCRIPTOR
  "243": "history.full", // NOT_ENOUGH_SPACE
  "74": "history.unavailable", // CANNOT_READ_FROM_FILE_DESCRIPTOR
  "76": "history.unavailable", // CANNOT_OPEN_FILE
  "159": "history.unavailable", // TIMEOUT_EXCEEDED
  "160": "history.unavailable", // TOO_SLOW
  "202": "history.unavailable", // TOO_MANY_SIMULTANEOUS_QUERIES
  "203": "history.unavailable", // NO_FREE_CONNECTION
  "209": "history.unavailable", // SOCKET_TIMEOUT
  "210": "history.unavailable", // NETWORK_ERROR
  "236": "history.unavailable", // ABORTED
  "241": "history.unavailable", // MEMORY_LIMIT_EXCEEDED
  "242": "history.unavailable", // TABLE_IS_READ_ONLY
  "252": "history.unavailable", // TOO_MANY_PARTS
  "319": "history.unavailable", // UNKNOWN_STATUS_OF_INSERT
  "394": "history.unavailable", // QUERY_WAS_CANCELLED
  "999": "history.unavailable", // KEEPER_EXCEPTION
};

/** Who asks may not: a matter of settings. */
const DENIED_CODES = [
  "164", // READONLY: a user that may only read
  "192", // UNKNOWN_USER
  "193", // WRONG_PASSWORD
  "194", // REQUIRED_PASSWORD
  "497", // ACCESS_DENIED
  "516", // AUTHENTICATION_FAILED
];

/**
 * By code, never by message. What carries no ClickHouse number never reached the engine: the way to it is broken. Of an
 * INSERT (`hasRows`) the engine's message quotes rows, so it stays in `cause` and out of what may be logged.
 */
export function historyErrorOf(error: unknown, hasRows = false): HistoryError {
  if (error instanceof HistoryError) return error;
  const message = error instanceof Error ? firstLine(error.message) : String(error);
  const detail = hasRows ? "an insert failed" : message;
  const code = clickHouseNumberOf(error);
  const isClickHouseNumber = code !== null;
  const isDenied = DENIED_CODES.includes(code ?? "");
  const refused: HistoryErrorCode = isDenied ? "history.denied" : "history.refused";
  const kind: HistoryErrorCode = RETRY_CODES[code ?? ""] ?? (isClickHouseNumber ? refused : "history.unavailable");
  return new HistoryError(kind, isClickHouseNumber ? `${detail} (ClickHouse ${code})` : detail, { cause: error });
}

/** `@clickhouse/client` has it in `code`, chDB's own calls in `clickhouseCode`. */
function clickHouseNumberOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ("clickhouseCode" in error && typeof error.clickhouseCode === "number") return String(error.clickhouseCode);
  return "code" in error && /^\d+$/.test(String(error.code)) ? String(error.code) : null;
}

function firstLine(text: string): string {
  return (text.split("\n", 1)[0] ?? "").slice(0, 300);
}
