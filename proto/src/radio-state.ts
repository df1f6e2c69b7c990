import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type RadioState as RadioStateMessage, RadioStateSchema } from "./gen/penlight/v1/ink_pb.js";
import type { PenId } from "./ids.ts";
import { penIdOf, penNumberOf } from "./pen-state.ts";

/** What an adapter is doing; the index is what travels. EVT-23. */
export const ADAPTER_STATES = ["off", "starting", "on", "restarting", "failed"] as const;
export type AdapterState = (typeof ADAPTER_STATES)[number];

/** What goes wrong on the air; a kind that a reader does not know reads as "other". EVT-23. */
export const RADIO_FAULT_KINDS = [
  /** The adapter, or the process that serves it, is gone. */
  "adapter-lost",
  "scan-failed",
  /** A pen that was asked to connect did not answer in time. */
  "connect-timeout",
  "connect-failed",
  /** It says that it is a pen, and has no pen's service. */
  "no-service",
  /** A pen of the first generation (F110, protocol 1.x), which is not spoken here. */
  "old-protocol",
  /** A link ended that nobody ended. */
  "link-lost",
  "write-failed",
  /** Another device has a known pen's identity. */
  "imitation",
  /** It sent more than any pen does. */
  "flood",
  "other",
] as const;
export type RadioFaultKind = (typeof RADIO_FAULT_KINDS)[number];

/** At most so many of each are told: adapters, pens, waiting and unknown pens. EVT-23. */
export const RADIO_ROWS_MAX = { adapters: 16, pens: 128, waiting: 128, unknown: 64 } as const;
/** Characters of a name, as a device on the air may say anything. EVT-23. */
export const RADIO_NAME_LENGTH_MAX = 32;

export interface RadioAdapter {
  /** As the operating system calls it, e.g. "hci0". */
  readonly name: string;
  /** Its own MAC, 12 hex digits; "" while not known. */
  readonly address: string;
  readonly state: AdapterState;
  /** Pens connected, and how many it takes. */
  readonly pens: number;
  readonly capacity: number;
  /** Connects that are under way or wait for their turn. */
  readonly queue: number;
  /** Since the gateway began; kinds that did not happen are absent. */
  readonly faults: Partial<Readonly<Record<RadioFaultKind, number>>>;
}

/** A pen that was connected in this life of the gateway. */
export interface RadioPen {
  readonly pen: PenId;
  /** Name of the adapter that has it; "": none has. */
  readonly adapter: string;
  /** dBm, as last heard; null: the source does not say. */
  readonly signalDbm: number | null;
  /** Links lost since the gateway began. */
  readonly drops: number;
  /** Longest way of a stroke's end from the pen to the gateway since this was told last, above the least ever, ms. */
  readonly latencyMs: number | null;
  readonly memoryPercent: number | null;
  /** Ink in its memory that is known of and was not fetched yet. */
  readonly waitingBytes: number | null;
}

/** A pen of the school that is heard, and no adapter has room for it. */
export interface WaitingPen {
  readonly pen: PenId;
  readonly signalDbm: number | null;
  readonly sinceMs: number;
}

/** A pen that is nobody's here: nothing is read from it. */
export interface UnknownPen {
  readonly pen: PenId;
  readonly name: string;
  readonly signalDbm: number | null;
  readonly heardMs: number;
}

/** What a gateway knows of its radios and of who is on the air. EVT-23. */
export interface RadioState {
  readonly adapters: readonly RadioAdapter[];
  readonly pens: readonly RadioPen[];
  /** In the order of their turns. */
  readonly waiting: readonly WaitingPen[];
  readonly unknown: readonly UnknownPen[];
}

export function radioStateMessage({ adapters, pens, waiting, unknown }: RadioState): RadioStateMessage {
  return create(RadioStateSchema, {
    adapters: adapters.slice(0, RADIO_ROWS_MAX.adapters).map(adapterMessage),
    pens: pens.slice(0, RADIO_ROWS_MAX.pens).map((each) => ({
      pen: penNumberOf(each.pen),
      adapter: each.adapter.slice(0, RADIO_NAME_LENGTH_MAX),
      drops: each.drops,
      ...signalOf(each),
      ...(each.latencyMs === null ? {} : { latencyMs: each.latencyMs }),
      ...(each.memoryPercent === null ? {} : { memoryPercent: each.memoryPercent }),
      ...(each.waitingBytes === null ? {} : { waitingBytes: BigInt(each.waitingBytes) }),
    })),
    waiting: waiting.slice(0, RADIO_ROWS_MAX.waiting).map((each) => ({
      ...{ pen: penNumberOf(each.pen), sinceMs: each.sinceMs },
      ...signalOf(each),
    })),
    unknown: unknown.slice(0, RADIO_ROWS_MAX.unknown).map((each) => ({
      ...{ pen: penNumberOf(each.pen), name: each.name.slice(0, RADIO_NAME_LENGTH_MAX), heardMs: each.heardMs },
      ...signalOf(each),
    })),
  });
}

function adapterMessage(adapter: RadioAdapter) {
  const { state, faults, name, ...rest } = adapter;
  return {
    ...rest,
    name: name.slice(0, RADIO_NAME_LENGTH_MAX),
    state: ADAPTER_STATES.indexOf(state),
    faults: Object.entries(faults).map(([kind, count]) => ({ kind, count: BigInt(count) })),
  } satisfies NonNullable<MessageInitShape<typeof RadioStateSchema>["adapters"]>[number];
}

function signalOf({ signalDbm }: { readonly signalDbm: number | null }): { readonly signalDbm?: number } {
  return signalDbm === null ? {} : { signalDbm };
}

export function parseRadioState(message: RadioStateMessage): RadioState {
  return {
    adapters: message.adapters.map(({ name, address, state, pens, capacity, queue, faults }) => ({
      ...{ name, address, pens, capacity, queue },
      state: ADAPTER_STATES[state] ?? "failed",
      faults: parseFaults(faults),
    })),
    pens: message.pens.map(({ pen, adapter, signalDbm, drops, latencyMs, memoryPercent, waitingBytes }) => ({
      ...{ pen: penIdOf(pen), adapter, drops },
      signalDbm: signalDbm ?? null,
      latencyMs: latencyMs ?? null,
      memoryPercent: memoryPercent ?? null,
      waitingBytes: waitingBytes === undefined ? null : Number(waitingBytes),
    })),
    waiting: message.waiting.map(({ pen, signalDbm, sinceMs }) => ({
      ...{ pen: penIdOf(pen), sinceMs },
      signalDbm: signalDbm ?? null,
    })),
    unknown: message.unknown.map(({ pen, name, signalDbm, heardMs }) => ({
      ...{ pen: penIdOf(pen), name, heardMs },
      signalDbm: signalDbm ?? null,
    })),
  };
}

function parseFaults(faults: RadioStateMessage["adapters"][number]["faults"]): RadioAdapter["faults"] {
  const counts: Partial<Record<RadioFaultKind, number>> = {};
  for (const { kind, count } of faults) {
    const known = RADIO_FAULT_KINDS.find((each) => each === kind) ?? "other";
    counts[known] = (counts[known] ?? 0) + Number(count);
  }
  return counts;
}
