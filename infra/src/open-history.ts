import path from "node:path";
import type { Clock } from "@penlight/proto";
import type { Config } from "./config.ts";
import { dataFolderOf } from "./data-folder.ts";
import { type ClickHouseHistory, openClickHouseHistory } from "./history/clickhouse-history.ts";
import type { HistoryTarget } from "./history/connection.ts";
import type { HistoryMetrics } from "./history/history-inserter.ts";

/** The server that was named, else the embedded engine in the data folder. @throws ConfigError | HistoryError */
export async function openHistory(config: Config, clock: Clock, metrics: HistoryMetrics): Promise<ClickHouseHistory> {
  return openClickHouseHistory({ target: historyTarget(config), clock, metrics });
}

function historyTarget(config: Config): HistoryTarget {
  const { clickhouse } = config;
  if (clickhouse === null) return { kind: "chdb", path: path.join(dataFolderOf(config), "history") };
  const { url, user, password, database, ca, cluster } = clickhouse;
  return {
    ...{ kind: "server", url, user, password: password.reveal(), database },
    ...(ca === null ? {} : { ca }),
    ...(cluster === null ? {} : { cluster }),
  };
}
