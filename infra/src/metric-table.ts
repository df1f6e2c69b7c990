import { DASHBOARD_METRICS, type MetricSpec } from "@penlight/classroom-dashboard";

/** Seconds. */
const LATENCY_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** Which process tells a metric. `npm start` tells all of them. */
export type Teller = "gateway" | "processor" | "dashboard" | "history";

const SERVICE_METRICS = {
  penlight_part_ready: {
    type: "gauge",
    help: "1 while a part of the process, or what it depends on, is ready; else 0. The same as /healthz.",
    labels: ["part"],
  },
} as const satisfies Record<string, MetricSpec>;

const GATEWAY_METRICS = {
  penlight_gateway_notifications_total: { type: "counter", help: "Notifications heard.", labels: [] },
  penlight_gateway_bytes_total: { type: "counter", help: "Bytes heard.", labels: [] },
  penlight_gateway_dots_total: { type: "counter", help: "Dots decoded.", labels: [] },
  penlight_gateway_faults_total: {
    type: "counter",
    help: "Faults in the bytes of a pen, by kind (PEN rules).",
    labels: ["pen", "kind"],
  },
  penlight_gateway_outbox_records: { type: "gauge", help: "Records in memory that are not durable yet.", labels: [] },
  penlight_gateway_outbox_bytes: { type: "gauge", help: "Their bytes.", labels: [] },
  penlight_gateway_outbox_limit_bytes: {
    type: "gauge",
    help: "At so many bytes the gateway stops reading its pens. EVT-13.",
    labels: [],
  },
  penlight_gateway_append_seconds: { type: "histogram", help: "From append to durable.", labels: [], buckets: LATENCY_BUCKETS },
  penlight_gateway_append_failures_total: {
    type: "counter",
    help: "Appends that failed and are repeated, by code.",
    labels: ["code"],
  },
  penlight_gateway_write_failures_total: { type: "counter", help: "Writes that a pen did not take.", labels: [] },
} as const satisfies Record<string, MetricSpec>;

/** Of the outbox on the disk, which `npm start` has none of: its log is on the same disk. */
const OUTBOX_METRICS = {
  penlight_outbox_bytes: { type: "gauge", help: "On the gateway's disk, not delivered to the log. OUT-1.", labels: [] },
  penlight_outbox_limit_bytes: {
    type: "gauge",
    help: "At so many bytes the oldest ticks are given up, then ink. OUT-4.",
    labels: [],
  },
  penlight_outbox_age_seconds: {
    type: "gauge",
    help: "Age of the oldest record on the gateway's disk; 0: none waits.",
    labels: [],
  },
  penlight_outbox_shed_total: {
    type: "counter",
    help: "Records given up at the limit: ticks, or batches of dots (ink). OUT-4.",
    labels: ["kind"],
  },
} as const satisfies Record<string, MetricSpec>;

const PROCESSOR_METRICS = {
  penlight_processor_dots_total: { type: "counter", help: "Dots taken, live or from a pen's memory.", labels: ["source"] },
  penlight_processor_dots_known_total: { type: "counter", help: "Dots that were there already (ANS-1).", labels: [] },
  penlight_processor_dots_missing_total: {
    type: "counter",
    help: "Dots that the gateway numbered and that never came (ANS-2).",
    labels: [],
  },
  penlight_processor_strokes_reckoned_total: {
    type: "counter",
    help: "Strokes whose end was not heard and was reckoned (ANS-4).",
    labels: [],
  },
  penlight_processor_strokes_forgotten_total: {
    type: "counter",
    help: "Strokes that history has, but that a later setup can no longer place (ANS-12).",
    labels: [],
  },
  penlight_processor_guest_records_total: {
    type: "counter",
    help: "Records of pupils of another room that were passed on to it (ANS-14).",
    labels: [],
  },
  penlight_processor_dead_letters_total: {
    type: "counter",
    help: "Records and rows that went to dead.letters, by reason (EVT-21).",
    labels: ["reason"],
  },
  penlight_processor_retries_total: {
    type: "counter",
    help: "What was tried again, by what it was and the code of its error.",
    labels: ["what", "code"],
  },
  penlight_processor_open_strokes: { type: "gauge", help: "Strokes that have not ended.", labels: ["partition"] },
  penlight_processor_unplaced_strokes: {
    type: "gauge",
    help: "Strokes kept for a setup that may still place them (ANS-12).",
    labels: ["partition"],
  },
  penlight_processor_stage_seconds: {
    type: "histogram",
    help: "Time in a stage; receive-to-publish is from the pen's bytes at the gateway.",
    labels: ["stage"],
    buckets: LATENCY_BUCKETS,
  },
  penlight_processor_lag_records: { type: "gauge", help: "Records of topic ink that are not read yet.", labels: ["partition"] },
  penlight_processor_lag_seconds: {
    type: "gauge",
    help: "Age of the record that was read last; 0 when all are read.",
    labels: ["partition"],
  },
  penlight_processor_low_water_age_seconds: {
    type: "gauge",
    help: "Age of the oldest record that is still needed: it would be read again after a crash. 0: none.",
    labels: ["partition"],
  },
  penlight_processor_history_rows: { type: "gauge", help: "Rows that wait for history.", labels: ["partition"] },
  penlight_processor_history_limit_rows: {
    type: "gauge",
    help: "Above so many waiting rows a partition is read no further (HIS-5).",
    labels: [],
  },
  penlight_processor_history_age_seconds: {
    type: "gauge",
    help: "Age of the oldest row that waits for history; above 5 s the board says that history is behind (EVT-19).",
    labels: ["partition"],
  },
} as const satisfies Record<string, MetricSpec>;

