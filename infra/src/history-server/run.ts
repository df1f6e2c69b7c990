import { availableParallelism } from "node:os";
import { historyServerMetrics } from "../metrics.ts";
import type { Service } from "../service/service.ts";
import { READER_NAME, WRITER_NAME } from "./accounts.ts";
import { type OpenHistoryServer, openHistoryServer } from "./open.ts";

/** What runs when the signal aborts may come to its end, a little less than the process may take. OPS-3. */
const GRACE_MS = 8000;

/** The embedded engine by ClickHouse's HTTP interface, until the signal aborts. @throws HistoryError */
export async function runHistory(service: Service, poolThreads: number): Promise<void> {
  const { config, signal, say, clock, parts, registry } = service;
  parts.add("engine");
  const { dataDirectory, allowedHosts, historyServer } = config;
  const { host, port, writerPassword, readerPassword, readerSeconds, readerRows, readerMemoryMb } = historyServer;
  let server: OpenHistoryServer | null = null;
  server = await openHistoryServer({
    ...{ dataDirectory, host, port, allowedHosts, poolThreads },
    writerPassword: writerPassword?.reveal() ?? null,
    readerPassword: readerPassword?.reveal() ?? null,
    limits: {
      seconds: readerSeconds,
      rows: readerRows,
      memoryBytes: readerMemoryMb * 1024 ** 2,
      // One core is left to those who write, where there is more than one.
      threads: Math.max(1, availableParallelism() - 1),
    },
    clock,
    metrics: historyServerMetrics(registry, () => server?.lanes() ?? {}),
  });
  const ended = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
  const address = `http://${host.includes(":") ? `[${host}]` : host}:${server.port}`;
  say(`The history is at ${address}`);
  say(`  our processes: PENLIGHT_CLICKHOUSE_URL=${address} PENLIGHT_CLICKHOUSE_USER=${WRITER_NAME}`);
  if (server.passwordFile !== null) say(`                 PENLIGHT_CLICKHOUSE_PASSWORD_FILE=${server.passwordFile}`);
  say(`  people, who only read: user ${READER_NAME}${readerPassword === null ? ", no password" : ""}`);
  parts.ready("engine");
  await ended;
  await server.close(GRACE_MS);
}
