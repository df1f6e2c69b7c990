import type { FastifyInstance } from "fastify";
import type { DashboardMetrics } from "../metrics.ts";
import { HEALTH } from "./schemas.ts";

/** One part of the process, as the others see it. */
export interface PartState {
  readonly part: string;
  readonly ready: boolean;
  /** Why it is not ready, for a person. */
  readonly detail?: string;
}

/** Asked at every GET /healthz. */
export type Readiness = () => readonly PartState[];

export function healthRoutes(app: FastifyInstance, readiness: Readiness, metrics: DashboardMetrics): void {
  const answers = { 200: HEALTH, 503: HEALTH };
  const summary = "200 when every part is ready, else 503 and which is not";
  app.get("/healthz", { schema: { summary, tags: ["operation"], response: answers } }, async (_request, reply) => {
    const parts = readiness();
    const isReady = parts.every((each) => each.ready);
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : "starting", parts });
  });
  const prometheus = { 200: { content: { "text/plain": { schema: { type: "string" } } } } };
  const schema = { summary: "Prometheus metrics", tags: ["operation"], response: prometheus };
  app.get("/metrics", { schema }, async (_request, reply) => {
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
}