const HISTORY_METRICS = {
  penlight_history_insert_seconds: {
    type: "histogram",
    help: "One INSERT, without the waiting before.",
    labels: ["table"],
    buckets: LATENCY_BUCKETS,
  },
  penlight_history_rows_total: { type: "counter", help: "Rows inserted.", labels: ["table"] },
  penlight_history_failures_total: { type: "counter", help: "INSERTs that failed, by code.", labels: ["table", "code"] },
} as const satisfies Record<string, MetricSpec>;

const HISTORY_SERVER_METRICS = {
  penlight_history_server_statement_seconds: {
    type: "histogram",
    help: "One statement, with its waiting: of writers and of readers, by how it ended (done, failed).",
    labels: ["role", "end"],
    buckets: [...LATENCY_BUCKETS, 30, 60],
  },
  penlight_history_server_running: { type: "gauge", help: "Statements that run (HTTP-6).", labels: ["role"] },
  penlight_history_server_waiting: { type: "gauge", help: "Statements that wait for their turn.", labels: ["role"] },
} as const satisfies Record<string, MetricSpec>;

const LOG_METRICS = {
  penlight_kafka_records_total: { type: "counter", help: "Records handed to Kafka.", labels: [] },
  penlight_kafka_bytes_total: { type: "counter", help: "Bytes that Kafka acknowledged.", labels: [] },
  penlight_kafka_produces_total: { type: "counter", help: "Produce requests sent.", labels: [] },
  penlight_kafka_produce_failures_total: { type: "counter", help: "Produce requests that had to be repeated.", labels: [] },
} as const satisfies Record<string, MetricSpec>;

/** Every metric of ours, by its name. Beside them each process tells prom-client's own (process_*, nodejs_*). OPS-4. */
export const METRICS = {
  ...SERVICE_METRICS,
  ...LOG_METRICS,
  ...GATEWAY_METRICS,
  ...OUTBOX_METRICS,
  ...PROCESSOR_METRICS,
  ...HISTORY_METRICS,
  ...HISTORY_SERVER_METRICS,
  ...DASHBOARD_METRICS,
} as const;
export type MetricName = keyof typeof METRICS;

const TOLD_BY: readonly (readonly [table: object, tellers: readonly Teller[]])[] = [
  [SERVICE_METRICS, ["gateway", "processor", "dashboard", "history"]],
  [LOG_METRICS, ["gateway", "processor", "dashboard"]],
  [GATEWAY_METRICS, ["gateway"]],
  [OUTBOX_METRICS, ["gateway"]],
  [PROCESSOR_METRICS, ["processor"]],
  [HISTORY_METRICS, ["processor", "dashboard"]],
  [HISTORY_SERVER_METRICS, ["history"]],
  [DASHBOARD_METRICS, ["dashboard"]],
];

/** Names of what a process tells. */
export function metricsOf(teller: Teller): MetricName[] {
  return TOLD_BY.filter(([, tellers]) => tellers.includes(teller)).flatMap(([table]) => Object.keys(table) as MetricName[]);
}
