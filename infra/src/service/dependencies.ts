import { type BluetoothTrouble, troubleText } from "@penlight/pen-gateway";
import { type History, HistoryError, LOG_ERROR_CODES, LogError } from "@penlight/proto";
import { isSetting } from "../explain.ts";
import { historyMetrics, kafkaMetrics } from "../metrics.ts";
import { openHistory } from "../open-history.ts";
import { type MeasuredLog, openKafka } from "../open-log.ts";
import { DASHBOARD_DEFAULT, type PutSetup, SetupClientError, setupClient } from "../setup-client.ts";
import { LateLog } from "./late-log.ts";
import { seldom } from "./seldom.ts";
import type { Service } from "./service.ts";
import { watchedHistory, watchedLog } from "./watched.ts";

/** Waiting can mend what did not answer. What was answered with a no stays a no. */
function canWait(error: unknown): boolean {
  if (!(error instanceof LogError || error instanceof HistoryError || error instanceof SetupClientError)) return false;
  return error.canRetry && !isSetting(error.code);
}

/** The cluster, as part `log`; `/readyz` follows how appends go. @throws LogError | StoppedWaiting */
export async function kafkaOf(service: Service, required = true): Promise<MeasuredLog> {
  const { config, clock, parts, registry } = service;
  const { kafka } = config;
  if (kafka === null) throw new Error("no broker was named");
  parts.add("log", required);
  const say = seldom(clock, (text) => service.logger.log("warn", "kafka", { text }));
  const open = () => openKafka(kafka, { clock, clientId: `penlight-${config.command}`, say });
  const log = await service.waitFor({ part: "log", what: `Kafka at ${kafka.brokers.join(",")}`, open, canWait });
  kafkaMetrics(registry, () => log.stats());
  return watchedLog(log, parts);
}

/** The cluster for a gateway, that hears its pens whether there is a broker or not. */
export function lateKafkaOf(service: Service, onFailure: () => void): LateLog {
  return new LateLog(kafkaOf(service, false), onFailure);
}

/** The disk of a gateway's outbox, as part `outbox`: not ready while it refuses what the log does not take either. OUT-5. */
export function outboxDiskOf({ clock, logger, parts }: Service): (error: unknown) => void {
  const what = "make room on the disk of --data, or give more by --outbox-mib; nothing is lost: pens and memory keep it";
  const say = seldom(clock, (why) => logger.log("warn", "outbox", { why, what }));
  parts.add("outbox", false);
  parts.ready("outbox");
  return (error) => {
    if (error === null) return parts.ready("outbox");
    parts.notReady("outbox", what, error);
    say(error instanceof LogError ? LOG_ERROR_CODES[error.code].text : String(error));
  };
}

/** The database, as part `history`; `/readyz` follows how it answers. @throws HistoryError | StoppedWaiting */
export async function historyOf(service: Service, required = true): Promise<History> {
  const { config, clock, parts, registry } = service;
  parts.add("history", required);
  const metrics = historyMetrics(registry);
  const open = () => openHistory(config, clock, metrics);
  const what = `ClickHouse at ${config.clickhouse?.url}`;
  return watchedHistory(await service.waitFor({ part: "history", what, open, canWait }), parts);
}

/** The Bluetooth adapters, as part `radio`: not ready while one cannot be used; the other adapters, and all else, go on. BLE-9. */
export function bluetoothOf({ config, clock, logger, parts }: Service): (trouble: BluetoothTrouble | null) => void {
  if (config.pens.kind !== "bluetooth") return () => {};
  const say = seldom(clock, (what) => logger.log("warn", "bluetooth", { what }));
  parts.add("radio", false);
  return (trouble) => {
    if (trouble === null) return parts.ready("radio");
    parts.notReady("radio", troubleText(trouble));
    say(troubleText(trouble));
  };
}

/** The dashboard's setup API as part `dashboard`, each document repeated until it is there. Null: there is nothing to set up. */
export function patientSetupOf(service: Service, signal: AbortSignal): PutSetup | null {
  const { config, parts } = service;
  // A real room is set up by people.
  if (config.pens.kind === "bluetooth") return null;
  if (config.pens.kind === "replay" && config.dashboardUrl === null) return null;
  const address = config.dashboardUrl ?? DASHBOARD_DEFAULT;
  const put = setupClient({ address, token: config.token, signal });
  parts.add("dashboard", false);
  return (kind, id, document) => {
    const open = () => put(kind, id, document);
    return service.waitFor({ part: "dashboard", what: `the dashboard at ${address}`, open, canWait, signal });
  };
}
