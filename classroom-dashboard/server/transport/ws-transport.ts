import type { IncomingMessage } from "node:http";
import type { AddressInfo, Server } from "node:net";
import type { Duplex } from "node:stream";
import type { RoomId } from "@penlight/proto";
import { type WebSocket, WebSocketServer } from "ws";
import { CLIENT_MESSAGE_BYTES_MAX } from "../core/client-message.ts";
import {
  CLOSE_MS_MAX,
  DashboardError,
  GOING_AWAY,
  judgeUpgrade,
  type Listening,
  type ListenOptions,
  type Refusal,
  statusLine,
  TRY_AGAIN_LATER,
  type Upgrade,
} from "./listening.ts";
import { HEARTBEAT_MS, type LiveTransport, SOCKET_CLOSE_BYTES, SOCKET_FULL_BYTES, type ViewerId } from "./live-transport.ts";

interface Socket {
  readonly ws: WebSocket;
  isFull: boolean;
  unanswered: number;
}

/** The default transport: `ws` on the server of node:http that fastify listens with. */
export async function openWsTransport(options: ListenOptions): Promise<Listening> {
  const { http, host, port, clock } = options;
  // Compression costs two to three times the processor time for a third fewer bytes.
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: CLIENT_MESSAGE_BYTES_MAX });
  const sockets = new WsSockets(options);
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const verdict = judgeUpgrade(options.gate, upgradeOf(request), sockets.count);
    if (verdict.kind === "refused") return refuse(socket, verdict);
    server.handleUpgrade(request, socket, head, (ws) => sockets.add(ws, verdict.room, socket));
  };
  http.server.on("upgrade", onUpgrade);
  try {
    await http.listen({ host, port });
  } catch (error) {
    throw listenError(error, host, port);
  }
  const address = (http.server as Server).address() as AddressInfo;
  const ending = new AbortController();
  const beating = beat(sockets, options, ending.signal);
  return {
    transport: sockets,
    host: address.address,
    port: address.port,
    async close() {
      ending.abort();
      sockets.closeAll();
      await Promise.race([sockets.allClosed(), clock.sleep(CLOSE_MS_MAX)]);
      sockets.terminateAll();
      http.server.closeAllConnections();
      await http.close();
      await beating;
    },
  };
}

/** The sockets of this transport. */
class WsSockets implements LiveTransport {
  readonly #sockets = new Map<ViewerId, Socket>();
  readonly #events: ListenOptions["events"];
  #lastViewer = 0;
  #onEmpty: (() => void) | null = null;

  constructor({ events }: ListenOptions) {
    this.#events = events;
  }

  get count(): number {
    return this.#sockets.size;
  }

  add(ws: WebSocket, room: RoomId, stream: Duplex): void {
    const viewer = ++this.#lastViewer;
    const socket: Socket = { ws, isFull: false, unanswered: 0 };
    this.#sockets.set(viewer, socket);
    stream.on("drain", () => {
      if (!socket.isFull || ws.bufferedAmount > 0) return;
      socket.isFull = false;
      this.#events.drained(viewer);
    });
    ws.on("message", (data, isBinary) => {
      if (isBinary) ws.close(1003, "text frames only");
      else this.#events.message(viewer, data.toString());
    });
    ws.on("pong", () => {
      socket.unanswered = 0;
    });
    ws.on("error", () => ws.terminate());
    ws.on("close", () => {
      this.#sockets.delete(viewer);
      this.#events.closed(viewer);
      if (this.#sockets.size === 0) this.#onEmpty?.();
    });
    this.#events.opened(viewer, room);
  }

  send(viewer: ViewerId, bytes: Uint8Array): "sent" | "full" | "closed" {
    const socket = this.#sockets.get(viewer);
    if (socket === undefined || socket.ws.readyState !== socket.ws.OPEN) return "closed";
    if (socket.ws.bufferedAmount > SOCKET_FULL_BYTES) {
      socket.isFull = true;
      return "full";
    }
    socket.ws.send(bytes, { binary: false, compress: false });
    if (socket.ws.bufferedAmount > SOCKET_CLOSE_BYTES) socket.ws.close(TRY_AGAIN_LATER, "too slow");
    return "sent";
  }

  close(viewer: ViewerId, code: number, reason: string): void {
    this.#sockets.get(viewer)?.ws.close(code, reason);
  }

  beat(): void {
    for (const socket of this.#sockets.values()) {
      if (socket.unanswered >= 2) socket.ws.terminate();
      else if (socket.ws.readyState === socket.ws.OPEN) {
        socket.unanswered++;
        socket.ws.ping();
      }
    }
  }

  closeAll(): void {
    for (const { ws } of this.#sockets.values()) ws.close(GOING_AWAY, "the server is stopping");
  }

  terminateAll(): void {
    for (const { ws } of this.#sockets.values()) ws.terminate();
  }

  allClosed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#sockets.size === 0) resolve();
      else this.#onEmpty = resolve;
    });
  }
}

async function beat(sockets: WsSockets, { clock }: ListenOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(HEARTBEAT_MS, signal);
    if (!signal.aborted) sockets.beat();
  }
}

function upgradeOf(request: IncomingMessage): Upgrade {
  const [path = "", query = ""] = (request.url ?? "").split("?", 2);
  return {
    isWebSocket: request.headers.upgrade?.toLowerCase() === "websocket" && request.method === "GET",
    path,
    query,
    header: (name) => request.headers[name]?.toString() ?? null,
    remoteAddress: request.socket.remoteAddress ?? "",
  };
}

function refuse(socket: Duplex, { status, body }: Refusal): void {
  const head = [
    `HTTP/1.1 ${statusLine(status)}`,
    "Connection: close",
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

/** What the system said when the address was to be opened, in our words. */
function listenError(error: unknown, host: string, port: number): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EADDRINUSE") return new DashboardError("dashboard.port-taken", `${host}:${port}`, { cause: error });
  if (code === "EADDRNOTAVAIL" || code === "EACCES" || code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return new DashboardError("dashboard.address", `${host}:${port} (${code})`, { cause: error });
  }
  return error;
}
