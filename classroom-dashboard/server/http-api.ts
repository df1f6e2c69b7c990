import { STATUS_CODES } from "node:http";
import fastifyStatic from "@fastify/static";
import fastifySwagger from "@fastify/swagger";
import type { Clock } from "@penlight/proto";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from "fastify";
import type { Access } from "./core/access.ts";
import type { WorthOf } from "./core/key-correction.ts";
import { healthRoutes, type Readiness } from "./http/health-routes.ts";
import { keyRoutes } from "./http/key-routes.ts";
import { markRoutes } from "./http/mark-routes.ts";
import { passwordRoutes } from "./http/password-routes.ts";
import { penRoutes } from "./http/pen-routes.ts";
import { rereadRoutes } from "./http/reread-routes.ts";
import { roomRoutes } from "./http/room-routes.ts";
import { REFUSED } from "./http/schemas.ts";
import { guard, loginRoute } from "./http/security.ts";
import { setupRoutes } from "./http/setup-routes.ts";
import { type SchemaError, schemaFaults } from "./http/setup-schemas.ts";
import { compileSchema } from "./http/validation.ts";
import type { LiveBoards } from "./live-boards.ts";
import type { MarkWriter } from "./mark-writer.ts";
import type { DashboardMetrics } from "./metrics.ts";
import type { PasswordOffice } from "./password-office.ts";
import { PenOffice } from "./pen-office.ts";
import type { SetupWriter } from "./setup-writer.ts";

/** A request's body, bytes; setup documents have their own limit. */
const BODY_BYTES_MAX = 64 * 1024;
const REQUEST_MS_MAX = 30_000;
/** Room ids are short, but arrive percent-encoded. */
const PARAMETER_LENGTH_MAX = 400;

export interface HttpApiOptions {
  readonly boards: LiveBoards;
  readonly writer: SetupWriter;
  readonly marks: MarkWriter;
  readonly passwords: PasswordOffice;
  readonly worthOf: WorthOf;
  readonly metrics: DashboardMetrics;
  readonly readiness: Readiness;
  readonly clock: Clock;
  /** Null until the address is known. */
  readonly access: () => Access | null;
  /** Folder of the built page; null: there is none, only the API. */
  readonly webRoot: string | null;
}

/** Everything that the dashboard says over HTTP. Routes, schemas, and the document made of them: `GET /openapi.json`. */
export async function buildHttpApi(options: HttpApiOptions): Promise<FastifyInstance> {
  const { boards, clock, metrics } = options;
  const app = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    // What is no address is refused before any hook.
    frameworkErrors: (error, _request, reply) => {
      void (reply as unknown as FastifyReply)
        .code(error.statusCode ?? 400)
        .send({ error: "bad-request", message: error.message });
    },
    forceCloseConnections: true,
    routerOptions: { maxParamLength: PARAMETER_LENGTH_MAX },
  });
  app.removeContentTypeParser("text/plain");
  app.setValidatorCompiler(compileSchema);
  // What a handler returns is what is sent: schemas are checked by tests, they do not cut or bend answers.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.addHook("onRoute", (route) => {
    if (!route.url.startsWith("/api/")) return;
    const { schema = {} } = route;
    route.schema = { ...schema, response: { default: REFUSED, ...(schema.response as object) } };
  });
  await app.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Penlight", description: "Live boards of classes that write with smart pens.", version: "1" },
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
      // On loopback nobody is asked for it.
      security: [{ token: [] }, {}],
    },
  });
  guard(app, options.access, clock);
  await app.register((login) => loginRoute(login, options.access, clock));
  measure(app, clock, metrics);
  answerFaults(app);
  await app.register(async (routes) => {
    healthRoutes(routes, options.readiness, metrics.registry);
    routes.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
    roomRoutes(routes, boards);
    passwordRoutes(routes, boards, options.passwords);
    penRoutes(routes, boards, new PenOffice({ boards, writer: options.writer, clock }));
    setupRoutes(routes, options.writer, () => boards.ready);
    markRoutes(routes, boards, options.marks);
    keyRoutes(routes, options);
    rereadRoutes(routes, boards, options.writer);
  });
  if (options.webRoot !== null) await app.register(fastifyStatic, { root: options.webRoot, cacheControl: false });
  await app.ready();
  return app;
}

function measure(app: FastifyInstance, clock: Clock, metrics: DashboardMetrics): void {
  const startedMs = new WeakMap<object, number>();
  app.addHook("onRequest", async (request) => {
    startedMs.set(request, clock.nowMs());
  });
  app.addHook("onResponse", async (request, reply) => {
    const ms = clock.nowMs() - (startedMs.get(request) ?? clock.nowMs());
    metrics.request(request.routeOptions.url ?? "none", reply.statusCode, ms);
  });
}

/** Errors have one form everywhere: {error, message, details?}. Those of ours tell nothing of our inside. */
function answerFaults(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: "not-found", message: `there is no ${request.method} ${request.url.split("?")[0]}` }),
  );
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      // A bug of ours: told on stderr by the process, not to whoever asked.
      process.emitWarning(error);
      return reply.code(500).send({ error: "internal", message: "something went wrong here; it is in the server's log" });
    }
    const details = error.validation && schemaFaults(error.validation as readonly SchemaError[]);
    const code = STATUS_CODES[status]?.toLowerCase().replaceAll(" ", "-") ?? "bad-request";
    return reply.code(status).send({ error: code, message: error.message, ...(details && { details }) });
  });
}
