import type { PenId, RadioFaultKind, Random } from "@penlight/proto";
import { FaultTally, type Sighting, Sightings } from "./radio-air.ts";

/** Pens that an adapter takes: ordinary dongles hold seven or eight links. BLE-3. */
export const PENS_PER_ADAPTER = 8;
/** A pen that an adapter already has is worth so many dB less on it, so that equally near adapters share pens out. BLE-3. */
export const LOAD_DB = 4;
/** Pause after a failed connect to a device, doubled each time; up to half of it comes on top by chance. BLE-4. */
export const RECONNECT_MS_MIN = 250;
export const RECONNECT_MS_MAX = 30_000;
/** Pause before the process of an adapter is started again, doubled while it does not come up. BLE-8. */
export const RESTART_MS_MIN = 500;
export const RESTART_MS_MAX = 30_000;

/** What is to be done; the source does it. */
export type RadioCommand =
  | { readonly kind: "start"; readonly adapter: number }
  | { readonly kind: "connect"; readonly adapter: number; readonly pen: PenId; readonly device: string }
  | { readonly kind: "disconnect"; readonly adapter: number; readonly pen: PenId };

export type PlannedState = "off" | "starting" | "on" | "restarting" | "failed";

interface Adapter {
  state: PlannedState;
  address: string;
  /** Pens connected, each with the address that it has been connected under. */
  readonly pens: Map<PenId, string>;
  /** Those of them that are others than they said. PEN-2. */
  readonly rejected: Set<PenId>;
  /** One connect at a time. BLE-4. */
  connecting: { readonly pen: PenId; readonly device: string } | null;
  readonly faults: FaultTally;
  restartMs: number;
  restarts: number;
}

interface Failure {
  times: number;
  untilMs: number;
}

export interface RadioPlanOptions {
  readonly random: Random;
  readonly pensPerAdapter?: number;
  readonly isRegistered: (pen: PenId) => boolean;
  /** So long a pen is left to the gateway of another room. Default: not at all. REG-8. */
  readonly claimDelayMs?: (pen: PenId, nowMs: number) => number;
}

/**
 * Which adapter takes which pen, and when what is tried again. Pure: told what happened, it says what is to be done.
 * Identity is the manufacturer's MAC (`pen`); `device` is the address of the moment, good for one connect. BLE-1.
 */
export class RadioPlan {
  readonly sightings: Sightings;
  readonly #options: RadioPlanOptions;
  readonly #adapters = new Map<number, Adapter>();
  /** By device: who imitates a pen does not keep that pen from being connected. */
  readonly #failures = new Map<string, Failure>();
  /** Nothing is connected while this is on: what was heard waits to be taken. BLE-10. */
  #held = false;
  #nowMs = 0;

  constructor(options: RadioPlanOptions) {
    this.#options = options;
    this.sightings = new Sightings(options.isRegistered);
  }

  get capacity(): number {
    return this.#options.pensPerAdapter ?? PENS_PER_ADAPTER;
  }

  /** Adapters that the machine has now: new ones are started, those that are gone are forgotten once their process has ended. */
  present(adapters: readonly number[], nowMs: number): void {
    for (const adapter of adapters) {
      const known = this.#adapters.get(adapter);
      if (known === undefined) {
        const faults = new FaultTally();
        const none = { pens: new Map<PenId, string>(), rejected: new Set<PenId>(), connecting: null };
        const fresh = { state: "off" as const, address: "", ...none, faults };
        this.#adapters.set(adapter, { ...fresh, restartMs: nowMs, restarts: 0 });
      }
    }
    for (const [adapter, { state }] of this.#adapters) {
      if (!adapters.includes(adapter) && (state === "restarting" || state === "failed")) this.#adapters.delete(adapter);
    }
  }

  up(adapter: number, address: string): void {
    const known = this.#of(adapter);
    known.state = "on";
    known.address = address;
    known.restarts = 0;
  }

  /** Its process has ended, or it can do nothing: its pens are lost, and go to the others once they are seen again. BLE-8. */
  down(adapter: number, nowMs: number, isHopeless: boolean): PenId[] {
    const known = this.#of(adapter);
    const pens = [...known.pens.keys()];
    known.pens.clear();
    known.rejected.clear();
    known.connecting = null;
    known.state = isHopeless ? "failed" : "restarting";
    known.faults.add("adapter-lost");
    known.restartMs = nowMs + this.#pauseMs(RESTART_MS_MIN, RESTART_MS_MAX, known.restarts++);
    this.sightings.adapterGone(adapter);
    return pens;
  }

  seen(sighting: Sighting): void {
    const holder = this.#holderOf(sighting.pen);
    if (holder !== null) {
      // Heard by another adapter just before it was connected.
      if (holder.pens.get(sighting.pen) === sighting.device) return;
      // A pen that is connected does not advertise: this is another device with its name.
      if (this.sightings.isNewImitator(sighting)) holder.faults.add("imitation");
    }
    this.sightings.add(sighting);
  }

  connected(adapter: number, pen: PenId): void {
    const known = this.#of(adapter);
    const device = known.connecting?.device ?? "";
    this.#failures.delete(device);
    known.connecting = null;
    known.pens.set(pen, device);
    known.rejected.delete(pen);
    this.sightings.taken(pen);
  }

  /** A connect came to nothing. */
  failed(adapter: number, pen: PenId, fault: RadioFaultKind, nowMs: number): void {
    const known = this.#of(adapter);
    known.faults.add(fault);
    if (known.connecting?.pen !== pen) return;
    this.#putOff(known.connecting.device, nowMs);
    known.connecting = null;
  }

