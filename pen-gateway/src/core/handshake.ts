import { type HostPacket, PEN_PACKETS, type PenPacket, type PenPacketOf, type Refusal } from "@penlight/proto/pen";
import type { FaultCounter } from "./fault-counter.ts";
import type { EventList } from "./link-event.ts";

/** A reply is waited for so long, and asked for so often; then the handshake rests and begins anew. Windows SDK: 2 s, 3 times. */
export const REPLY_MS_MAX = 2000;
export const TRIES_MAX = 3;
export const REST_MS = 10_000;
/** Battery and clock are asked for once a minute. */
export const STATUS_POLL_MS = 60_000;
/** A pen's clock is set when it is further off than this. Small differences are reckoned with, not set: setting makes times jump. */
export const CLOCK_ERROR_MS_MAX = 2000;
/** The pen wipes itself after its last wrong password. A stored one is not tried with so few tries left, a person's not on the last one. */
export const STORED_TRIES_KEPT = 2;
export const PERSON_TRIES_KEPT = 1;

/** Highest protocol version asked for: counted events, and hover as a packet of its own. */
const PROTOCOL = "2.18";
const APP_TYPE = 0x1201;
const APP_VERSION = "1.0.0";
const ERROR_NO_PERMISSION = 2;

export interface HandshakeOptions {
  /** The pen's password, where the owner has given it to us. Sent once; never logged. */
  readonly password: string | null;
  readonly hover: boolean;
}

/** Steps that ask the pen something and wait for its answer. */
type Question = "version" | "status" | "password" | "memory-on" | "clock" | "measure" | "hover" | "register";
type Step = Question | "closed" | "locked" | "resting" | "ready";

export interface HandshakeWorld {
  readonly events: EventList;
  readonly faults: FaultCounter;
  readonly send: (packet: HostPacket) => void;
  /** The pen took a new time: what was reckoned of its clock is void. */
  readonly clockWasSet: (nowMs: number) => void;
  /** The pen took this hover mode. */
  readonly hoverWasSet: (on: boolean) => void;
}

/**
 * From a fresh link to live ink: version, status, (password), memory saving on, clock, hover, notes. One question at a
 * time, each with a deadline. PEN-7.
 */
export class Handshake {
  readonly #options: HandshakeOptions;
  readonly #world: HandshakeWorld;
  #step: Step = "closed";
  #plan: Question[] = [];
  #deadlineMs = 0;
  #tries = 0;
  #clockSets = 0;
  #polledMs = 0;
  #status: PenPacketOf<"status"> | null = null;
  #password: string | null = null;
  /** Was refused by this pen: never sent again, not even on another connection. */
  #refusedPassword: string | null = null;

  constructor(options: HandshakeOptions, world: HandshakeWorld) {
    this.#options = options;
    this.#world = world;
  }

  get isReady(): boolean {
    return this.#step === "ready";
  }

  open(nowMs: number): void {
    this.#status = null;
    this.#plan = [];
    this.#clockSets = 0;
    this.#ask("version", nowMs);
  }

  close(): void {
    this.#step = "closed";
  }

