import type { GatewayMetrics } from "@penlight/pen-gateway";
import { OUTBOX_BYTES_MAX } from "@penlight/pen-gateway";
import type { Delivery } from "@penlight/proto";
import {
  HISTORY_WAITING_ROWS_MAX,
  type ProcessorCounter,
  type ProcessorGauge,
  type ProcessorMetrics,
  type ProcessorPosition,
} from "@penlight/stream-processor";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { HistoryMetrics } from "./history/history-inserter.ts";
import type { HistoryServerMetrics } from "./history-server/server.ts";
import { METRICS, type MetricName } from "./metric-table.ts";

/** A row of the table, as prom-client wants it. */
function specOf(name: MetricName, registry: Registry) {
  const spec = METRICS[name];
  const buckets = "buckets" in spec ? { buckets: [...spec.buckets] } : {};
  return { name, help: spec.help, labelNames: [...spec.labels] as string[], registers: [registry], ...buckets };
}

/** The gateway's part of GET /metrics. `durableMs` is the receive time up to which everything is on disk; -Infinity before. */
export function gatewayMetrics(registry: Registry): GatewayMetrics & { durableMs(): number } {
  const notifications = new Counter(specOf("penlight_gateway_notifications_total", registry));
  const bytes = new Counter(specOf("penlight_gateway_bytes_total", registry));
  const dots = new Counter(specOf("penlight_gateway_dots_total", registry));
  const faults = new Counter(specOf("penlight_gateway_faults_total", registry));
  const outboxRecords = new Gauge(specOf("penlight_gateway_outbox_records", registry));
  const outboxBytes = new Gauge(specOf("penlight_gateway_outbox_bytes", registry));
  new Gauge(specOf("penlight_gateway_outbox_limit_bytes", registry)).set(OUTBOX_BYTES_MAX);
  const append = new Histogram(specOf("penlight_gateway_append_seconds", registry));
  const failures = new Counter(specOf("penlight_gateway_append_failures_total", registry));
  const writes = new Counter(specOf("penlight_gateway_write_failures_total", registry));
  let durable = Number.NEGATIVE_INFINITY;
  return {
    heard(count, size) {
      notifications.inc(count);
      bytes.inc(size);
    },
    dots: (count) => dots.inc(count),
    fault: (pen, kind, count) => faults.inc({ pen, kind }, count),
    outbox(records, size) {
      outboxRecords.set(records);
      outboxBytes.set(size);
    },
    appended: (latencyMs) => append.observe(latencyMs / 1000),
    appendFailed: (code) => failures.inc({ code }),
    writeFailed: () => writes.inc(),
    durable: (receivedMs) => {
      durable = receivedMs;
    },
    durableMs: () => durable,
  };
}

/** Which metric a counter of the processor is, and what its reason is called there. */
const COUNTERS: Readonly<Record<ProcessorCounter, readonly [MetricName, (reason: string) => Record<string, string>]>> = {
  dots: ["penlight_processor_dots_total", (source) => ({ source })],
  "dots-known": ["penlight_processor_dots_known_total", () => ({})],
  "dots-missing": ["penlight_processor_dots_missing_total", () => ({})],
  "strokes-closed": ["penlight_processor_strokes_reckoned_total", () => ({})],
  "strokes-forgotten": ["penlight_processor_strokes_forgotten_total", () => ({})],
  "guest-records": ["penlight_processor_guest_records_total", () => ({})],
  "dead-letters": ["penlight_processor_dead_letters_total", (reason) => ({ reason })],
  "history-refused": ["penlight_processor_dead_letters_total", (reason) => ({ reason })],
  "history-retries": ["penlight_processor_retries_total", (code) => ({ what: "history", code })],
  "publish-retries": ["penlight_processor_retries_total", (code) => ({ what: "append", code })],
};

/** Which metric a gauge of the processor is, and what its unit is there. */
const GAUGES: Readonly<Record<ProcessorGauge, readonly [MetricName, perUnit: number]>> = {
  "open-strokes": ["penlight_processor_open_strokes", 1],
  "unplaced-strokes": ["penlight_processor_unplaced_strokes", 1],
  "history-waiting-rows": ["penlight_processor_history_rows", 1],
  "history-age-ms": ["penlight_processor_history_age_seconds", 1000],
};

