import type { RoomId } from "@penlight/proto";
import type { FastifyInstance, InjectOptions } from "fastify";
import type * as Uws from "uwebsockets";
import { CLIENT_MESSAGE_BYTES_MAX } from "../core/client-message.ts";
import {
  CLOSE_MS_MAX,
  DashboardError,
  GOING_AWAY,
  judgeUpgrade,
  type Listening,
  type ListenOptions,
  type Refusal,
  refusal,
  statusLine,
  TRY_AGAIN_LATER,
  type Upgrade,
} from "./listening.ts";
import { HEARTBEAT_MS, type LiveTransport, SOCKET_CLOSE_BYTES, SOCKET_FULL_BYTES, type ViewerId } from "./live-transport.ts";

/** Largest request body that is passed on to fastify, which has its own limits below this one. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** A socket counts as closed before its goodbye is on the wire. */
const GOODBYE_MS = 50;
/** Set by uWebSockets.js itself, or meaningless behind it. */
const OWN_HEADERS = new Set(["content-length", "connection", "keep-alive", "transfer-encoding", "date"]);

/** Exclusive ports are in the module but not in its types. */
type UwsModule = typeof Uws & { readonly LIBUS_LISTEN_EXCLUSIVE_PORT: number };
type Listen = (host: string, port: number, options: number, done: (listening: Uws.us_listen_socket | false) => void) => void;
interface SocketData {
  readonly viewer: ViewerId;
  isFull: boolean;
}
type Socket = Uws.WebSocket<SocketData>;

/**
 * The optional transport. uWebSockets.js has the port; live sockets stay with it, every other request is handed to
 * fastify in memory, so that there is one address either way. ADR 0005.
 * @throws DashboardError "dashboard.no-uws" when the module is not there or does not load on this platform
 */
export async function openUwsTransport(options: ListenOptions, moduleName = "uWebSockets.js"): Promise<Listening> {
  const { host, port, http, clock } = options;
  const uws = await load(moduleName);
  const sockets = new UwsSockets(options);
  const app = uws.App();
  app.ws<SocketData>("/api/v1/rooms/:room/live", {
    compression: uws.DISABLED,
    maxPayloadLength: CLIENT_MESSAGE_BYTES_MAX,
    maxBackpressure: 0,
    idleTimeout: (2 * HEARTBEAT_MS) / 1000,
    sendPingsAutomatically: true,
    upgrade: (response, request, context) => upgrade(options, sockets, response, request, context),
    open: (socket) => sockets.add(socket),
    message: (socket, message, isBinary) => sockets.heard(socket, message, isBinary),
    drain: (socket) => sockets.drained(socket),
    close: (socket) => sockets.remove(socket),
  });
  app.any("/*", (response, request) => answer(http, response, request));
  const listening = await new Promise<Uws.us_listen_socket | false>((resolve) => {
    (app.listen.bind(app) as unknown as Listen)(host, port, uws.LIBUS_LISTEN_EXCLUSIVE_PORT, resolve);
  });
  // It does not say why; a taken port is by far the likeliest.
  if (listening === false) throw new DashboardError("dashboard.port-taken", `${host}:${port}`);
  return {
    transport: sockets,
    host,
    port: uws.us_socket_local_port(listening),
    async close() {
      uws.us_listen_socket_close(listening);
      sockets.closeAll();
      await Promise.race([sockets.allClosed(), clock.sleep(CLOSE_MS_MAX)]);
      await clock.sleep(GOODBYE_MS);
      app.close();
      await http.close();
    },
  };
}

async function load(moduleName: string): Promise<UwsModule> {
  try {
    const loaded = (await import(moduleName)) as UwsModule & { readonly default?: UwsModule };
    return loaded.default ?? loaded;
  } catch (error) {
    throw new DashboardError("dashboard.no-uws", undefined, { cause: error });
  }
}

class UwsSockets implements LiveTransport {
  readonly #sockets = new Map<ViewerId, Socket>();
  readonly #rooms = new Map<ViewerId, RoomId>();
  readonly #events: ListenOptions["events"];
  readonly #decoder = new TextDecoder();
  #lastViewer = 0;
  #onEmpty: (() => void) | null = null;

  constructor({ events }: ListenOptions) {
    this.#events = events;
  }

  get count(): number {
    return this.#rooms.size;
  }

  /** A number for a socket that is about to open. */
  expect(room: RoomId): SocketData {
    const viewer = ++this.#lastViewer;
    this.#rooms.set(viewer, room);
    return { viewer, isFull: false };
  }

  add(socket: Socket): void {
    const { viewer } = socket.getUserData();
    const room = this.#rooms.get(viewer);
    this.#sockets.set(viewer, socket);
    if (room !== undefined) this.#events.opened(viewer, room);
  }

