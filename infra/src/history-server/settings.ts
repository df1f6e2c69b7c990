import type { Account } from "./accounts.ts";
import { Fault } from "./fault.ts";

/** What one question of a person may cost. */
export interface ReaderLimits {
  readonly seconds: number;
  readonly rows: number;
  readonly memoryBytes: number;
  readonly threads: number;
}

export type SettingList = readonly (readonly [name: string, value: string])[];

/** Parameters of the address that speak to the HTTP interface; every other one is a setting of the engine. */
const OF_THE_INTERFACE = [
  "query",
  "user",
  "password",
  "database",
  "default_format",
  "quota_key",
  "query_id",
  "session_id",
  "session_timeout",
  "session_check",
  "compress",
  "decompress",
  "stacktrace",
  "buffer_size",
  "wait_end_of_query",
  "role",
  "client_protocol_version",
  "http_response_buffer_size",
  "send_progress_in_http_headers",
  "http_headers_progress_interval_ms",
  "enable_http_compression",
  "http_zlib_compression_level",
  "http_native_compression_disable_checksumming_on_decompress",
  "http_write_exception_in_output_format",
  "cancel_http_readonly_queries_on_client_close",
  "add_http_cors_header",
  "readonly",
  // The mark by which a statement is found again when its client goes away.
  "log_comment",
];

/** What a reader may change besides the limits: how the result looks and how it is computed, not what may be reached. */
const OPEN_TO_READERS =
  /^(?:output_format_|input_format_|format_|date_time_|join_|optimize_|group_by_|distinct_|sort_|query_plan_|prefer_|cast_|max_(?:block_size|result_bytes|bytes_before_external_\w+|bytes_ratio_before_external_\w+)$|(?:extremes|session_timezone|union_default_mode|enable_analyzer|use_query_cache|result_overflow_mode|timeout_overflow_mode|any_join_distinct_right_table_keys|aggregate_functions_null_for_empty|final)$)/;

/** ClickHouse's priorities: of two statements that read, the one with the larger number waits for the other one. */
const PRIORITY = { writer: "1", reader: "2" } as const;
/**
 * Niceness of the threads that compute for people: whoever writes goes first. Of use only where
 * the process may set it (root, or CAP_SYS_NICE). */
const READER_NICE = "15";

/** @throws Fault a parameter that the interface does not have here */
export function engineSettings(query: URLSearchParams): SettingList {
  if (query.has("role")) throw new Fault(511, "UNKNOWN_ROLE", "There are no roles here");
  const settings: (readonly [string, string])[] = [];
  for (const [name, value] of query) {
    if (OF_THE_INTERFACE.includes(name) || name.startsWith("param_")) continue;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new Fault(115, "UNKNOWN_SETTING", `Unknown setting '${name.slice(0, 100)}'`);
    }
    settings.push([name, value]);
  }
  return settings;
}

/** `param_x` of the address: the engine reads the text as the type that the statement gives it. */
export function queryParameters(query: URLSearchParams): SettingList {
  const parameters = [...query].filter(([name]) => name.startsWith("param_"));
  for (const [name] of parameters) {
    if (!/^param_[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new Fault(36, "BAD_ARGUMENTS", `${name.slice(0, 100)} is no name of a parameter`);
    }
  }
  return parameters;
}

/** How a session is set up before its one statement; what makes it read-only comes last. @throws Fault */
export function sessionSettings(
  account: Account,
  limits: ReaderLimits,
  given: {
    readonly settings: SettingList;
    readonly parameters: SettingList;
    readonly ours: SettingList;
    readonly readOnly: boolean;
  },
): SettingList {
  const { settings, parameters, ours } = given;
  if (account.role === "writer") {
    return [
      ["priority", PRIORITY.writer],
      ...settings,
      ...ours,
      ...parameters,
      ...(given.readOnly ? ([["readonly", "2"]] as const) : []),
    ];
  }
  const largest: Readonly<Record<string, number>> = {
    max_execution_time: limits.seconds,
    max_result_rows: limits.rows,
    max_memory_usage: limits.memoryBytes,
    max_threads: limits.threads,
  };
  for (const [name, value] of settings) checkReaderSetting(name, value, largest);
  return [
    ...Object.entries(largest).map(([name, value]) => [name, String(value)] as const),
    ["priority", PRIORITY.reader],
    ["os_threads_nice_value_query", READER_NICE],
    ["allow_introspection_functions", "0"],
    ...settings,
    ...ours,
    ...parameters,
    ["readonly", "1"],
  ];
}

function checkReaderSetting(name: string, value: string, largest: Readonly<Record<string, number>>): void {
  const limit = largest[name];
  if (limit === undefined) {
    if (OPEN_TO_READERS.test(name)) return;
    throw new Fault(164, "READONLY", `Cannot modify '${name}' setting in readonly mode`);
  }
  // 0 would mean: no limit.
  if (!(Number(value) > 0 && Number(value) <= limit)) {
    throw new Fault(452, "SETTING_CONSTRAINT_VIOLATION", `Setting ${name} shouldn't be greater than ${limit}`);
  }
}
