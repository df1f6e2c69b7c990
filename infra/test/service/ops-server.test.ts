import net from "node:net";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { openOpsServer } from "../../src/service/ops-server.ts";
import { Parts } from "../../src/service/parts.ts";

describe("the port for machines", () => {
  test("[OPS-1] answers the four questions while nothing is ready yet", async () => {
    const parts = new Parts(new SimulatedClock(5));
    parts.add("log", false);
    parts.add("processor");
    parts.notReady("log", "waiting for Kafka", new Error("refused"));
    const any = { number: 0, orNextFree: false };
    const ops = await openOpsServer({
      host: "127.0.0.1",
      port: any,
      readiness: () => parts.states(),
      registry: new Registry(),
    });
    try {
      const ask = (path: string) => fetch(`http://127.0.0.1:${ops.port}${path}`);
      const statuses = async () => [
        (await ask("/livez")).status,
        (await ask("/readyz")).status,
        (await ask("/healthz")).status,
      ];
      expect(await statuses()).toEqual([200, 503, 503]);
      expect(await (await ask("/readyz")).json()).toEqual({
        status: "starting",
        parts: [
          { part: "log", ready: false, required: false, sinceMs: 5, detail: "waiting for Kafka", lastError: "refused" },
          { part: "processor", ready: false, required: true, sinceMs: 5 },
        ],
      });
      parts.ready("processor");
      expect(await statuses()).toEqual([200, 200, 503]);
      parts.ready("log");
      expect(await statuses()).toEqual([200, 200, 200]);
      expect((await ask("/metrics")).headers.get("content-type")).toContain("text/plain");
      expect((await ask("/elsewhere")).status).toBe(404);
    } finally {
      await ops.close();
    }
  });

  test("a port that was asked for and is taken is an error of one line; the default one makes way", async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port: number } = server.address() as net.AddressInfo;
    const options = { host: "127.0.0.1", readiness: () => [], registry: new Registry() };
    try {
      const asked = openOpsServer({ ...options, port: { number, orNextFree: false } });
      await expect(asked).rejects.toMatchObject({ code: "ops.port-taken" });
      const ops = await openOpsServer({ ...options, port: { number, orNextFree: true } });
      expect(ops.port).toBeGreaterThan(number);
      await ops.close();
    } finally {
      server.close();
    }
  });
});