  heard(socket: Socket, message: ArrayBuffer, isBinary: boolean): void {
    if (isBinary) socket.end(1003, "text frames only");
    else this.#events.message(socket.getUserData().viewer, this.#decoder.decode(message));
  }

  drained(socket: Socket): void {
    const data = socket.getUserData();
    if (!data.isFull || socket.getBufferedAmount() > 0) return;
    data.isFull = false;
    this.#events.drained(data.viewer);
  }

  remove(socket: Socket): void {
    const { viewer } = socket.getUserData();
    this.#sockets.delete(viewer);
    this.#rooms.delete(viewer);
    this.#events.closed(viewer);
    if (this.#sockets.size === 0) this.#onEmpty?.();
  }

  send(viewer: ViewerId, bytes: Uint8Array): "sent" | "full" | "closed" {
    const socket = this.#sockets.get(viewer);
    if (socket === undefined) return "closed";
    if (socket.getBufferedAmount() > SOCKET_FULL_BYTES) {
      socket.getUserData().isFull = true;
      return "full";
    }
    socket.send(bytes, false, false);
    // It may have been closed by the send: then it is not in the map any more.
    if (this.#sockets.has(viewer) && socket.getBufferedAmount() > SOCKET_CLOSE_BYTES) socket.end(TRY_AGAIN_LATER, "too slow");
    return "sent";
  }

  close(viewer: ViewerId, code: number, reason: string): void {
    this.#sockets.get(viewer)?.end(code, reason);
  }

  closeAll(): void {
    for (const socket of [...this.#sockets.values()]) socket.end(GOING_AWAY, "the server is stopping");
  }

  allClosed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#sockets.size === 0) resolve();
      else this.#onEmpty = resolve;
    });
  }
}

function upgrade(
  { gate }: ListenOptions,
  sockets: UwsSockets,
  response: Uws.HttpResponse,
  request: Uws.HttpRequest,
  context: Uws.us_socket_context_t,
): void {
  const verdict = judgeUpgrade(gate, upgradeOf(response, request), sockets.count);
  if (verdict.kind === "refused") {
    refuse(response, verdict);
    return;
  }
  const [key, protocol] = [request.getHeader("sec-websocket-key"), request.getHeader("sec-websocket-protocol")];
  response.upgrade(sockets.expect(verdict.room), key, protocol, request.getHeader("sec-websocket-extensions"), context);
}

function upgradeOf(response: Uws.HttpResponse, request: Uws.HttpRequest): Upgrade {
  return {
    isWebSocket: true,
    path: request.getUrl(),
    query: request.getQuery() ?? "",
    header: (name) => request.getHeader(name) || null,
    remoteAddress: Buffer.from(response.getRemoteAddressAsText()).toString(),
  };
}

function refuse(response: Uws.HttpResponse, { status, body }: Refusal): void {
  response.cork(() => {
    response.writeStatus(statusLine(status)).writeHeader("content-type", "application/json; charset=utf-8");
    response.end(body, true);
  });
}

/** One request, through fastify's own door for requests that come without a socket. */
function answer(http: FastifyInstance, response: Uws.HttpResponse, request: Uws.HttpRequest): void {
  const headers: Record<string, string> = {};
  request.forEach((name, value) => {
    headers[name] = value;
  });
  const query = request.getQuery();
  const url = query === undefined || query === "" ? request.getUrl() : `${request.getUrl()}?${query}`;
  const method = request.getMethod().toUpperCase() as NonNullable<InjectOptions["method"]>;
  const remoteAddress = Buffer.from(response.getRemoteAddressAsText()).toString();
  let isGone = false;
  response.onAborted(() => {
    isGone = true;
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.onData((chunk, isLast) => {
    if (isGone) return;
    bytes += chunk.byteLength;
    if (bytes > BODY_BYTES_MAX) {
      isGone = true;
      refuse(response, refusal(413, "the body is too large"));
      return;
    }
    // The chunk's memory is taken back after this call.
    chunks.push(Buffer.from(chunk.slice(0)));
    if (!isLast) return;
    const payload = bytes > 0 ? { payload: Buffer.concat(chunks) } : {};
    http.inject({ method, url, headers, remoteAddress, ...payload }).then(
      (result) => {
        if (!isGone) response.cork(() => writeAnswer(response, method, result));
      },
      () => {
        if (!isGone) refuse(response, refusal(500, "something went wrong here"));
      },
    );
  });
}

function writeAnswer(response: Uws.HttpResponse, method: string, result: Awaited<ReturnType<FastifyInstance["inject"]>>): void {
  response.writeStatus(statusLine(result.statusCode));
  for (const [name, value] of Object.entries(result.headers)) {
    if (value === undefined || OWN_HEADERS.has(name)) continue;
    for (const each of Array.isArray(value) ? value : [value]) response.writeHeader(name, String(each));
  }
  if (method === "HEAD") response.endWithoutBody(Number(result.headers["content-length"] ?? 0));
  else response.end(result.rawPayload);
}