/** The processor's part: counters by reason, so that no dot vanishes without one. `positions` is what lag is made of. */
export function processorMetrics(
  registry: Registry,
): ProcessorMetrics & { readonly positions: ReadonlyMap<number, ProcessorPosition> } {
  const counters = new Map(
    [...new Set(Object.values(COUNTERS).map(([name]) => name))].map((name) => [name, new Counter(specOf(name, registry))]),
  );
  const gauges = new Map(Object.values(GAUGES).map(([name]) => [name, new Gauge(specOf(name, registry))]));
  const stages = new Histogram(specOf("penlight_processor_stage_seconds", registry));
  new Gauge(specOf("penlight_processor_history_limit_rows", registry)).set(HISTORY_WAITING_ROWS_MAX);
  const positions = new Map<number, ProcessorPosition>();
  return {
    positions,
    count(what, by, reason) {
      const [name, labels] = COUNTERS[what];
      counters.get(name)?.inc(labels(reason), by);
    },
    gauge(what, partition, value) {
      const [name, perUnit] = GAUGES[what];
      gauges.get(name)?.set({ partition: String(partition) }, value / perUnit);
    },
    observe: (stage, ms) => stages.observe({ stage }, Math.max(ms, 0) / 1000),
    position(partition, position) {
      if (position !== null) return void positions.set(partition, position);
      positions.delete(partition);
      for (const gauge of gauges.values()) gauge.remove({ partition: String(partition) });
    },
  };
}

/** Gauges of one partition each, set from outside. */
export function lagGauges(registry: Registry) {
  return {
    records: new Gauge(specOf("penlight_processor_lag_records", registry)),
    seconds: new Gauge(specOf("penlight_processor_lag_seconds", registry)),
    lowWaterAge: new Gauge(specOf("penlight_processor_low_water_age_seconds", registry)),
  };
}

/** The history's part. */
export function historyMetrics(registry: Registry): HistoryMetrics {
  const insert = new Histogram(specOf("penlight_history_insert_seconds", registry));
  const rows = new Counter(specOf("penlight_history_rows_total", registry));
  const failures = new Counter(specOf("penlight_history_failures_total", registry));
  return {
    inserted(table, count, _bytes, latencyMs) {
      insert.observe({ table }, latencyMs / 1000);
      rows.inc({ table }, count);
    },
    failed: (table, code) => failures.inc({ table, code }),
  };
}

/** The history server's part; `lanes` is looked at when somebody asks. */
export function historyServerMetrics(
  registry: Registry,
  lanes: () => Readonly<Record<string, { readonly running: number; readonly waiting: number }>>,
): HistoryServerMetrics {
  const seconds = new Histogram(specOf("penlight_history_server_statement_seconds", registry));
  for (const what of ["running", "waiting"] as const) {
    new Gauge({
      ...specOf(`penlight_history_server_${what}`, registry),
      collect() {
        for (const [role, lane] of Object.entries(lanes())) this.set({ role }, lane[what]);
      },
    });
  }
  return { statement: (role, end, ms) => seconds.observe({ role, end }, ms / 1000) };
}

/** Of each part, whether it is ready: looked at when somebody asks. */
export function partMetrics(
  registry: Registry,
  states: () => readonly { readonly part: string; readonly ready: boolean }[],
): void {
  new Gauge({
    ...specOf("penlight_part_ready", registry),
    collect() {
      for (const { part, ready } of states()) this.set({ part }, ready ? 1 : 0);
    },
  });
}

/** What a log in Kafka counts itself: looked at when somebody asks. */
export function kafkaMetrics(
  registry: Registry,
  stats: () => { records: number; bytes: number; produces: number; failures: number },
): void {
  const of = {
    penlight_kafka_records_total: "records",
    penlight_kafka_bytes_total: "bytes",
    penlight_kafka_produces_total: "produces",
    penlight_kafka_produce_failures_total: "failures",
  } as const;
  for (const [name, field] of Object.entries(of) as [keyof typeof of, (typeof of)[keyof typeof of]][]) {
    new Counter({
      ...specOf(name, registry),
      collect() {
        this.reset();
        this.inc(stats()[field]);
      },
    });
  }
}

/** What an outbox holds and gave up. EVT-16. */
export function outboxMetrics(registry: Registry, bytesMax: number, delivery: () => Delivery | null): void {
  const gauge = (name: MetricName, of: (told: Delivery) => number) =>
    new Gauge({
      ...specOf(name, registry),
      collect() {
        const told = delivery();
        this.set(told === null ? 0 : of(told));
      },
    });
  gauge("penlight_outbox_bytes", ({ bytes }) => bytes);
  gauge("penlight_outbox_age_seconds", ({ ageMs }) => ageMs / 1000);
  new Gauge(specOf("penlight_outbox_limit_bytes", registry)).set(bytesMax);
  new Counter({
    ...specOf("penlight_outbox_shed_total", registry),
    collect() {
      const told = delivery();
      this.reset();
      this.inc({ kind: "ticks" }, told?.shedTicks ?? 0);
      this.inc({ kind: "ink" }, told?.shedInk ?? 0);
    },
  });
}
