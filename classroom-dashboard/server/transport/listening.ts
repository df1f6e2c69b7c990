import { STATUS_CODES } from "node:http";
import type { Clock, RoomId } from "@penlight/proto";
import type { FastifyInstance } from "fastify";
import { type LiveTransport, roomOfLivePath, VIEWERS_MAX, type ViewerEvents } from "./live-transport.ts";

/** What an upgrade request says; the answer is an HTTP status, 101 to go on. */
export type UpgradeGate = (request: {
  readonly room: RoomId | null;
  readonly header: (name: string) => string | null;
  readonly token: string | null;
  readonly path: string;
  readonly remoteAddress: string;
}) => { readonly status: number; readonly text: string };

export interface ListenOptions {
  readonly events: ViewerEvents;
  /** Everything that is not a live socket goes here. */
  readonly http: FastifyInstance;
  readonly gate: UpgradeGate;
  readonly clock: Clock;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface Listening {
  readonly transport: LiveTransport;
  readonly host: string;
  readonly port: number;
  /** Says goodbye to the viewers (1001) and stops listening. */
  close(): Promise<void>;
}

/** Opens the one address of the dashboard, for HTTP and sockets alike. @throws DashboardError */
export type OpenTransport = (options: ListenOptions) => Promise<Listening>;

export const DASHBOARD_ERROR_CODES = {
  "dashboard.port-taken": { canRetry: false, text: "the port is taken" },
  "dashboard.address": { canRetry: false, text: "the address cannot be listened on" },
  "dashboard.no-uws": {
    canRetry: false,
    text: "uWebSockets.js is not installed; npm install uNetworking/uWebSockets.js#v20.52.0, or use the transport ws",
  },
} as const;
export type DashboardErrorCode = keyof typeof DASHBOARD_ERROR_CODES;

export class DashboardError extends Error {
  readonly code: DashboardErrorCode;
  constructor(code: DashboardErrorCode, detail?: string, options?: ErrorOptions) {
    const { text } = DASHBOARD_ERROR_CODES[code];
    super(detail === undefined ? text : `${text}: ${detail}`, options);
    this.name = "DashboardError";
    this.code = code;
  }
  get canRetry(): boolean {
    return DASHBOARD_ERROR_CODES[this.code].canRetry;
  }
}

/** An upgrade as a transport finds it. */
export interface Upgrade {
  readonly isWebSocket: boolean;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly header: (name: string) => string | null;
  readonly remoteAddress: string;
}

/** The HTTP answer to an upgrade that is refused; `body` is JSON. */
export interface Refusal {
  readonly kind: "refused";
  readonly status: number;
  readonly body: string;
}

/** The room of a live socket that may open beside `viewers` others, or how it is refused. LIVE-10, LIVE-11, LIVE-12. */
export function judgeUpgrade(
  gate: UpgradeGate,
  { isWebSocket, path, query, header, remoteAddress }: Upgrade,
  viewers: number,
): Refusal | { readonly kind: "accepted"; readonly room: RoomId } {
  const room = isWebSocket ? roomOfLivePath(path) : null;
  if (room === null) return refusal(404, "not a live socket");
  const token = new URLSearchParams(query).get("token");
  const { status, text } = gate({ room, header, token, path, remoteAddress });
  if (status !== 101) return refusal(status, text);
  return viewers >= VIEWERS_MAX ? refusal(503, "too many viewers") : { kind: "accepted", room };
}

export function refusal(status: number, text: string): Refusal {
  return { kind: "refused", status, body: JSON.stringify({ error: "live.refused", message: text }) };
}

/** @example statusLine(503) // "503 Service Unavailable" */
export function statusLine(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? "Unknown"}`;
}

/** So long a closing handshake may take before sockets are cut, ms. */
export const CLOSE_MS_MAX = 500;
export const GOING_AWAY = 1001;
export const TRY_AGAIN_LATER = 1013;
