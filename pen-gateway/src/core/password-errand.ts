import type { PasswordAnswer, PasswordOutcome, PasswordWish, PenLinkState } from "@penlight/proto";
import type { LinkEvent } from "./link-event.ts";
import { type LockState, PERSON_TRIES_KEPT } from "./password-desk.ts";
import type { PenDialogue } from "./pen-link.ts";

/** A person's order about a pen's password, opened. Never logged. */
export interface PasswordOrder extends PasswordWish {
  readonly order: string;
  /** After this it is not carried out any more, ms. */
  readonly untilMs: number;
}

/** Sent to the pen; its answer is awaited. */
interface Sent {
  readonly order: PasswordOrder;
  readonly isUnlock: boolean;
}

/**
 * Carries out a person's orders about the password of one pen, one at a time, each once: what the pen refused is not tried
 * again, and nothing is tried that might be its last try. Pure. PEN-11, REG-9.
 */
export class PasswordErrand {
  /** What became of the last one; null: there was none. */
  answer: PasswordAnswer | null = null;
  #waiting: PasswordOrder | null = null;
  #sent: Sent | null = null;
  #lock: LockState | null = null;
  /** What the pen did not take as its password. */
  readonly #wrong = new Set<string>();

  begin(order: PasswordOrder): void {
    if (this.#waiting === null && this.#sent === null) this.#waiting = order;
    else this.#finish(order, "not-now");
  }

  /** Sends what waits, once the pen is ready for it. */
  tick(link: Pick<PenDialogue, "changePassword" | "unlock">, state: PenLinkState, nowMs: number): void {
    const order = this.#waiting;
    if (order === null) return;
    const { old, fresh } = order;
    if (nowMs > order.untilMs) this.#finish(order, "not-now");
    else if (state === "locked" && old === null) this.#finish(order, "refused");
    else if (old !== null && this.#isRisky(old)) this.#finish(order, "too-risky");
    else if (state === "locked" && old !== null) {
      if (link.unlock(old, nowMs)) this.#send(order, true);
      else this.#finish(order, "too-risky");
    } else if (state === "connected" && link.changePassword(old, fresh, nowMs)) this.#send(order, false);
  }

  /** What has to be kept as the pen's password from now on, null: none; undefined: it is as it was. */
  take(event: LinkEvent): string | null | undefined {
    const sent = this.#sent;
    switch (event.kind) {
      case "status":
        this.#lock = event.status;
        return;
      case "reply":
        if (event.packet.kind === "passwordResult" || event.packet.kind === "passwordChangeResult") this.#lock = event.packet;
        return;
      case "locked":
        this.#lock = event;
        if (sent?.isUnlock) this.#refused(sent);
        return;
      case "ready":
        return sent?.isUnlock ? this.#unlocked(sent) : undefined;
      case "password-set":
        if (sent === null || sent.isUnlock) return;
        if (event.outcome === "refused") this.#refused(sent);
        else this.#finish(sent.order, event.outcome);
        if (event.outcome !== "done") return;
        if (sent.order.fresh !== null) this.#wrong.delete(sent.order.fresh);
        return sent.order.fresh;
    }
  }

  /** The link is gone: an answer that was awaited is lost with it. */
  lost(): void {
    if (this.#sent !== null) this.#finish(this.#sent.order, "unknown");
  }

  #send(order: PasswordOrder, isUnlock: boolean): void {
    this.#waiting = null;
    this.#sent = { order, isUnlock };
  }

  /** It took the old one. Where another one is wanted, that comes next. */
  #unlocked({ order }: Sent): string | null {
    if (order.fresh === order.old) this.#finish(order, "done");
    else {
      this.#sent = null;
      this.#waiting = order;
    }
    return order.old;
  }

  #refused({ order }: Sent): void {
    if (order.old !== null) this.#wrong.add(order.old);
    this.#finish(order, "refused");
  }

  #isRisky(old: string): boolean {
    const lock = this.#lock;
    return this.#wrong.has(old) || (lock !== null && lock.usedTries >= lock.maxTries - PERSON_TRIES_KEPT);
  }

  #finish({ order }: PasswordOrder, outcome: PasswordOutcome): void {
    if (this.#waiting?.order === order) this.#waiting = null;
    if (this.#sent?.order.order === order) this.#sent = null;
    const lock = this.#lock;
    this.answer = { order, outcome, triesLeft: lock === null ? null : Math.max(0, lock.maxTries - lock.usedTries) };
  }
}
