import type { Clock, RoomId } from "@penlight/proto";
import type { FastifyInstance } from "fastify";
import type { LiveTransport, ViewerEvents } from "./live-transport.ts";

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

const NOT_FOUND = { status: 404, text: "not a live socket" } as const;

/** The gate's word, or 404 for an upgrade of anything but a room's live socket. */
export function judgeUpgrade(gate: UpgradeGate, request: Parameters<UpgradeGate>[0]): { status: number; text: string } {
  return request.room === null ? NOT_FOUND : gate(request);
}

export const GOING_AWAY = 1001;
export const TRY_AGAIN_LATER = 1013;
