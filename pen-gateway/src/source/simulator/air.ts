import type { Random } from "@penlight/proto";

/** How the radio misbehaves; all chances are per notification unless said. All 0: a radio as it is on a good day. */
export interface AirFaults {
  /** The notification never arrives: the event counter shows it. */
  readonly lost: number;
  readonly duplicated: number;
  /** The frame is cut at a place of its own, anywhere. */
  readonly cut: number;
  /** Bytes that no pen sent come first. */
  readonly garbage: number;
  /** Chance per connection event that the link drops. */
  readonly dropped: number;
  /** Chance per connection event that the air is silent for a while; order is kept. */
  readonly stalled: number;
}

export const NO_FAULTS: AirFaults = { lost: 0, duplicated: 0, cut: 0, garbage: 0, dropped: 0, stalled: 0 };

export interface AirOptions {
  readonly random: Random;
  /** Negotiated ATT MTU: a notification carries 3 bytes less. */
  readonly mtu: number;
  /** BLE connection interval, ms: 7.5 to 50. */
  readonly intervalMs: number;
  /** Share of the interval by which a connection event comes late, at most. */
  readonly jitter: number;
  /** Several frames share a notification where the MTU allows it. */
  readonly packs: boolean;
  readonly faults?: AirFaults;
}

const ATT_HEADER_BYTES = 3;
const STALL_MS = [60, 700] as const;
const GARBAGE_BYTES_MAX = 12;

/** One pen's radio link: when it can speak, and what becomes of its frames on the way. */
export class Air {
  readonly mtu: number;
  readonly intervalMs: number;
  /** Notifications that a fault took away, and their bytes. */
  lostNotifications = 0;
  readonly #options: AirOptions;
  readonly #random: Random;
  readonly #faults: AirFaults;
  readonly #room: number;
  #anchorMs = 0;

  constructor(options: AirOptions) {
    this.#options = options;
    this.#random = options.random;
    this.#faults = options.faults ?? NO_FAULTS;
    this.mtu = options.mtu;
    this.intervalMs = options.intervalMs;
    this.#room = options.mtu - ATT_HEADER_BYTES;
  }

  /** The link came up: connection events count from here. */
  open(nowMs: number): void {
    this.#anchorMs = nowMs;
  }

  /** Time of the first connection event after `nowMs`, jitter included. */
  eventAfter(nowMs: number): number {
    const { intervalMs, jitter } = this.#options;
    const events = Math.floor((nowMs - this.#anchorMs) / intervalMs) + 1;
    let atMs = this.#anchorMs + events * intervalMs + intervalMs * jitter * this.#random.unit();
    if (this.#faults.stalled > 0 && this.#random.chance(this.#faults.stalled)) {
      atMs += this.#random.between(STALL_MS[0], STALL_MS[1]);
    }
    return atMs;
  }

  drops(): boolean {
    return this.#faults.dropped > 0 && this.#random.chance(this.#faults.dropped);
  }

  /** Frames -> notifications as the gateway gets them. */
  carry(frames: readonly Uint8Array[], deliver: (notification: Uint8Array) => void): void {
    const room = this.#room;
    for (let i = 0; i < frames.length; ) {
      const frame = frames[i] as Uint8Array;
      let next = i + 1;
      if (frame.length > room) {
        for (let at = 0; at < frame.length; at += room) this.#notify(frame.subarray(at, at + room), deliver);
      } else {
        let bytes = frame.length;
        if (this.#options.packs)
          while (next < frames.length && bytes + (frames[next] as Uint8Array).length <= room)
            bytes += (frames[next++] as Uint8Array).length;
        this.#notify(next === i + 1 ? frame : joined(frames, i, next, bytes), deliver);
      }
      i = next;
    }
  }

  #notify(notification: Uint8Array, deliver: (notification: Uint8Array) => void): void {
    const faults = this.#faults;
    if (faults === NO_FAULTS) {
      deliver(notification);
      return;
    }
    const random = this.#random;
    if (random.chance(faults.lost)) {
      this.lostNotifications++;
      return;
    }
    if (random.chance(faults.garbage)) deliver(this.#garbage());
    if (notification.length > 1 && random.chance(faults.cut)) {
      const at = random.integer(1, notification.length - 1);
      deliver(notification.subarray(0, at));
      deliver(notification.subarray(at));
    } else deliver(notification);
    if (random.chance(faults.duplicated)) deliver(notification);
  }

  #garbage(): Uint8Array {
    return Uint8Array.from({ length: this.#random.integer(1, GARBAGE_BYTES_MAX) }, () => this.#random.integer(0, 255));
  }
}

function joined(frames: readonly Uint8Array[], from: number, to: number, bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (let i = from; i < to; i++) {
    const frame = frames[i] as Uint8Array;
    whole.set(frame, at);
    at += frame.length;
  }
  return whole;
}
