import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parser } from "@prometheus-io/lezer-promql";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { METRICS, type MetricName } from "../../src/metric-table.ts";

const DOCKER = path.resolve(import.meta.dirname, "../../docker");
const DASHBOARDS = path.join(DOCKER, "grafana/dashboards");
/** Told by Prometheus, prom-client and ClickHouse; not ours to check. */
const OTHERS = /^(up|process_|nodejs_|ClickHouse)/;
/** What Prometheus adds to every series. */
const ADDED_LABELS = ["instance", "job", "service", "le"];

interface Query {
  readonly at: string;
  readonly expr: string;
}

const rules = parse(readFileSync(path.join(DOCKER, "prometheus/alerts.yml"), "utf8")).groups.flatMap(
  (group: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }) => group.rules,
) as { alert: string; expr: string; labels: { severity: string }; annotations: { summary: string } }[];

const queries: Query[] = [
  ...rules.map(({ alert, expr }) => ({ at: alert, expr })),
  ...readdirSync(DASHBOARDS).flatMap((file) => {
    const { panels } = JSON.parse(readFileSync(path.join(DASHBOARDS, file), "utf8")) as {
      panels: { title: string; targets: { expr: string }[] }[];
    };
    return panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ at: `${file}, ${title}`, expr })));
  }),
];

/** What a query speaks of, by PromQL's own grammar; `broken` where it is not one. */
function read(expr: string) {
  const metrics: string[] = [];
  const labels: string[] = [];
  let broken = false;
  parser.parse(expr).iterate({
    enter(node) {
      const text = expr.slice(node.from, node.to);
      if (node.type.isError) broken = true;
      else if (node.name === "Identifier") metrics.push(text);
      else if (node.name === "LabelName") labels.push(text);
    },
  });
  return { metrics, labels, broken };
}

function ours(name: string): MetricName | null {
  const base = [name, name.replace(/_(bucket|sum|count)$/, "")].find((each) => Object.hasOwn(METRICS, each));
  return (base as MetricName | undefined) ?? null;
}

describe("dashboards and alert rules", () => {
  it("are there", () => expect(queries.length).toBeGreaterThan(30));

  it.each(queries)("$at asks for what the services tell: $expr", ({ expr }) => {
    const { metrics, labels, broken } = read(expr);
    expect(broken).toBe(false);
    expect(metrics.length).toBeGreaterThan(0);
    const known: string[] = [...ADDED_LABELS];
    for (const metric of metrics.filter((each) => !OTHERS.test(each))) {
      const name = ours(metric);
      if (name === null) throw new Error(`no service tells ${metric}`);
      const histogram = METRICS[name].type === "histogram";
      expect(metric.endsWith("_bucket"), `${metric} is ${METRICS[name].type}`).toBe(histogram);
      known.push(...METRICS[name].labels);
    }
    expect(known).toEqual(expect.arrayContaining(labels));
  });

  it("a slip is found", () => {
    expect(read("sum by (le (x)").broken).toBe(true);
    expect(ours("penlight_processor_lag_second")).toBeNull();
  });

  it.each(rules)("$alert says how bad it is, and the runbook what to do", ({ alert, labels, annotations }) => {
    expect(["page", "ticket"]).toContain(labels.severity);
    expect(annotations.summary).not.toBe("");
    expect(readFileSync(path.join(DOCKER, "../RUNBOOK.md"), "utf8")).toContain(`### ${alert}`);
  });
});
