import path from "node:path";
import { runGateway } from "@penlight/pen-gateway";
import { DEMO_ROOM } from "../demo/demo-class.ts";
import { openOutboxLog } from "../event-log/outbox-log.ts";
import { gatewayMetrics, outboxMetrics } from "../metrics.ts";
import { openPenNotes } from "../pen-notes.ts";
import { SealedOrders } from "../pen-orders.ts";
import { openPens } from "../pens.ts";
import { bluetoothOf, lateKafkaOf, outboxDiskOf, patientSetupOf } from "../service/dependencies.ts";
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
  // A folder a room: gateways of one machine may share theirs.
  const classDirectory =
    config.room === DEMO_ROOM ? config.dataDirectory : path.join(config.dataDirectory, `class-${config.room}`);
  clock.advanceTo(await lessonMs(classDirectory));
  const behind = lateKafkaOf(service, () => stop.abort());
  const bytesMax = config.outboxBytesMax;
  // A folder a room: gateways of one machine have an outbox each. The way to the log is measured in the machine's time.
  const directory = path.join(config.dataDirectory, `outbox-${config.room}`);
  const onDisk = outboxDiskOf(service);
  const clocks = { clock: service.clock, inkClock: clock };
  const options = { log: behind, directory, ...clocks, limits: { bytesMax }, onDisk, ending: signal };
  const log = await openOutboxLog(options).catch(async (error: unknown) => {
    await behind.close();
    throw error;
  });
  const delivery = () => log.delivery();
  outboxMetrics(registry, bytesMax, delivery);
  try {
    const pens = await openPenNotes({ directory: config.dataDirectory, room: config.room, file: config.penFile, clock });
    const put = patientSetupOf(service, signal);
    let failure: unknown = null;
    const fail = (error: unknown) => {
      failure = error;
      stop.abort();
    };
    const tell = bluetoothOf(service);
    const opened = { config, clock, put, directory: classDirectory, log, signal, tell, fail };
    const { source, room, simulation } = await openPens(opened);
    const heard = gatewayMetrics(registry);
    const name = config.gatewayName ?? room;
    const orders = new SealedOrders();
    const following = orders.follow(log, service.clock, signal);
    const gateway = { source, log, clock, room, signal, metrics: heard, name, pens, orders, delivery };
    const running = runGateway(gateway).finally(() => stop.abort());
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
    await Promise.all([running, lesson, following]);
    if (failure !== null) throw failure;
  } finally {
    const left = log.delivery();
    if (left !== null && left.bytes > 0) logger.log("warn", "outbox-kept", { bytes: left.bytes, age_ms: left.ageMs });
    await log.close();
    // Whatever else went wrong: a log that will never be there is why.
    behind.check();
  }
});