  /** A link has ended. Null: we wanted it so. */
  lost(adapter: number, pen: PenId, fault: RadioFaultKind | null, nowMs: number): void {
    const known = this.#of(adapter);
    const device = known.pens.get(pen);
    known.pens.delete(pen);
    if (fault === null) return;
    known.faults.add(fault);
    // It went out of range or fell asleep; anything else is a device that is no good at the moment.
    if (fault !== "link-lost" && device !== undefined) this.#putOff(device, nowMs);
  }

  /** The device that is connected as this pen is another one: it goes, and is put off as long as any. PEN-2, BLE-4. */
  reject(pen: PenId, nowMs: number): void {
    const holder = this.#holderOf(pen);
    if (holder === null) return;
    holder.faults.add("imitation");
    holder.rejected.add(pen);
    this.#failures.set(holder.pens.get(pen) ?? "", { times: 1, untilMs: nowMs + RECONNECT_MS_MAX });
  }

  fault(adapter: number, kind: RadioFaultKind): void {
    this.#of(adapter).faults.add(kind);
  }

  hold(on: boolean): void {
    this.#held = on;
  }

  /** What has to be done now. Each command is taken as begun. */
  decide(nowMs: number): RadioCommand[] {
    this.#nowMs = nowMs;
    this.sightings.forget(nowMs);
    for (const [device, { untilMs }] of this.#failures) {
      if (nowMs > untilMs + RECONNECT_MS_MAX) this.#failures.delete(device);
    }
    return [...this.#starts(nowMs), ...this.#partings(), ...(this.#held ? [] : this.#connects(nowMs))];
  }

  /** The adapter that has this pen, or null. */
  adapterOf(pen: PenId): number | null {
    for (const [adapter, { pens }] of this.#adapters) if (pens.has(pen)) return adapter;
    return null;
  }

  /** Pens of ours that are heard and have no place, those that wait longest first. BLE-3. */
  get waiting(): readonly { readonly pen: PenId; readonly sinceMs: number; readonly signalDbm: number }[] {
    const { claimDelayMs = () => 0 } = this.#options;
    return this.sightings.ours
      .filter(({ pen, heardForMs }) => this.#isFree(pen) && heardForMs >= claimDelayMs(pen, this.#nowMs))
      .map(({ pen, sinceMs, signalDbm }) => ({ pen, sinceMs, signalDbm }));
  }

  get adapters() {
    return [...this.#adapters].map(([adapter, { state, address, pens, connecting, faults }]) => ({
      ...{ adapter, state, address, pens: [...pens.keys()], faults: faults.counts },
      queue: connecting === null ? 0 : 1,
    }));
  }

  #starts(nowMs: number): RadioCommand[] {
    const commands: RadioCommand[] = [];
    for (const [adapter, known] of this.#adapters) {
      if (known.state === "on" || known.state === "starting" || nowMs < known.restartMs) continue;
      known.state = "starting";
      commands.push({ kind: "start", adapter });
    }
    return commands;
  }

  /** Pens that are not ours any more, or are not who they said, or that nobody has the time to listen to. */
  #partings(): RadioCommand[] {
    const commands: RadioCommand[] = [];
    for (const [adapter, { pens, rejected }] of this.#adapters) {
      for (const pen of pens.keys()) {
        if (this.#held || rejected.has(pen) || !this.#options.isRegistered(pen))
          commands.push({ kind: "disconnect", adapter, pen });
      }
    }
    return commands;
  }

  /** Who waits longest chooses first, the adapter that is nearest and least loaded. */
  #connects(nowMs: number): RadioCommand[] {
    const commands: RadioCommand[] = [];
    for (const { pen } of this.waiting) {
      let best: { adapter: number; device: string; score: number } | null = null;
      for (const { adapter, device, signalDbm } of this.sightings.of(pen)) {
        const known = this.#adapters.get(adapter);
        if (known?.state !== "on" || known.connecting !== null || known.pens.size >= this.capacity) continue;
        if ((this.#failures.get(device)?.untilMs ?? 0) > nowMs) continue;
        const score = signalDbm - LOAD_DB * known.pens.size;
        if (best === null || score > best.score) best = { adapter, device, score };
      }
      if (best === null) continue;
      const { adapter, device } = best;
      this.#of(adapter).connecting = { pen, device };
      commands.push({ kind: "connect", adapter, pen, device });
    }
    return commands;
  }

  #holderOf(pen: PenId): Adapter | null {
    const adapter = this.adapterOf(pen);
    return adapter === null ? null : this.#of(adapter);
  }

  #isFree(pen: PenId): boolean {
    for (const { pens, connecting } of this.#adapters.values()) {
      if (pens.has(pen) || connecting?.pen === pen) return false;
    }
    return true;
  }

  #putOff(device: string, nowMs: number): void {
    const times = (this.#failures.get(device)?.times ?? 0) + 1;
    this.#failures.set(device, { times, untilMs: nowMs + this.#pauseMs(RECONNECT_MS_MIN, RECONNECT_MS_MAX, times - 1) });
  }

  #pauseMs(minMs: number, maxMs: number, times: number): number {
    return Math.min(maxMs, minMs * 2 ** Math.min(times, 20)) * this.#options.random.between(1, 1.5);
  }

  #of(adapter: number): Adapter {
    const known = this.#adapters.get(adapter);
    if (known === undefined) throw new Error(`there is no adapter ${adapter}`);
    return known;
  }
}
