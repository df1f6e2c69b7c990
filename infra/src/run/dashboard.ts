import { runDashboard } from "@penlight/classroom-dashboard";
import { worthOf } from "@penlight/stream-processor";
import { addressOf, WEB_ROOT } from "../page.ts";
import { historyOf, kafkaOf } from "../service/dependencies.ts";
import { onFreePort } from "../service/free-port.ts";
import { runService } from "../service/service.ts";

/** Boards, live sockets, setup API and page. A board goes on without history, and without the log it shows what it has. */
await runService("dashboard", async (service) => {
  const { config, clock, signal, parts, registry, say } = service;
  const { host, allowedHosts } = config;
  parts.add("dashboard");
  const [log, history] = await Promise.all([kafkaOf(service, false), historyOf(service, false)]);
  try {
    await onFreePort(config.port, (port) =>
      runDashboard({
        log,
        history,
        clock,
        worthOf,
        signal,
        host,
        port,
        access: { token: config.token?.reveal() ?? null, allowedHosts },
        webRoot: WEB_ROOT,
        metrics: registry,
        readiness: () => parts.states().filter(({ part }) => part !== "dashboard"),
        onListening: (address) => say(`Penlight is at ${addressOf(host, address.port)}/`),
        onReady: () => parts.ready("dashboard"),
      }),
    );
  } finally {
    await log.close();
    await history.close();
  }
});
