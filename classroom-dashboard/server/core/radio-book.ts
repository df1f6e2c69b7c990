import type {
  DotBatch,
  GatewayRadio,
  InkRecord,
  PenId,
  PenState,
  RadioPen,
  RadioState,
  TickBody,
  WaitingPen,
} from "@penlight/proto";
import { ROOM_PENS_MAX } from "./pen-roll.ts";

/** Gateways of one room that are remembered; one more is not looked at. LIVE-9. */
const ROOM_GATEWAYS_MAX = 32;
/** Dots of a stroke that is a line: a dot or a slip is none. REG-7. */
export const LINE_DOTS_MIN = 20;

/** The last line that a pen drew. */
export interface PenLine {
  /** Gateway time at which its end was heard, ms. */
  readonly atMs: number;
  readonly dots: number;
  readonly lostDots: number;
}

/** What is known of a pen's way to its gateway. */
export interface PenOnAir {
  readonly gateway: string;
  readonly radio: RadioPen;
}

interface Gateway {
  readonly gateway: string;
  heardMs: number;
  radio: RadioState | null;
  sealKey: Uint8Array | null;
}

/** A gateway that has a pen and takes orders about it. REG-9. */
export interface OrderTaker {
  readonly sealKey: Uint8Array;
  /** Its clock at its last word, ms. */
  readonly heardMs: number;
}

/** What the gateways of one room tell of their radios, and the last line of each pen. Pure, bounded. REG-6, REG-7. */
export class RadioBook {
  readonly #gateways = new Map<string, Gateway>();
  readonly #states = new Map<PenId, PenState>();
  readonly #lines = new Map<PenId, PenLine>();
  readonly #latency = new Map<PenId, number>();

  fold({ body, receivedMs }: InkRecord): void {
    switch (body.kind) {
      case "tick":
        this.#tick(body, receivedMs);
        break;
      case "pen-state":
        this.#note(body.state);
        break;
      case "dots":
        this.#dots(body.batch, receivedMs);
        break;
      case "gap":
        break;
    }
  }

  get gateways(): GatewayRadio[] {
    const told = [...this.#gateways.values()].map(({ gateway, heardMs, radio }) => ({
      ...{ gateway, heardMs },
      adapters: radio?.adapters ?? [],
      unknown: radio?.unknown ?? [],
    }));
    return told.sort((a, b) => (a.gateway < b.gateway ? -1 : 1));
  }

  /** Every pen that was heard here. */
  get pens(): PenId[] {
    return [...this.#states.keys()];
  }

  stateOf(pen: PenId): PenState | null {
    return this.#states.get(pen) ?? null;
  }

  lineOf(pen: PenId): PenLine | null {
    return this.#lines.get(pen) ?? null;
  }

  /** Of several gateways the one that has it, else the one that told last. */
  airOf(pen: PenId): PenOnAir | null {
    let best: (PenOnAir & { readonly rank: number }) | null = null;
    for (const { gateway, radio, heardMs } of this.#gateways.values()) {
      const own = radio?.pens.find((each) => each.pen === pen);
      if (own === undefined) continue;
      const rank = heardMs + (own.adapter === "" ? 0 : Number.MAX_SAFE_INTEGER / 2);
      if (best !== null && best.rank >= rank) continue;
      best = { gateway, radio: { ...own, latencyMs: own.latencyMs ?? this.#latency.get(pen) ?? null }, rank };
    }
    return best === null ? null : { gateway: best.gateway, radio: best.radio };
  }

  /** Null: no gateway here has it, or the one that has takes no orders. */
  orderTakerOf(pen: PenId): OrderTaker | null {
    const own = this.#gateways.get(this.airOf(pen)?.gateway ?? "");
    return own === undefined || own.sealKey === null ? null : { sealKey: own.sealKey, heardMs: own.heardMs };
  }

  /** Pens of the school for which no adapter has room. */
  get waiting(): WaitingPen[] {
    return [...this.#gateways.values()].flatMap(({ radio }) => radio?.waiting ?? []);
  }

  waitOf(pen: PenId): WaitingPen | null {
    return this.waiting.find((each) => each.pen === pen) ?? null;
  }

  #tick({ gateway, pens, radio, sealKey, last = false }: TickBody, receivedMs: number): void {
    for (const state of pens) this.#note(state);
    if (gateway === undefined) return;
    const known = this.#gateways.get(gateway);
    if (known === undefined && this.#gateways.size >= ROOM_GATEWAYS_MAX) return;
    const own = known ?? { gateway, heardMs: 0, radio: null, sealKey: null };
    this.#gateways.set(gateway, own);
    if (receivedMs < own.heardMs) return;
    own.heardMs = receivedMs;
    if (radio !== undefined) own.radio = radio;
    own.sealKey = sealKey ?? null;
    for (const { pen, adapter, latencyMs } of radio?.pens ?? []) {
      if (latencyMs !== null && adapter !== "") this.#latency.set(pen, latencyMs);
    }
    // What ended in good order is not missed.
    if (last) this.#gateways.delete(gateway);
  }

  #note(state: PenState): void {
    const known = this.#states.get(state.pen);
    if (known === undefined ? this.#states.size >= ROOM_PENS_MAX : known.heardMs > state.heardMs) return;
    this.#states.set(state.pen, state);
  }

  #dots({ pen, source, end, firstDot, dotCount }: DotBatch, receivedMs: number): void {
    const dots = firstDot + dotCount;
    if (end === null || source !== "live" || dots < LINE_DOTS_MIN) return;
    if (!this.#lines.has(pen) && this.#lines.size >= ROOM_PENS_MAX) return;
    this.#lines.set(pen, { atMs: receivedMs, dots, lostDots: end.lostDots });
  }
}
