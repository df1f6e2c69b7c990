import { runGateway } from "@penlight/pen-gateway";
import { gatewayMetrics } from "../metrics.ts";
import { openPens } from "../pens.ts";
import { lateKafkaOf, patientSetupOf } from "../service/dependencies.ts";
import { runService } from "../service/service.ts";
import { LAST_TICKS_MS, lessonMs } from "../simulation.ts";
import { SystemClock } from "../system-clock.ts";

/** Pens of a room -> topic `ink`. A simulated class is set up at the dashboard, by the API that any school uses. */
await runService("gateway", async (service) => {
  const { config, parts, registry, logger } = service;
  const stop = new AbortController();
  const signal = AbortSignal.any([service.signal, stop.signal]);
  parts.add("gateway");
  const clock = new SystemClock({ speed: config.speed });
  clock.advanceTo(await lessonMs(config.dataDirectory));
  const log = lateKafkaOf(service, () => stop.abort());
  try {
    const { source, room, simulation } = await openPens(config, clock, patientSetupOf(service));
    const heard = gatewayMetrics(registry);
    const running = runGateway({ source, log, clock, room, signal, metrics: heard }).finally(() => stop.abort());
    parts.ready("gateway");
    logger.log("info", "hearing", { room, pens: config.pens.kind });
    const lesson = simulation
      ?.run(() => heard.durableMs(), signal)
      .then(async (end) => {
        if (end !== "handed-in") return;
        logger.log("info", "handed-in", { ...simulation.counts() });
        if (!config.exitWhenDone) return;
        await clock.sleep(LAST_TICKS_MS, signal);
        stop.abort();
      });
    await Promise.all([running, lesson]);
  } finally {
    await log.close();
  }
  log.check();
});
