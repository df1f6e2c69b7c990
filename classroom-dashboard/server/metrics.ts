import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from "prom-client";
import type { LiveCount, LiveObserver, LiveStage } from "./live-observer.ts";
import { DASHBOARD_METRICS, type MetricSpec } from "./metric-spec.ts";

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
    this.#endToEnd = new Histogram(specOf("penlight_end_to_end_seconds", registers));
    this.#stages = new Histogram(specOf("penlight_dashboard_stage_seconds", registers));
    this.#counts = new Counter(specOf("penlight_dashboard_events_total", registers));
    this.#viewers = new Gauge(specOf("penlight_dashboard_viewers", registers));
    this.#requests = new Histogram(specOf("penlight_http_request_seconds", registers));
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

/** A row of the table, as prom-client wants it. */
function specOf<Name extends keyof typeof DASHBOARD_METRICS>(name: Name, registers: Registry[]) {
  const { help, labels, ...rest }: MetricSpec = DASHBOARD_METRICS[name];
  const labelNames = [...labels] as (typeof DASHBOARD_METRICS)[Name]["labels"][number][];
  return { name, help, labelNames, registers, ...(rest.buckets && { buckets: [...rest.buckets] }) };
}
