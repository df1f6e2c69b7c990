import { isPassword } from "@penlight/proto";
import type { PenPacketOf } from "@penlight/proto/pen";

/**
 * The pen wipes itself after its last wrong password (10). A machine makes no more than two wrong tries, and the pen's own
 * count remembers them over all lives of all gateways; a person's password is not sent on the last try.
 */
export const MACHINE_TRIES_MAX = 2;
/** Neither does a machine try with so few left, whoever used the others up. */
const MACHINE_TRIES_KEPT = 2;
/** A person does not, either, with the last one. */
export const PERSON_TRIES_KEPT = 1;

/** What a pen says of its lock. */
export interface LockState {
  readonly usedTries: number;
  readonly maxTries: number;
}

/** Did the pen take it? Before 2.15 there is no status: then tries used up are all that tells a refusal. */
export function isPasswordChanged({ status, usedTries }: PenPacketOf<"passwordChangeResult">): boolean {
  return (status ?? usedTries) === 0;
}

/** Which password a locked pen may be sent, and which never again. Nothing here is ever logged. PEN-11. */
export class PasswordDesk {
  /** The one that its owner has stored; null: none. */
  stored: string | null;
  readonly #refused = new Set<string>();
  /** Under way, or its answer was lost; with the pen's count before. */
  #sent: { readonly password: string; readonly usedTries: number } | null = null;

  constructor(stored: string | null) {
    this.stored = stored;
  }

  /** The pen is locked: the stored password, if it may be sent; null: a person has to give one. */
  forMachine(lock: LockState): string | null {
    this.#settle(lock);
    const { stored } = this;
    if (stored === null || lock.usedTries >= MACHINE_TRIES_MAX || !this.#may(stored, lock, MACHINE_TRIES_KEPT)) return null;
    this.#sent = { password: stored, usedTries: lock.usedTries };
    return stored;
  }

  /** May this one, that a person has given, be sent? */
  takePersons(password: string, lock: LockState): boolean {
    this.#settle(lock);
    if (!this.#may(password, lock, PERSON_TRIES_KEPT)) return false;
    this.#sent = { password, usedTries: lock.usedTries };
    return true;
  }

  /** What was sent is wrong. */
  refused(): void {
    if (this.#sent !== null) this.#refused.add(this.#sent.password);
    this.#sent = null;
  }

  /** The pen has this one now, null: none, whatever was refused before. */
  wasSet(password: string | null): void {
    this.stored = password;
    if (password !== null) this.#refused.delete(password);
  }

  accepted(): void {
    this.#sent = null;
  }

  /** A password whose answer was lost was wrong if the pen has counted it; else it never arrived. */
  #settle(lock: LockState): void {
    if (this.#sent !== null && lock.usedTries > this.#sent.usedTries) this.refused();
  }

  #may(password: string, lock: LockState, kept: number): boolean {
    return isPassword(password) && !this.#refused.has(password) && lock.usedTries < lock.maxTries - kept;
  }
}
