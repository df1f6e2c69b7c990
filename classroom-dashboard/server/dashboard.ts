import { createHash } from "node:crypto";
import type { Clock, EventLog, HistoryReader } from "@penlight/proto";
import { Registry } from "prom-client";
import { runLive } from "./board-feed.ts";
import { Access } from "./core/access.ts";
import type { WorthOf } from "./core/key-correction.ts";
import type { Readiness } from "./http/health-routes.ts";
import { buildHttpApi } from "./http-api.ts";
import type { LiveObserver } from "./live-observer.ts";
import { MarkWriter } from "./mark-writer.ts";
import { DashboardMetrics } from "./metrics.ts";
import { PasswordOffice } from "./password-office.ts";
import { SetupWriter } from "./setup-writer.ts";
import type { OpenTransport, UpgradeGate } from "./transport/listening.ts";
import type { LiveTransport } from "./transport/live-transport.ts";
import { openUwsTransport } from "./transport/uws-transport.ts";
import { openWsTransport } from "./transport/ws-transport.ts";

export interface DashboardAddress {
  /** As it was bound, e.g. "127.0.0.1". */
  readonly host: string;
  readonly port: number;
}

export interface DashboardOptions {
  readonly log: EventLog;
  readonly history: HistoryReader;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How the processor scores: what another key would change is shown before it is put. SET-20. */
  readonly worthOf: WorthOf;
  /** Default "ws"; "uws" needs uWebSockets.js. ADR 0005. */
  readonly transport?: "ws" | "uws" | OpenTransport;
  /** Default loopback. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  readonly access?: {
    /** Asked for on every address that is not loopback; at least ACCESS_TOKEN_LENGTH_MIN characters. */
    readonly token: string | null;
    /** More names under which a browser may address this server. */
    readonly allowedHosts?: readonly string[];
  };
  /** Folder of the built page; default null: only the API. */
  readonly webRoot?: string | null;
  /** The process's registry; default: one of its own. */
  readonly metrics?: Registry;
  /** Hears what the metrics hear, as single values. */
  readonly observer?: LiveObserver;
  /** The other parts of the process; the dashboard adds itself. */
  readonly readiness?: Readiness;
  /** The address is open; boards follow when `GET /healthz` says so. */
  readonly onListening?: (address: DashboardAddress) => void;
  /** Every board is right. */
  readonly onReady?: () => void;
}

/**
 * Boards, sockets, API and page. Runs until the signal aborts, then closes its sockets and resolves.
 * @throws DashboardError port taken, address not ours
 * @throws LogError
 * @throws RangeError an address that is not loopback without a token
 */
export async function runDashboard(options: DashboardOptions): Promise<void> {
  const { log, history, clock, signal, worthOf, host = "127.0.0.1", port = 0 } = options;
  const token = options.access?.token ?? null;
  const allowedHosts = options.access?.allowedHosts ?? [];
  const accessAt = (boundHost: string, boundPort: number) =>
    new Access({ boundHost, port: boundPort, token, allowedHosts, digest });
  accessAt(host, port);
  let access: Access | null = null;
  const metrics = new DashboardMetrics(options.metrics ?? new Registry());
  await runLive({
    log,
    history,
    clock,
    signal,
    observer: options.observer === undefined ? metrics : bothOf(metrics, options.observer),
    transport: () => NO_SOCKETS,
    ...(options.onReady && { onReady: options.onReady }),
    during: async (boards) => {
      const change = (until: AbortSignal) => boards.setupChange(until);
      const writer = new SetupWriter({ log, clock, setup: boards.setup, taken: boards.setupTaken, signal, change });
      const marks = new MarkWriter({ log, clock, setup: boards.setup, signal, change });
      const passwords = new PasswordOffice({ boards, log, clock, signal });
      const readiness = () => [
        ...(options.readiness?.() ?? []),
        { part: "dashboard", ready: boards.ready, ...(!boards.ready && { detail: "the log is still being read" }) },
      ];
      const webRoot = options.webRoot ?? null;
      const http = await buildHttpApi({
        boards,
        writer,
        marks,
        passwords,
        worthOf,
        metrics,
        readiness,
        clock,
        webRoot,
        access: () => access,
      });
      const gate = upgradeGate(() => access, clock);
      const open = openerOf(options.transport ?? "ws");
      const listening = await open({ events: boards.viewers, http, gate, clock, host, port });
      boards.attach(listening.transport);
      access = accessAt(host, listening.port);
      options.onListening?.({ host: listening.host, port: listening.port });
      return () => listening.close();
    },
  });
}

/** The boards exist before the sockets do: until then nobody is there to send to. */
const NO_SOCKETS: LiveTransport = { send: () => "closed", close() {} };

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

function bothOf(a: LiveObserver, b: LiveObserver): LiveObserver {
  return {
    sent(...args) {
      a.sent(...args);
      b.sent(...args);
    },
    stage(...args) {
      a.stage(...args);
      b.stage(...args);
    },
    count(what) {
      a.count(what);
      b.count(what);
    },
    viewers(count) {
      a.viewers(count);
      b.viewers(count);
    },
  };
}

function openerOf(transport: "ws" | "uws" | OpenTransport): OpenTransport {
  if (transport === "ws") return openWsTransport;
  return transport === "uws" ? (options) => openUwsTransport(options) : transport;
}

/** The same judge for sockets as for HTTP. LIVE-11. */
function upgradeGate(access: () => Access | null, clock: Clock): UpgradeGate {
  return ({ path, token, header, remoteAddress }) => {
    const judge = access();
    if (judge === null) return { status: 503, text: "the server is starting" };
    const [host, origin, authorization, cookie] = [header("host"), header("origin"), header("authorization"), header("cookie")];
    const verdict = judge.judge({ path, token, host, origin, authorization, cookie, remoteAddress }, clock.nowMs());
    return verdict.kind === "refused" ? { status: verdict.status, text: verdict.text } : { status: 101, text: "" };
  };
}
