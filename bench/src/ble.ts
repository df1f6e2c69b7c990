import { direct, type Heard, overTheAir } from "./ble/class-on-air.ts";
import { gatewayMemory } from "./ble/gateway-memory.ts";
import { type BenchOptions, type BenchResult, medianOf, quantileOf, RUNS } from "./result.ts";

/** A class of 40 on 5 virtual adapters, beside the same class whose bytes are fed in directly. */
const FULL = { pens: 40, adapters: 5, durationMs: 5000, runs: RUNS };
const SMOKE = { pens: 6, adapters: 1, durationMs: 1000, runs: 1 };

/** What noble and bumble add to the way of a notification, and what it costs. The radio itself is bumble's, a Python process. */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const { pens, adapters, durationMs, runs } = smoke ? SMOKE : FULL;
  const air: Heard[] = [];
  const fed: Heard[] = [];
  for (let i = 0; i < runs; i++) {
    fed.push(await direct(pens, durationMs));
    air.push(await overTheAir(pens, adapters, durationMs));
  }
  const name = `${pens} pens, ${adapters} adapters`;
  const note = `${Math.round(medianOf(air.map(({ dots }) => dots)) / (durationMs / 1000))} dots/s`;
  const hash = air[0]?.hash ?? "";
  if ([...air, ...fed].some((each) => each.hash !== hash)) throw new Error("two runs did not write the same");
  const latency = (q: number, label: string): BenchResult => {
    const of = (heard: readonly Heard[]) => heard.map(({ latenciesMs }) => quantileOf(latenciesMs, q));
    const [values, beside] = [of(air), medianOf(of(fed))];
    const median = medianOf(values);
    const figure = { bench: "ble", case: `${name}: notification ${label}`, unit: "ms", median, runs: values };
    return { ...figure, beside: { name: `fed in directly, ${label}`, median: beside }, ratio: median / beside, hash, note };
  };
  const cpu = (label: string, of: (heard: Heard) => number): BenchResult => {
    const values = air.map((each) => (1e6 * of(each)) / each.dots);
    return { bench: "ble", case: `${name}: CPU of ${label}`, unit: "us/dot", median: medianOf(values), runs: values };
  };
  const own = medianOf(fed.map((each) => (1e6 * each.ownCpu) / each.dots));
  const gateway = cpu("gateway and pens", ({ ownCpu }) => ownCpu);
  const memory = await gatewayMemory(pens, adapters, durationMs);
  const mib = (label: string, median: number): BenchResult => ({
    ...{ bench: "ble", case: `${name}: RSS of ${label}`, unit: "MiB", median, runs: [median] },
  });
  return [
    latency(0.5, "p50"),
    latency(0.99, "p99"),
    cpu("the adapters' processes", ({ adaptersCpu }) => adaptersCpu),
    { ...gateway, beside: { name: "fed in directly", median: own }, ratio: gateway.median / own },
    mib("the gateway's process", memory.gatewayMib),
    mib("an adapter's process, the largest", memory.adapterMib),
  ];
}
