import { isPassword } from "@penlight/proto";
import { PEN_PACKETS, type PenPacket, type PenPacketOf, type Refusal } from "@penlight/proto/pen";
import { Asking, TRIES_MAX } from "./asking.ts";
import {
  ASKED_ONCE,
  answerOf,
  type HandshakeOptions,
  type HandshakeWorld,
  ignoredWishes,
  NEEDED,
  packetOf,
  planOf,
  type Question,
  type QuestionFacts,
  type Step,
  settingAsked,
  wishPlanOf,
} from "./handshake-question.ts";
import { isPasswordChanged, PasswordDesk } from "./password-desk.ts";

/** After a question without an answer, ms. */
export const REST_MS = 10_000;
/** Battery and clock are asked for once a minute. */
export const STATUS_POLL_MS = 60_000;
/** The time is asked for once more when its answer took longer than this, ms; at most so often a connection. */
export const ROUND_TRIP_MS_MAX = 150;
export const MEASURES_MAX = 3;

const ERROR_NO_PERMISSION = 2;

/**
 * From a fresh link to live ink: version, status, (password), memory saving on, clock, hover, notes; after that what the
 * school wants of its pens, read back. One question at a time, each with a deadline. PEN-7.
 */
export class Handshake {
  readonly #facts: QuestionFacts;
  readonly #world: HandshakeWorld;
  readonly #lock: PasswordDesk;
  #step: Step = "closed";
  #plan: Question[] = [];
  readonly #asking = new Asking();
  #restsUntilMs = 0;
  #clockSets = 0;
  #measures = 0;
  #polledMs = 0;
  #isReady = false;

