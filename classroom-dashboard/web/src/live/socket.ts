import type { ClientMessage, ServerMessage } from "@penlight/proto";
import { reconnectDelayMs } from "./backoff.ts";

/** A connection on which nothing came for this long is dead, whatever it says (`alive` comes once a second). LIVE-20. */
export const SILENCE_MAX_MS = 4000;
/** An attempt that takes longer is given up. */
const CONNECT_MAX_MS = 4000;

export interface WireEvents {
  opened(): void;
  message(text: string): void;
  /** Once, whether it was ever open or not. */
  closed(): void;
}
export interface Wire {
  send(text: string): void;
  /** `closed` may still be called afterwards. */
  close(): void;
}
/** What the socket needs of the browser; a test hands in its own. */
export interface SocketHost {
  open(events: WireEvents): Wire;
  /** Calls `then` after `ms`; the result cancels it. */
  after(ms: number, then: () => void): () => void;
}

export type SocketPhase =
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  /** `failures`: attempts that failed since the connection was lost. */
  | { readonly kind: "reconnecting"; readonly failures: number };

export interface SocketEvents {
  phase(phase: SocketPhase): void;
  message(message: ServerMessage): void;
}

/** One room's live connection: opens, notices silence, comes back by itself until it is stopped. LIVE-20. */
export class LiveSocket {
  private readonly host: SocketHost;
  private readonly events: SocketEvents;
  private wire: Wire | null = null;
  private isOpen = false;
  private wasOpen = false;
  private failures = 0;
  private cancelTimer: () => void = () => {};
  /** Tells the events of the present wire from those of one that was given up. */
  private generation = 0;

  constructor(host: SocketHost, events: SocketEvents) {
    this.host = host;
    this.events = events;
  }

  start(): void {
    this.events.phase({ kind: "connecting" });
    this.connect();
  }

  stop(): void {
    this.generation++;
    this.cancelTimer();
    this.isOpen = false;
    this.wire?.close();
    this.wire = null;
  }

  /** False when there is no connection; whoever has something to say says it again after the next snapshot. */
  send(message: ClientMessage): boolean {
    if (!this.isOpen || this.wire === null) return false;
    this.wire.send(JSON.stringify(message));
    return true;
  }

  private connect(): void {
    const generation = ++this.generation;
    const current = () => generation === this.generation;
    this.watch(CONNECT_MAX_MS);
    this.wire = this.host.open({
      opened: () => current() && this.opened(),
      message: (text) => current() && this.received(text),
      closed: () => current() && this.lost(),
    });
  }

  private opened(): void {
    this.isOpen = true;
    this.wasOpen = true;
    this.failures = 0;
    this.watch(SILENCE_MAX_MS);
    this.events.phase({ kind: "open" });
  }

  private received(text: string): void {
    this.watch(SILENCE_MAX_MS);
    const message = parse(text);
    if (message !== null) this.events.message(message);
  }

  private watch(ms: number): void {
    this.cancelTimer();
    this.cancelTimer = this.host.after(ms, () => this.lost());
  }

  private lost(): void {
    this.generation++;
    this.cancelTimer();
    this.wire?.close();
    this.wire = null;
    if (!this.isOpen) this.failures++;
    this.isOpen = false;
    this.events.phase(this.wasOpen ? { kind: "reconnecting", failures: this.failures } : { kind: "connecting" });
    this.cancelTimer = this.host.after(reconnectDelayMs(this.failures), () => this.connect());
  }
}

function parse(text: string): ServerMessage | null {
  try {
    const value = JSON.parse(text) as ServerMessage | null;
    return typeof value === "object" && value !== null && typeof value.type === "string" ? value : null;
  } catch {
    return null;
  }
}
