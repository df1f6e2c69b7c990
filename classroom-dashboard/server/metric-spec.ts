/** A metric as /metrics tells it. Documents, dashboards and alerts are held against these. */
export interface MetricSpec {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, in its unit. */
  readonly buckets?: readonly number[];
}

/** Seconds. Fine where the goals lie: ink 1 ms, correctness 2 and 10 ms. */
const LATENCY_BUCKETS = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const STAGE_BUCKETS = [0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5];

/** What the dashboard tells. OPS-4. */
export const DASHBOARD_METRICS = {
  penlight_end_to_end_seconds: {
    type: "histogram",
    help: "From a pen's bytes at the gateway to the bytes of ink, or of right and wrong, in a viewer's socket.",
    labels: ["kind"],
    buckets: LATENCY_BUCKETS,
  },
  penlight_dashboard_stage_seconds: {
    type: "histogram",
    help: "Time of one batch in a stage of the dashboard.",
    labels: ["stage"],
    buckets: STAGE_BUCKETS,
  },
  penlight_dashboard_events_total: {
    type: "counter",
    help: "Messages sent, viewers that fell behind, records left out.",
    labels: ["what"],
  },
  penlight_dashboard_viewers: { type: "gauge", help: "Open live sockets.", labels: [] },
  penlight_http_request_seconds: {
    type: "histogram",
    help: "HTTP requests by route and status.",
    labels: ["route", "status"],
    buckets: LATENCY_BUCKETS,
  },
} as const satisfies Record<string, MetricSpec>;