  tick(nowMs: number): void {
    switch (this.#step) {
      case "closed":
        return;
      case "resting":
        if (nowMs >= this.#deadlineMs) this.open(nowMs);
        return;
      case "locked":
      case "ready":
        if (nowMs - this.#polledMs < STATUS_POLL_MS) return;
        this.#polledMs = nowMs;
        this.#world.send({ kind: "statusRequest" });
        return;
      default:
        if (nowMs >= this.#deadlineMs) this.#askAgain(this.#step, nowMs);
    }
  }

  /** A person gave a password. False: not sent, because it would be the last try, was refused before, or nobody asked. */
  unlock(password: string, nowMs: number): boolean {
    if (this.#step !== "locked" || !this.#maySend(password, PERSON_TRIES_KEPT)) return false;
    this.#password = password;
    this.#ask("password", nowMs);
    return true;
  }

  /** Anything that the pen says outside live ink. */
  take(packet: PenPacket | Refusal, nowMs: number): void {
    switch (packet.kind) {
      case "version":
        if (this.#step === "version") this.#ask("status", nowMs);
        return;
      case "status":
        this.#takeStatus(packet, nowMs);
        return;
      case "passwordResult":
        this.#takePasswordResult(packet, nowMs);
        return;
      case "settingResult":
        this.#takeSettingResult(packet.type, packet.status === 0, nowMs);
        return;
      case "useNotesResult":
        if (this.#step === "register") this.#becomeReady(nowMs);
        return;
      case "refused":
        this.#takeRefusal(packet, nowMs);
    }
  }

  #takeStatus(status: PenPacketOf<"status">, nowMs: number): void {
    this.#status = status;
    this.#polledMs = nowMs;
    if (status.locked) {
      if (this.#step === "status" || this.#step === "measure") this.#takeLock(status.usedTries, status.maxTries, nowMs);
      return;
    }
    if (this.#step === "measure") this.#proceed(nowMs);
    else if (this.#step === "status" || this.#step === "locked") this.#planFrom(status, nowMs);
  }

  #takeLock(usedTries: number, maxTries: number, nowMs: number): void {
    const stored = this.#options.password;
    if (stored !== null && this.#maySend(stored, STORED_TRIES_KEPT)) {
      this.#password = stored;
      this.#ask("password", nowMs);
      return;
    }
    this.#step = "locked";
    this.#polledMs = nowMs;
    this.#world.events.push({ kind: "locked", usedTries, maxTries });
  }

  #maySend(password: string, triesKept: number): boolean {
    const status = this.#status;
    if (status === null || password === "" || password === NO_PASSWORD || password === this.#refusedPassword) return false;
    return status.usedTries < status.maxTries - triesKept;
  }

  #takePasswordResult(result: PenPacketOf<"passwordResult">, nowMs: number): void {
    const status = this.#status;
    if (this.#step !== "password" || status === null) return;
    const accepted = result.status === 1;
    this.#status = { ...status, locked: !accepted, usedTries: result.usedTries, maxTries: result.maxTries };
    if (!accepted) {
      this.#refusedPassword = this.#password;
      this.#takeLock(result.usedTries, result.maxTries, nowMs);
      return;
    }
    this.#planFrom(this.#status, nowMs);
  }

  #planFrom(status: PenPacketOf<"status">, nowMs: number): void {
    const clockIsOff = Math.abs(nowMs - status.timeMs) > CLOCK_ERROR_MS_MAX;
    this.#plan = ["memory-on"];
    if (clockIsOff) this.#plan.push("clock", "measure");
    if (status.hover !== this.#options.hover) this.#plan.push("hover");
    this.#plan.push("register");
    this.#proceed(nowMs);
  }

  #takeSettingResult(type: string | number, ok: boolean, nowMs: number): void {
    if (type !== SETTING_OF_STEP[this.#step]) return;
    if (!ok) this.#world.faults.add("refused", PEN_PACKETS.settingResult.command);
    else if (this.#step === "clock") this.#world.clockWasSet(nowMs);
    else if (this.#step === "hover") this.#world.hoverWasSet(this.#options.hover);
    this.#proceed(nowMs);
  }

  #takeRefusal(refusal: Refusal, nowMs: number): void {
    this.#world.faults.add("refused", PEN_PACKETS[refusal.of].command);
    if (refusal.of === "settingResult" && SETTING_OF_STEP[this.#step] !== undefined) this.#proceed(nowMs);
    else if (refusal.of === "useNotesResult" && this.#step === "register") this.#registerRefused(refusal.error, nowMs);
  }

  /** No permission: the pen may want its clock set first, however right it is. */
  #registerRefused(error: number, nowMs: number): void {
    if (error === ERROR_NO_PERMISSION && this.#clockSets < TRIES_MAX) {
      this.#plan = ["clock", "measure", "register"];
      this.#proceed(nowMs);
    } else this.#rest(nowMs);
  }

  #proceed(nowMs: number): void {
    const next = this.#plan.shift();
    if (next === undefined) this.#becomeReady(nowMs);
    else this.#ask(next, nowMs);
  }

  #becomeReady(nowMs: number): void {
    this.#step = "ready";
    this.#polledMs = nowMs;
    this.#world.events.push({ kind: "ready" });
  }

  #ask(question: Question, nowMs: number): void {
    this.#step = question;
    this.#tries = 1;
    this.#deadlineMs = nowMs + REPLY_MS_MAX;
    if (question === "clock") this.#clockSets++;
    this.#world.send(this.#packetOf(question, nowMs));
  }

  /**
   * A password is never repeated by itself: the pen may have counted the try whose answer was lost. A setting that goes
   * unanswered is passed over: ink matters more.
   */
  #askAgain(question: Question, nowMs: number): void {
    if (this.#tries >= TRIES_MAX || question === "password") {
      this.#world.faults.add("no-reply");
      if (question in SETTING_OF_STEP || question === "measure") this.#proceed(nowMs);
      else this.#rest(nowMs);
      return;
    }
    this.#tries++;
    this.#deadlineMs = nowMs + REPLY_MS_MAX;
    this.#world.send(this.#packetOf(question, nowMs));
  }

  #rest(nowMs: number): void {
    this.#step = "resting";
    this.#deadlineMs = nowMs + REST_MS;
  }

  #packetOf(question: Question, nowMs: number): HostPacket {
    switch (question) {
      case "version":
        return { kind: "versionRequest", appType: APP_TYPE, appVersion: APP_VERSION, protocol: PROTOCOL };
      case "status":
      case "measure":
        return { kind: "statusRequest" };
      case "password":
        return { kind: "password", value: this.#password ?? "" };
      case "memory-on":
        return { kind: "setSetting", setting: { type: "offlineData", value: true } };
      case "clock":
        return { kind: "setSetting", setting: { type: "time", value: Math.round(nowMs) } };
      case "hover":
        return { kind: "setSetting", setting: { type: "hover", value: this.#options.hover } };
      case "register":
        return { kind: "useAllNotes" };
    }
  }
}

/** The vendor's sentinel for "no password": never sent. */
const NO_PASSWORD = "0000";
const SETTING_OF_STEP: Readonly<Partial<Record<Step, string>>> = { "memory-on": "offlineData", clock: "time", hover: "hover" };
