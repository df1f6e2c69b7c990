import type { PenId, RadioFaultKind } from "@penlight/proto";

/** A pen that no adapter has heard for so long is not there any more, ms. */
export const SIGHTING_MS_MAX = 15_000;
/** A pen that was silent for so long was connected by somebody, or away: it is heard anew, ms. An adapter that connects hears nothing meanwhile. REG-8. */
export const SILENCE_MS_MAX = 6000;
/** Devices of nobody here that are remembered, the last heard ones. BLE-2. */
export const STRANGERS_MAX = 64;
/** Devices that one pen's name may be heard from: more are imitations without number. */
export const DEVICES_PER_PEN_MAX = 4;

/** One advertisement, merged with its scan response, as one adapter heard it. */
export interface Sighting {
  readonly adapter: number;
  readonly pen: PenId;
  /** Address of the moment: random, and another one tomorrow. */
  readonly device: string;
  readonly name: string;
  readonly signalDbm: number;
  readonly atMs: number;
}

interface HeardPen {
  readonly sinceMs: number;
  /** Heard without a silence from then to then. */
  onSinceMs: number;
  lastMs: number;
  /** By `device` and adapter. */
  readonly heard: Map<string, Sighting>;
}

export interface Stranger {
  readonly pen: PenId;
  readonly name: string;
  readonly signalDbm: number;
  readonly heardMs: number;
}

/** Who is on the air: pens of the school with the adapters that hear them, and pens of nobody here. BLE-1, BLE-2. */
export class Sightings {
  readonly #isOurs: (pen: PenId) => boolean;
  readonly #pens = new Map<PenId, HeardPen>();
  readonly #strangers = new Map<PenId, Stranger>();
  readonly #imitators = new Map<string, number>();

  constructor(isOurs: (pen: PenId) => boolean) {
    this.#isOurs = isOurs;
  }

  add(sighting: Sighting): void {
    const { pen, name, signalDbm, atMs, device, adapter } = sighting;
    if (!this.#isOurs(pen)) {
      const known = this.#strangers.get(pen);
      this.#strangers.delete(pen);
      this.#strangers.set(pen, { pen, name: name || (known?.name ?? ""), signalDbm, heardMs: atMs });
      for (const oldest of this.#strangers.keys()) {
        if (this.#strangers.size <= STRANGERS_MAX) break;
        this.#strangers.delete(oldest);
      }
      return;
    }
    this.#strangers.delete(pen);
    const fresh = { sinceMs: atMs, onSinceMs: atMs, lastMs: atMs, heard: new Map<string, Sighting>() };
    const known = this.#pens.get(pen) ?? fresh;
    this.#pens.set(pen, known);
    if (atMs - known.lastMs > SILENCE_MS_MAX) known.onSinceMs = atMs;
    known.lastMs = Math.max(known.lastMs, atMs);
    const devices = new Set([...known.heard.values()].map((each) => each.device));
    if (!devices.has(device) && devices.size >= DEVICES_PER_PEN_MAX) return;
    known.heard.set(`${adapter}/${device}`, sighting);
  }

  /** True the first time that this device is heard beside the pen that it says it is. */
  isNewImitator({ device, atMs }: Sighting): boolean {
    const isNew = !this.#imitators.has(device);
    this.#imitators.set(device, atMs);
    return isNew;
  }

  /** A connected pen advertises no more: what was heard of it counts for nothing once it is lost. */
  taken(pen: PenId): void {
    this.#pens.delete(pen);
  }

  adapterGone(adapter: number): void {
    for (const { heard } of this.#pens.values()) {
      for (const [key, sighting] of heard) if (sighting.adapter === adapter) heard.delete(key);
    }
  }

  forget(nowMs: number): void {
    for (const [pen, { heard }] of this.#pens) {
      for (const [key, { atMs }] of heard) if (nowMs - atMs > SIGHTING_MS_MAX) heard.delete(key);
      if (heard.size === 0) this.#pens.delete(pen);
    }
    for (const [device, atMs] of this.#imitators) if (nowMs - atMs > SIGHTING_MS_MAX) this.#imitators.delete(device);
  }

  of(pen: PenId): Iterable<Sighting> {
    return this.#pens.get(pen)?.heard.values() ?? [];
  }

  /** Pens of ours that are heard, those that wait longest first. */
  get ours(): { readonly pen: PenId; readonly sinceMs: number; readonly heardForMs: number; readonly signalDbm: number }[] {
    return [...this.#pens]
      .filter(([pen]) => this.#isOurs(pen))
      .map(([pen, { sinceMs, onSinceMs, lastMs, heard }]) => {
        const signalDbm = Math.max(...[...heard.values()].map((each) => each.signalDbm));
        return { pen, sinceMs, heardForMs: lastMs - onSinceMs, signalDbm };
      })
      .sort((a, b) => a.sinceMs - b.sinceMs || (a.pen < b.pen ? -1 : 1));
  }

  /** Pens of nobody here, the last heard first. */
  get strangers(): Stranger[] {
    return [...this.#strangers.values()].filter(({ pen }) => !this.#isOurs(pen)).reverse();
  }
}

/** What went wrong, by kind. */
export class FaultTally {
  readonly counts: Partial<Record<RadioFaultKind, number>> = {};

  add(kind: RadioFaultKind): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }
}
