import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { watchLag } from "../src/lag-watch.ts";
import { METRICS, type MetricName, metricsOf } from "../src/metric-table.ts";
import {
  gatewayMetrics,
  historyMetrics,
  historyServerMetrics,
  kafkaMetrics,
  lagGauges,
  outboxMetrics,
  partMetrics,
  processorMetrics,
} from "../src/metrics.ts";

const names = (registry: Registry) => registry.getMetricsAsArray().map(({ name }) => name);
const TELLERS = ["gateway", "processor", "dashboard", "history"] as const;

/** What an operator reads: one row a metric. */
function document(): string {
  const rows = (Object.keys(METRICS) as MetricName[]).map((name) => {
    const { type, labels, help } = METRICS[name];
    const tellers = TELLERS.filter((teller) => metricsOf(teller).includes(name));
    return `| \`${name}\` | ${type} | ${labels.join(", ")} | ${tellers.join(", ")} | ${help} |`;
  });
  return [
    "# Metrics",
    "",
    "What each process tells at `/metrics`, beside prom-client's own `process_*` and `nodejs_*`. `npm start` tells all but those",
    "of Kafka and parts. The table is made from `infra/src/metric-table.ts`, and a test holds both against what is really told",
    "(after a change: `npx vitest run --config infra/tooling/vitest.config.ts --project unit infra/test/metrics.test.ts -u`).",
    "",
    "| metric | type | labels | told by | what |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

describe("metrics", () => {
  test("[OPS-4] what is registered is what the table says", async () => {
    const registry = new Registry();
    gatewayMetrics(registry);
    expect(names(registry)).toEqual(expect.arrayContaining(metricsOf("gateway").filter((name) => name.includes("_gateway_"))));
    outboxMetrics(registry, 1000, () => ({ ageMs: 2500, bytes: 7, bytesMax: 1000, shedTicks: 3, shedInk: 0 }));
    processorMetrics(registry);
    lagGauges(registry);
    historyMetrics(registry);
    partMetrics(registry, () => [{ part: "log", ready: true }]);
    kafkaMetrics(registry, () => ({ records: 3, bytes: 5, produces: 2, failures: 1 }));
    const server = historyServerMetrics(registry, () => ({ reader: { running: 2, waiting: 7 } }));
    server.statement("reader", "failed", 1500);
    const expected = new Set([...metricsOf("gateway"), ...metricsOf("processor"), ...metricsOf("history")]);
    expect(new Set(names(registry))).toEqual(expected);
    const text = await registry.metrics();
    for (const name of expected) expect(text).toContain(`# TYPE ${name} ${METRICS[name].type}`);
    expect(text).toContain("penlight_kafka_bytes_total 5");
    expect(text).toContain("penlight_outbox_age_seconds 2.5");
    expect(text).toContain('penlight_outbox_shed_total{kind="ticks"} 3');
    expect(text).toContain('penlight_history_server_waiting{role="reader"} 7');
    expect(text).toContain('penlight_history_server_statement_seconds_sum{role="reader",end="failed"} 1.5');
    expect(text).toContain('penlight_part_ready{part="log"} 1');
    expect(Object.keys(METRICS).every((name) => /^penlight_[a-z_]+$/.test(name))).toBe(true);
  });

  test("[OPS-4] METRICS.md says it too", async () => {
    await expect(document()).toMatchFileSnapshot("../METRICS.md");
  });

  test("a partition that is another process's is told no more", async () => {
    const registry = new Registry();
    const metrics = processorMetrics(registry);
    metrics.gauge("open-strokes", 3, 7);
    metrics.position(3, { next: 5n, readMs: 1000, neededMs: null });
    expect(await registry.metrics()).toContain('penlight_processor_open_strokes{partition="3"} 7');
    metrics.position(3, null);
    expect(await registry.metrics()).not.toContain('partition="3"');
  });

  test("lag in records and in time, and the age of what is still needed", async () => {
    const registry = new Registry();
    const clock = new SimulatedClock(100_000);
    const stop = new AbortController();
    const positions = new Map([
      [0, { next: 10n, readMs: 40_000, neededMs: null }],
      [1, { next: 10n, readMs: 40_000, neededMs: 20_000 }],
    ]);
    let ends: bigint[] | null = [10n, 25n];
    const ask = () => (ends === null ? Promise.reject(new Error("out of reach")) : ends);
    const watching = watchLag({ ends: ask, positions, registry, clock, signal: stop.signal });
    await clock.run(100_000);
    const told = async () =>
      (await registry.metrics()).split("\n").filter((line) => line.startsWith("penlight_processor_l") && line.includes("="));
    const expected = [
      'penlight_processor_lag_records{partition="0"} 0',
      'penlight_processor_lag_records{partition="1"} 15',
      'penlight_processor_lag_seconds{partition="0"} 0',
      'penlight_processor_lag_seconds{partition="1"} 60',
      'penlight_processor_low_water_age_seconds{partition="0"} 0',
      'penlight_processor_low_water_age_seconds{partition="1"} 80',
    ];
    expect(await told()).toEqual(expected);
    ends = null;
    positions.delete(0);
    await clock.run(103_000);
    expect(await told()).toEqual([
      'penlight_processor_lag_records{partition="1"} 15',
      'penlight_processor_lag_seconds{partition="1"} 60',
      'penlight_processor_low_water_age_seconds{partition="1"} 82',
    ]);
    stop.abort();
    await watching;
  });
});
