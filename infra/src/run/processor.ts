import { runProcessor } from "@penlight/stream-processor";
import { watchLag } from "../lag-watch.ts";
import { processorMetrics } from "../metrics.ts";
import { historyOf, kafkaOf } from "../service/dependencies.ts";
import { runService } from "../service/service.ts";

/** Topic `ink` -> marks, statistics and history. Start more of them, and they share the rooms. */
await runService("processor", async (service) => {
  const { clock, signal, parts, registry } = service;
  parts.add("processor");
  const [log, history] = await Promise.all([kafkaOf(service), historyOf(service)]);
  try {
    const metrics = processorMetrics(registry);
    const ready = () => parts.ready("processor");
    const lag = watchLag({ ends: () => log.endOffsets("ink"), positions: metrics.positions, registry, clock, signal });
    await Promise.all([lag, runProcessor({ log, history, clock, signal, metrics, ready })]);
  } finally {
    await log.close();
    await history.close();
  }
});
