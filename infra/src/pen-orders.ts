import type { PasswordOrder, PenOrders } from "@penlight/pen-gateway";
import {
  aboutOrder,
  type Clock,
  decodeSetup,
  type EventLog,
  LogError,
  logSchemaOf,
  type PasswordWish,
  type PenId,
  type PenOrder,
} from "@penlight/proto";
import { SealKey } from "@penlight/proto/sealed";

/** Orders that are remembered, so that each is carried out once however often the log tells it. */
const TAKEN_MAX = 256;
const RETRY_MS = 5000;

/**
 * Orders of topic `setup` that are sealed to this life of the gateway. Its key is nowhere but in this object, so an order is
 * opened by this process or by nobody, and by nobody once it has ended. REG-9, ADR 0020.
 */
export class SealedOrders implements PenOrders {
  readonly #key = new SealKey();
  readonly #orders = new Map<PenId, PasswordOrder>();
  readonly #taken = new Set<string>();

  get sealKey(): Uint8Array {
    return this.#key.publicKey;
  }

  take(pen: PenId): PasswordOrder | null {
    const order = this.#orders.get(pen) ?? null;
    this.#orders.delete(pen);
    return order;
  }

  /** Until the signal aborts. A log that cannot be read costs orders and no ink: it is tried again. */
  async follow(log: EventLog, clock: Clock, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        return await this.#read(log, signal);
      } catch (error) {
        if (!(error instanceof LogError)) throw error;
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  async #read(log: EventLog, signal: AbortSignal): Promise<void> {
    await log.consume({
      topic: "setup",
      group: null,
      from: "end",
      signal,
      openPartition: ({ startOffset }) => {
        let next = startOffset;
        return {
          onBatch: async (records) => {
            for (const record of records) {
              const document = logSchemaOf(record) === null ? decodeSetup(record.value) : null;
              if (document?.kind === "orders") this.#open(document.document);
              next = record.offset + 1n;
            }
            return next;
          },
        };
      },
    });
  }

  /** What is for another life, or damaged, is none of ours. */
  #open(order: PenOrder): void {
    const text = this.#taken.has(order.order) ? null : this.#key.open(order.sealed, aboutOrder(order));
    if (text === null) return;
    this.#taken.add(order.order);
    for (const oldest of this.#taken) {
      if (this.#taken.size <= TAKEN_MAX) break;
      this.#taken.delete(oldest);
    }
    const { old, fresh } = JSON.parse(text) as PasswordWish;
    this.#orders.set(order.id, { order: order.order, untilMs: order.untilMs, old, fresh });
  }
}
