import type { GatewayMetrics } from "@penlight/pen-gateway";
import type { ProcessorMetrics } from "@penlight/stream-processor";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { HistoryMetrics } from "./history/history-inserter.ts";

/** Seconds. */
const LATENCY_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** The gateway's part of GET /metrics. `durableMs` is the receive time up to which everything is on disk; -Infinity before. */
export function gatewayMetrics(registry: Registry): GatewayMetrics & { durableMs(): number } {
  const registers = [registry];
  const notifications = new Counter({ name: "penlight_gateway_notifications_total", help: "Notifications heard.", registers });
  const bytes = new Counter({ name: "penlight_gateway_bytes_total", help: "Bytes heard.", registers });
  const dots = new Counter({ name: "penlight_gateway_dots_total", help: "Dots decoded.", registers });
  const faults = new Counter({
    name: "penlight_gateway_faults_total",
    help: "Faults in the bytes of a pen, by kind (PEN rules).",
    labelNames: ["pen", "kind"],
    registers,
  });
  const outboxRecords = new Gauge({
    name: "penlight_gateway_outbox_records",
    help: "Records that are not durable yet.",
    registers,
  });
  const outboxBytes = new Gauge({ name: "penlight_gateway_outbox_bytes", help: "Their bytes.", registers });
  const append = new Histogram({
    name: "penlight_gateway_append_seconds",
    help: "From append to durable.",
    buckets: LATENCY_BUCKETS,
    registers,
  });
  const failures = new Counter({
    name: "penlight_gateway_append_failures_total",
    help: "Appends that failed and are repeated, by code.",
    labelNames: ["code"],
    registers,
  });
  const writes = new Counter({
    name: "penlight_gateway_write_failures_total",
    help: "Writes that a pen did not take.",
    registers,
  });
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

/** The processor's part: counters by reason, so that no dot vanishes without one. */
export function processorMetrics(registry: Registry): ProcessorMetrics {
  const registers = [registry];
  const events = new Counter({
    name: "penlight_processor_events_total",
    help: "What the processor counted, with its reason.",
    labelNames: ["what", "reason"],
    registers,
  });
  const state = new Gauge({
    name: "penlight_processor_state",
    help: "Open and unplaced strokes, rows that wait for history, by partition.",
    labelNames: ["what", "partition"],
    registers,
  });
  const stages = new Histogram({
    name: "penlight_processor_stage_seconds",
    help: "Time in a stage; receive-to-publish is from the pen's bytes at the gateway.",
    labelNames: ["stage"],
    buckets: LATENCY_BUCKETS,
    registers,
  });
  return {
    count: (what, by, reason) => events.inc({ what, reason }, by),
    gauge: (what, partition, value) => state.set({ what, partition: String(partition) }, value),
    observe: (stage, ms) => stages.observe({ stage }, Math.max(ms, 0) / 1000),
  };
}

/** The history's part. */
export function historyMetrics(registry: Registry): HistoryMetrics {
  const registers = [registry];
  const insert = new Histogram({
    name: "penlight_history_insert_seconds",
    help: "One INSERT, without the waiting before.",
    labelNames: ["table"],
    buckets: LATENCY_BUCKETS,
    registers,
  });
  const rows = new Counter({ name: "penlight_history_rows_total", help: "Rows inserted.", labelNames: ["table"], registers });
  const failures = new Counter({
    name: "penlight_history_failures_total",
    help: "INSERTs that failed, by code.",
    labelNames: ["table", "code"],
    registers,
  });
  return {
    inserted(table, count, _bytes, latencyMs) {
      insert.observe({ table }, latencyMs / 1000);
      rows.inc({ table }, count);
    },
    failed: (table, code) => failures.inc({ table, code }),
  };
}
