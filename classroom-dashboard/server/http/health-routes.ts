import type { FastifyInstance } from "fastify";
import type { Registry } from "prom-client";
import { HEALTH } from "./schemas.ts";

/** One part of the process, or something that it depends on. */
export interface PartState {
  readonly part: string;
  readonly ready: boolean;
  /** Default true. False: the process is of use without it, so `/readyz` does not wait for it. */
  readonly required?: boolean;
  /** Since when it is as it is, ms since 1970. */
  readonly sinceMs?: number;
  /** Why it is not ready, for a person. */
  readonly detail?: string;
  /** What went wrong last, also when it is ready again. */
  readonly lastError?: string;
}

/** Asked at every GET of /healthz and /readyz. */
export type Readiness = () => readonly PartState[];

/**
 * Three questions a machine asks, the same of every process: `/livez` (does it turn?), `/readyz` (can it be used?),
 * `/healthz` (is every part of it as it should be?). And `/metrics`. OPS-1.
 */
export function healthRoutes(app: FastifyInstance, readiness: Readiness, registry: Registry): void {
  const tags = ["operation"];
  const answers = { 200: HEALTH, 503: HEALTH };
  const ask = (path: string, summary: string, counts: (part: PartState) => boolean) =>
    app.get(path, { schema: { summary, tags, response: answers } }, async (_request, reply) => {
      const parts = readiness();
      const isReady = parts.every((part) => part.ready || !counts(part));
      return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : "starting", parts });
    });
  ask("/healthz", "200 when every part is ready, else 503 and which is not", () => true);
  ask("/readyz", "200 when every part is ready that it cannot be used without, else 503", (part) => part.required !== false);
  ask("/livez", "200 as long as the process turns, also while it waits for something", () => false);
  const prometheus = { 200: { content: { "text/plain": { schema: { type: "string" } } } } };
  app.get("/metrics", { schema: { summary: "Prometheus metrics", tags, response: prometheus } }, async (_request, reply) => {
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