  constructor({ settings, password }: HandshakeOptions, world: HandshakeWorld) {
    this.#facts = { settings, version: null, status: null, password: "", change: null };
    this.#world = world;
    this.#lock = new PasswordDesk(password);
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  open(nowMs: number): void {
    this.#facts.version = null;
    this.#facts.status = null;
    this.#plan = [];
    this.#clockSets = 0;
    this.#measures = 0;
    this.#isReady = false;
    this.#ask("version", nowMs);
  }

  close(): void {
    this.#step = "closed";
    this.#isReady = false;
  }

  tick(nowMs: number): void {
    switch (this.#step) {
      case "closed":
        return;
      case "resting":
        if (nowMs >= this.#restsUntilMs) this.open(nowMs);
        return;
      case "locked":
      case "ready":
        if (nowMs - this.#polledMs < STATUS_POLL_MS) return;
        this.#polledMs = nowMs;
        this.#world.send({ kind: "statusRequest" });
        return;
      default:
        if (this.#asking.isLate(nowMs)) this.#askAgain(this.#step, nowMs);
    }
  }

  /** A person gave a password. False: not sent, because it would be the last try, was refused before, or nobody asked. */
  unlock(password: string, nowMs: number): boolean {
    const { status } = this.#facts;
    if (this.#step !== "locked" || status === null || !this.#lock.takePersons(password, status)) return false;
    this.#facts.password = password;
    this.#ask("password", nowMs);
    return true;
  }

  /** From now on this is the stored password; null: none. */
  storePassword(password: string | null): void {
    this.#lock.stored = password;
  }

  /**
   * Gives the pen a password, another one, or none; a "password-set" event tells the outcome. False: not now, or not such a
   * password. Which one it has (`old`, null: none) its owner has to know: a wrong one is a try used up.
   */
  changePassword(old: string | null, fresh: string | null, nowMs: number): boolean {
    const areFit = (old === null || isPassword(old)) && (fresh === null || isPassword(fresh)) && old !== fresh;
    if (this.#step !== "ready" || !areFit) return false;
    this.#facts.change = { old, fresh };
    this.#ask("change-password", nowMs);
    return true;
  }

  /** What the pen's clock said until now will not be forgotten any more. */
  clockRemembered(nowMs: number): void {
    if (this.#step === "remember") this.#proceed(nowMs);
  }

  /** Anything that the pen says outside live ink. */
  take(packet: PenPacket | Refusal, nowMs: number): void {
    switch (packet.kind) {
      case "version":
        this.#facts.version = packet;
        if (this.#step === "version") this.#ask("status", nowMs);
        return;
      case "status":
        this.#takeStatus(packet, nowMs);
        return;
      case "passwordResult":
        this.#takePasswordResult(packet, nowMs);
        return;
      case "passwordChangeResult":
        if (this.#step === "change-password") this.#takeChange(packet, nowMs);
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
    this.#facts.status = status;
    this.#polledMs = nowMs;
    const step = this.#step;
    if (status.locked) {
      if (step === "status" || step === "measure") this.#takeLock(status, nowMs);
    } else if (step === "status" || step === "locked") this.#planFrom(status, nowMs);
    else if (step === "read-back") this.#readBack(nowMs);
    // An answer that was long under way says little of the clock.
    else if (step === "measure" && this.#isLate(nowMs) && ++this.#measures < MEASURES_MAX) this.#ask("measure", nowMs);
    else if (step === "measure") this.#proceed(nowMs);
  }

  #isLate(nowMs: number): boolean {
    return this.#asking.tookMs(nowMs) > ROUND_TRIP_MS_MAX;
  }

  #takeLock({ usedTries, maxTries }: { usedTries: number; maxTries: number }, nowMs: number): void {
    const password = this.#lock.forMachine({ usedTries, maxTries });
    if (password !== null) {
      this.#facts.password = password;
      this.#ask("password", nowMs);
      return;
    }
    this.#step = "locked";
    this.#polledMs = nowMs;
    this.#world.events.push({ kind: "locked", usedTries, maxTries });
  }

  #takePasswordResult(result: PenPacketOf<"passwordResult">, nowMs: number): void {
    const { status } = this.#facts;
    const accepted = result.status === 1;
    if (this.#step === "confirm-password") this.#changed(accepted ? "done" : "refused", nowMs);
    if (this.#step !== "password" || status === null) return;
    const after = { ...status, locked: !accepted, usedTries: result.usedTries, maxTries: result.maxTries };
    this.#facts.status = after;
    if (accepted) {
      this.#lock.accepted();
      this.#planFrom(after, nowMs);
    } else {
      this.#lock.refused();
      this.#takeLock(result, nowMs);
    }
  }

  #takeChange(result: PenPacketOf<"passwordChangeResult">, nowMs: number): void {
    const done = isPasswordChanged(result);
    if (done && this.#facts.change?.fresh != null) this.#ask("confirm-password", nowMs);
    else this.#changed(done ? "done" : "refused", nowMs);
  }

  #changed(outcome: "done" | "refused" | "unknown", nowMs: number): void {
    if (outcome === "done") this.#lock.wasSet(this.#facts.change?.fresh ?? null);
    this.#facts.change = null;
    this.#world.events.push({ kind: "password-set", outcome });
    this.#proceed(nowMs);
  }

  #planFrom(status: PenPacketOf<"status">, nowMs: number): void {
    this.#plan = planOf(this.#facts, status, nowMs, this.#isLate(nowMs));
    this.#proceed(nowMs);
  }

  #takeSettingResult(type: string | number, ok: boolean, nowMs: number): void {
    if (type !== this.#settingType) return;
    if (!ok) this.#world.faults.add("refused", PEN_PACKETS.settingResult.command);
    else if (this.#step === "clock") this.#world.clockWasSet(nowMs, this.#asking.beganMs);
    else if (this.#step === "hover") this.#world.hoverWasSet();
    this.#proceed(nowMs);
  }

  #takeRefusal(refusal: Refusal, nowMs: number): void {
    this.#world.faults.add("refused", PEN_PACKETS[refusal.of].command);
    if (refusal.of === "settingResult" && this.#settingType !== null) this.#proceed(nowMs);
    if (answerOf(this.#step) !== refusal.of) return;
    if (this.#step === "register") this.#registerRefused(refusal.error, nowMs);
    else if (this.#step === "change-password") this.#changed("refused", nowMs);
    else if (this.#step === "confirm-password") this.#changed("unknown", nowMs);
    else this.#rest(nowMs);
  }

  /** No permission: the pen may want its clock set first, however right it is. */
  #registerRefused(error: number, nowMs: number): void {
    if (error === ERROR_NO_PERMISSION && this.#clockSets < TRIES_MAX) {
      this.#plan = ["remember", "clock", "measure", "register"];
      this.#proceed(nowMs);
    } else this.#rest(nowMs);
  }

  #proceed(nowMs: number): void {
    const next = this.#plan.shift();
    if (next !== undefined) this.#ask(next, nowMs);
    else if (this.#isReady) this.#step = "ready";
    else this.#becomeReady(nowMs);
  }

  /** Ink comes first: what else the school wants of the pen is set when it can be heard. */
  #becomeReady(nowMs: number): void {
    this.#isReady = true;
    this.#polledMs = nowMs;
    this.#world.isLive(nowMs);
    this.#world.events.push({ kind: "ready" });
    this.#plan = wishPlanOf(this.#facts);
    this.#proceed(nowMs);
  }

  #readBack(nowMs: number): void {
    const ignored = ignoredWishes(this.#facts);
    if (ignored.length > 0) this.#world.faults.add("setting-ignored", PEN_PACKETS.settingResult.command, ignored.length);
    this.#world.events.push({ kind: "settings", ignored });
    this.#proceed(nowMs);
  }

  #ask(question: Question, nowMs: number): void {
    this.#step = question;
    this.#asking.begin(nowMs);
    if (question === "clock") this.#clockSets++;
    if (question === "remember" && this.#world.rememberClock()) this.#proceed(nowMs);
    else this.#send(question, nowMs);
  }

  /**
   * A password is never repeated by itself: the pen may have counted the try whose answer was lost. A setting that goes
   * unanswered is passed over: ink matters more.
   */
  #askAgain(question: Question, nowMs: number): void {
    if (this.#asking.isSpent || ASKED_ONCE.has(question)) {
      if (question !== "remember") this.#world.faults.add("no-reply");
      if (question === "change-password" || question === "confirm-password") this.#changed("unknown", nowMs);
      else if (NEEDED.has(question)) this.#rest(nowMs);
      else this.#proceed(nowMs);
      return;
    }
    this.#asking.again(nowMs);
    this.#send(question, nowMs);
  }

  #rest(nowMs: number): void {
    this.#step = "resting";
    this.#restsUntilMs = nowMs + REST_MS;
  }

  #send(question: Question, nowMs: number): void {
    const packet = packetOf(question, this.#facts, nowMs);
    if (packet !== null) this.#world.send(packet);
  }

  get #settingType(): string | number | null {
    return settingAsked(this.#step, this.#facts, 0)?.type ?? null;
  }
}
