export { DEMO_WORKSHEETS } from "./demo/demo-class.ts";
export { type EmbeddedLog, openEmbeddedLog } from "./event-log/embedded-log.ts";
export { openClickHouseHistory } from "./history/clickhouse-history.ts";
export { SystemClock } from "./system-clock.ts";
