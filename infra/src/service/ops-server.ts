import { healthRoutes, type Readiness } from "@penlight/classroom-dashboard";
import Fastify from "fastify";
import type { Registry } from "prom-client";
import type { PortConfig } from "../config.ts";
import { onFreePort } from "./free-port.ts";

const REQUEST_MS_MAX = 10_000;
const BODY_BYTES_MAX = 1024;

export interface OpsServerOptions {
  readonly host: string;
  readonly port: PortConfig;
  readonly readiness: Readiness;
  readonly registry: Registry;
}

export interface OpsServer {
  readonly port: number;
  close(): Promise<void>;
}

export const OPS_ERROR_CODES = {
  "ops.port-taken": { canRetry: false, text: "the port of /readyz and /metrics is taken" },
  "ops.address": { canRetry: false, text: "the address of /readyz and /metrics cannot be listened on" },
} as const;
export type OpsErrorCode = keyof typeof OPS_ERROR_CODES;

export class OpsError extends Error {
  readonly code: OpsErrorCode;
  constructor(code: OpsErrorCode, detail: string, options?: ErrorOptions) {
    super(`${OPS_ERROR_CODES[code].text}: ${detail}`, options);
    this.name = "OpsError";
    this.code = code;
  }
  get canRetry(): boolean {
    return OPS_ERROR_CODES[this.code].canRetry;
  }
}

function codeOf(error: unknown): OpsErrorCode {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE" ? "ops.port-taken" : "ops.address";
}

/** `/livez`, `/healthz`, `/readyz` and `/metrics` of a process, from before its first dependency is there. OPS-1. */
export async function openOpsServer({ host, port, readiness, registry }: OpsServerOptions): Promise<OpsServer> {
  return onFreePort(port, async (number) => {
    const app = Fastify({ requestTimeout: REQUEST_MS_MAX, bodyLimit: BODY_BYTES_MAX, forceCloseConnections: true });
    healthRoutes(app, readiness, registry);
    try {
      await app.listen({ host, port: number });
    } catch (error) {
      await app.close();
      throw new OpsError(codeOf(error), `${host}:${number}`, { cause: error });
    }
    const address = app.server.address();
    return { port: typeof address === "object" && address !== null ? address.port : number, close: () => app.close() };
  });
}
