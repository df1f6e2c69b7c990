import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from "prom-client";
import type { LiveCount, LiveObserver, LiveStage } from "./live-observer.ts";

/** Seconds. Fine where the goals lie: ink 1 ms, correctness 2 and 10 ms. */
const LATENCY_BUCKETS = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const STAGE_BUCKETS = [0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5];

/** The dashboard's part of GET /metrics. The registry is the process's own, so every service writes into one. */
export class DashboardMetrics implements LiveObserver {
  readonly registry: Registry;
  readonly #endToEnd: Histogram<"kind">;
  readonly #stages: Histogram<"stage">;
  readonly #counts: Counter<"what">;
  readonly #viewers: Gauge;
  readonly #requests: Histogram<"route" | "status">;

  constructor(registry: Registry) {
    this.registry = registry;
    if (registry.getSingleMetric("process_cpu_seconds_total") === undefined) collectDefaultMetrics({ register: registry });
    const registers = [registry];
    this.#endToEnd = new Histogram({
      name: "penlight_end_to_end_seconds",
      help: "From a pen's bytes at the gateway to the bytes of ink, or of right and wrong, in a viewer's socket.",
      labelNames: ["kind"],
      buckets: LATENCY_BUCKETS,
      registers,
    });
    this.#stages = new Histogram({
      name: "penlight_dashboard_stage_seconds",
      help: "Time of one batch in a stage of the dashboard.",
      labelNames: ["stage"],
      buckets: STAGE_BUCKETS,
      registers,
    });
    this.#counts = new Counter({
      name: "penlight_dashboard_events_total",
      help: "Messages sent, viewers that fell behind, records left out.",
      labelNames: ["what"],
      registers,
    });
    this.#viewers = new Gauge({ name: "penlight_dashboard_viewers", help: "Open live sockets.", registers });
    this.#requests = new Histogram({
      name: "penlight_http_request_seconds",
      help: "HTTP requests by route and status.",
      labelNames: ["route", "status"],
      buckets: LATENCY_BUCKETS,
      registers,
    });
  }

  sent(kind: "ink" | "correctness", receivedMs: number, sentMs: number): void {
    this.#endToEnd.observe({ kind }, Math.max(sentMs - receivedMs, 0) / 1000);
  }

  stage(stage: LiveStage, ms: number): void {
    this.#stages.observe({ stage }, ms / 1000);
  }

  count(what: LiveCount): void {
    this.#counts.inc({ what });
  }

  viewers(count: number): void {
    this.#viewers.set(count);
  }

  request(route: string, status: number, ms: number): void {
    this.#requests.observe({ route, status: String(status) }, ms / 1000);
  }
}
