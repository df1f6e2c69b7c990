import type { BoardDelays, Delivery, EventRecord, HistoryDelay, InkOrigin, TickBody } from "@penlight/proto";

/** What a gateway has not said again for so long, room time, no longer holds, ms. LIVE-14. */
export const NEWS_MS_MAX = 10_000;
/** Gateways of one room that are remembered; one more is not looked at. LIVE-9. */
const ROOM_LIVES_MAX = 32;

interface Said {
  readonly atMs: number;
  readonly delivery: Delivery;
}

/** What of a room is late: its gateways say it in their ticks, its processor in an event. Pure. LIVE-14. */
export class RoomDelays {
  /** What viewers were told. */
  told: BoardDelays = { delivery: null, history: null };
  /** By the life of the gateway; 0: not numbered. */
  readonly #deliveries = new Map<number, Said>();
  #history: { readonly generation: number; readonly delay: HistoryDelay } | null = null;

  noteTick({ delivery, last = false }: TickBody, receivedMs: number, origin: InkOrigin | undefined): void {
    const life = origin?.life ?? 0;
    const known = this.#deliveries.get(life);
    if (known !== undefined && known.atMs > receivedMs) return;
    if (delivery === undefined || last) this.#deliveries.delete(life);
    else if (known !== undefined || this.#deliveries.size < ROOM_LIVES_MAX)
      this.#deliveries.set(life, { atMs: receivedMs, delivery });
  }

  noteHistory({ generation }: EventRecord, delay: HistoryDelay): true {
    this.#history = delay.ageMs === 0 ? null : { generation, delay };
    return true;
  }

  /** What viewers have to be told anew, or null. "now": only that something began or ended to be late. */
  take(scope: "now" | "all", roomMs: number, generation: number): BoardDelays | null {
    for (const [life, { atMs }] of this.#deliveries) if (roomMs - atMs > NEWS_MS_MAX) this.#deliveries.delete(life);
    // A later owner of the partition begins without a word of this.
    if (this.#history !== null && this.#history.generation < generation) this.#history = null;
    const next = { delivery: worst([...this.#deliveries.values()]), history: this.#history?.delay ?? null };
    const began = (next.delivery === null) !== (this.told.delivery === null);
    const isTurn = began || (next.history === null) !== (this.told.history === null);
    if (!isTurn && (scope === "now" || JSON.stringify(next) === JSON.stringify(this.told))) return null;
    this.told = next;
    return next;
  }
}

/** Several gateways of a room: the one that is furthest behind. */
function worst(said: readonly Said[]): Delivery | null {
  return said.reduce<Delivery | null>((most, { delivery }) => (delivery.ageMs > (most?.ageMs ?? -1) ? delivery : most), null);
}
