import { randomUUID } from "node:crypto";
import {
  aboutOrder,
  type Clock,
  type EventLog,
  encodeSetup,
  type PasswordAnswer,
  type PasswordWish,
  type PenId,
  type PenOrder,
  setupKeyOf,
} from "@penlight/proto";
import { seal } from "@penlight/proto/sealed";
import type { LiveBoards } from "./live-boards.ts";

/** An order is carried out by then, or not at all, ms of the gateway's clock. */
const ORDER_MS_MAX = 10_000;
/** So much longer its answer may be under way, ms. */
const ANSWER_MS_MAX = 5000;
const LOOK_MS = 50;

export type PasswordReply =
  | { readonly kind: "answered"; readonly answer: PasswordAnswer }
  /** It is no pen of the school. */
  | { readonly kind: "no-pen" }
  /** It is neither connected nor locked, or at a gateway that takes no orders. */
  | { readonly kind: "not-here" }
  /** The gateway did not say what became of it. */
  | { readonly kind: "silent" };

export interface PasswordOfficeOptions {
  readonly boards: LiveBoards;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Sets, changes and takes away the passwords of pens: sealed to the one gateway that has the pen, through topic `setup`; what
 * the pen said comes back with its state. Nothing of a password is kept, logged or answered here. REG-9, ADR 0020.
 */
export class PasswordOffice {
  readonly #options: PasswordOfficeOptions;

  constructor(options: PasswordOfficeOptions) {
    this.#options = options;
  }

  /** @throws LogError */
  async order(pen: PenId, wish: PasswordWish): Promise<PasswordReply> {
    const { boards, log, clock, signal } = this.#options;
    if (!boards.setup.pens.has(pen)) return { kind: "no-pen" };
    const book = boards.books
      .map(([, each]) => each)
      .filter((each) => ["connected", "locked"].includes(each.stateOf(pen)?.link ?? ""))
      .sort((a, b) => (b.stateOf(pen)?.heardMs ?? 0) - (a.stateOf(pen)?.heardMs ?? 0))[0];
    const taker = book?.orderTakerOf(pen) ?? null;
    if (book === undefined || taker === null) return { kind: "not-here" };
    const about = { id: pen, order: randomUUID(), untilMs: taker.heardMs + ORDER_MS_MAX };
    const document: PenOrder = { ...about, sealed: seal(JSON.stringify(wish), taker.sealKey, aboutOrder(about)) };
    const key = setupKeyOf("orders", pen);
    const version = (boards.setup.versions.get(key) ?? 0) + 1;
    const nowMs = clock.nowMs();
    const value = encodeSetup({ kind: "orders", id: pen, version, document });
    await log.append("setup", [{ key, value, timestampMs: nowMs }]);
    while (!signal.aborted && clock.nowMs() < nowMs + ORDER_MS_MAX + ANSWER_MS_MAX) {
      const answer = book.stateOf(pen)?.password;
      if (answer?.order === about.order) return { kind: "answered", answer };
      await clock.sleep(LOOK_MS, signal);
    }
    return { kind: "silent" };
  }
}
