import type { LiveTransport, ViewerEvents, ViewerId } from "@penlight/classroom-dashboard";
import type { Clock, Random, RoomId } from "@penlight/proto";
import type { Trace } from "./trace.ts";

/** The browser's side of a socket. */
export interface SocketClient {
  opened(send: (text: string) => void): void;
  received(text: string): void;
  closed(): void;
}

export interface SocketHabits {
  /** How fast this viewer reads, bytes a second; what waits beyond `bufferBytes` makes the socket full. */
  readonly bytesPerSecond: number;
  readonly bufferBytes: number;
  readonly latencyMs: number;
}

interface Socket {
  readonly id: ViewerId;
  readonly client: SocketClient;
  readonly habits: SocketHabits;
  waitingBytes: number;
  wasFull: boolean;
  open: boolean;
  /** The viewer is gone without a word: nothing is read any more, nobody says so. */
  vanished: boolean;
  /** When the last byte accepted so far has been read. */
  readMs: number;
}

const decoder = new TextDecoder();

/**
 * The sockets of one dashboard incarnation: in order, with latency, with viewers that read slowly, stop reading or go
 * away. A full socket refuses and later drains, as `LiveTransport` says. SIM-4.
 */
export class SimulatedSockets implements LiveTransport {
  readonly #clock: Clock;
  readonly #trace: Trace;
  readonly #random: Random;
  readonly #sockets = new Map<ViewerId, Socket>();
  #events: ViewerEvents | null = null;
  #ids = 0;
  #down = false;
  refused = 0;
  /** Everybody reads as fast as it comes. */
  quiet = false;

  constructor(options: { readonly clock: Clock; readonly trace: Trace; readonly random: Random }) {
    this.#clock = options.clock;
    this.#trace = options.trace;
    this.#random = options.random;
  }

  attach(events: ViewerEvents): void {
    this.#events = events;
  }

  get listening(): boolean {
    return this.#events !== null && !this.#down;
  }

  /** False: nobody listens. */
  connect(room: RoomId, client: SocketClient, habits: SocketHabits): Socket | null {
    if (this.#events === null || this.#down) return null;
    const id = ++this.#ids;
    const readMs = this.#clock.nowMs();
    const socket: Socket = { id, client, habits, waitingBytes: 0, wasFull: false, open: true, vanished: false, readMs };
    this.#sockets.set(id, socket);
    this.#trace.note(`viewer ${id} opens`);
    this.#events.opened(id, room);
    client.opened((text) => this.#say(socket, text));
    return socket;
  }

  send(viewer: ViewerId, bytes: Uint8Array): "sent" | "full" | "closed" {
    const socket = this.#sockets.get(viewer);
    if (socket === undefined || !socket.open) return "closed";
    if (socket.waitingBytes > socket.habits.bufferBytes) {
      socket.wasFull = true;
      this.refused++;
      return "full";
    }
    socket.waitingBytes += bytes.length;
    this.#trace.note(`viewer ${viewer} <-`, bytes);
    if (!socket.vanished) this.#deliver(socket, bytes);
    return "sent";
  }

  close(viewer: ViewerId, code: number, reason: string): void {
    this.#trace.note(`viewer ${viewer} closed by the server: ${code} ${reason}`);
    const socket = this.#sockets.get(viewer);
    if (socket !== undefined) this.hangUp(socket);
  }

  /** The socket breaks; both sides hear of it. */
  hangUp(socket: Socket): void {
    if (!socket.open) return;
    socket.open = false;
    this.#sockets.delete(socket.id);
    void this.#clock.sleep(socket.habits.latencyMs).then(() => {
      if (!this.#down) this.#events?.closed(socket.id);
      if (!socket.vanished) socket.client.closed();
    });
  }

  /** The viewer shuts the lid: the server hears nothing until the network gives up. */
  vanish(socket: Socket, heardAfterMs: number): void {
    socket.vanished = true;
    void this.#clock.sleep(heardAfterMs).then(() => this.hangUp(socket));
  }

  /** The server is dead: every socket breaks. */
  shutDown(): void {
    if (this.#down) return;
    this.#down = true;
    for (const socket of [...this.#sockets.values()]) this.hangUp(socket);
  }

  #say(socket: Socket, text: string): void {
    void this.#clock.sleep(socket.habits.latencyMs * this.#random.between(0.5, 1)).then(() => {
      if (!socket.open || this.#down) return;
      this.#trace.note(`viewer ${socket.id} -> ${text}`);
      this.#events?.message(socket.id, text);
    });
  }

  #deliver(socket: Socket, bytes: Uint8Array): void {
    const nowMs = this.#clock.nowMs();
    const readingMs = this.quiet ? 0 : (bytes.length / socket.habits.bytesPerSecond) * 1000;
    socket.readMs = Math.max(socket.readMs, nowMs) + readingMs;
    const text = decoder.decode(bytes);
    void this.#clock.sleep(socket.readMs + socket.habits.latencyMs - nowMs).then(() => {
      if (!socket.open || socket.vanished) return;
      socket.waitingBytes -= bytes.length;
      socket.client.received(text);
      if (!socket.wasFull || socket.waitingBytes > socket.habits.bufferBytes / 2) return;
      socket.wasFull = false;
      this.#events?.drained(socket.id);
    });
  }
}

export type { Socket };
