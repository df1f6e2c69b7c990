import type { PenId } from "./ids.ts";

/** What became of a person's order about a pen's password; the index is what travels. REG-9. */
export const PASSWORD_OUTCOMES = [
  "done",
  /** The pen says that the old one is wrong. */
  "refused",
  /** Its answer was lost: it may have done it. */
  "unknown",
  /** It was not connected, or busy, until it was too late. */
  "not-now",
  /** A wrong one might be its last try, and the pen would wipe itself; or the pen has refused this one before. PEN-11. */
  "too-risky",
] as const;
export type PasswordOutcome = (typeof PASSWORD_OUTCOMES)[number];

/** A gateway's word on the last order about a pen. */
export interface PasswordAnswer {
  readonly order: string;
  readonly outcome: PasswordOutcome;
  /** Wrong passwords until the pen wipes itself; null: the pen has not said. */
  readonly triesLeft: number | null;
}

/** What a person wants of a pen's password; nulls: it has none, it is to have none. Equal: it has this one. Never logged. */
export interface PasswordWish {
  readonly old: string | null;
  readonly fresh: string | null;
}

/**
 * An order in topic `setup`, key `orders/PEN`: for one life of one gateway, sealed to its key, so that nobody else ever reads
 * what is in it. REG-9, ADR 0020.
 */
export interface PenOrder {
  readonly id: PenId;
  /** Names it, so that it can be answered. */
  readonly order: string;
  /** The gateway's clock after which it is not carried out any more, ms. */
  readonly untilMs: number;
  /** Base64 of a {@link PasswordWish} in JSON, sealed. */
  readonly sealed: string;
}

/** What a sealed order is bound to. */
export function aboutOrder({ id, order, untilMs }: Omit<PenOrder, "sealed">): string {
  return JSON.stringify([id, order, untilMs]);
}

/** Could a pen be given this password? The vendor's word for none is "0000". PEN-11. */
export function isPassword(text: string): boolean {
  return /^[\x20-\x7e]{1,16}$/.test(text) && text !== "0000";
}
