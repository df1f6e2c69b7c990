import { create } from "@bufbuild/protobuf";
import {
  type PasswordAnswer as PasswordAnswerMessage,
  PasswordAnswerSchema,
  type PenState as PenStateMessage,
  PenStateSchema,
  type PenTotals as PenTotalsMessage,
  PenTotalsSchema,
} from "./gen/penlight/v1/ink_pb.js";
import type { PenId } from "./ids.ts";
import { PASSWORD_OUTCOMES, type PasswordAnswer } from "./pen-order.ts";

/** State of the link to a pen; the index is what travels. EVT-6. */
export const PEN_LINKS = ["lost", "connecting", "connected", "off", "locked"] as const;
export type PenLinkState = (typeof PEN_LINKS)[number];

/** What is wrong with a pen, as it says itself or as its events show; the index is what travels. EVT-25. */
export const PEN_TROUBLES = [
  "battery-low",
  "memory-full",
  "cannot-read", // its camera does not find the pattern: dirt, other paper, held too flat
  "password-refused", // of the stored one, or tries used up by others: a person has to look
  "off-idle",
  "off-battery",
  "off-key",
  "off-cap",
  "off-fault", // an error of its own; overheating has no code that is known
  "off-usb",
  "off-wiped", // ten wrong passwords: its memory is gone
  "off-update",
] as const;
export type PenTrouble = (typeof PEN_TROUBLES)[number];

export interface PenState {
  readonly pen: PenId;
  readonly link: PenLinkState;
  readonly batteryPercent: number | null;
  readonly charging: boolean;
  readonly heardMs: number;
  readonly lostDots: number;
  readonly model: string;
  readonly firmware: string;
  /** Strokes that came out of the pen's memory and had not been heard whole, in this life of the gateway. Absent: none. */
  readonly recoveredStrokes?: number;
  /** Absent: none. */
  readonly troubles?: readonly PenTrouble[];
  /** Absent: not known. */
  readonly protocol?: string;
  /** Absent in what older gateways wrote. */
  readonly totals?: PenTotals;
  /** Absent: nobody has ordered anything in this life of the gateway. REG-9. */
  readonly password?: PasswordAnswer;
}

/** What a life of a gateway heard of a pen so far. EVT-15. */
export interface PenTotals {
  readonly liveDots: number;
  /** Strokes that ended with a dot at least. */
  readonly liveStrokes: number;
  readonly memoryDots: number;
  readonly memoryStrokes: number;
  /** Sum of `lostEvents` of its gap records. */
  readonly lostEvents: number;
}

export function penNumberOf(pen: PenId): bigint {
  return BigInt(`0x${pen}`);
}
export function penIdOf(pen: bigint): PenId {
  return pen.toString(16).padStart(12, "0") as PenId;
}

export function countedPenStateMessage(state: PenState): PenStateMessage {
  const message = penStateMessage(state);
  if (state.password !== undefined) message.password = create(PasswordAnswerSchema, answerMessage(state.password));
  if (state.totals === undefined) return message;
  const { liveDots, liveStrokes, memoryDots, memoryStrokes, lostEvents } = state.totals;
  message.totals = create(PenTotalsSchema, {
    liveDots: BigInt(liveDots),
    liveStrokes: BigInt(liveStrokes),
    memoryDots: BigInt(memoryDots),
    memoryStrokes: BigInt(memoryStrokes),
    lostEvents: BigInt(lostEvents),
  });
  return message;
}

function answerMessage({ order, outcome, triesLeft }: PasswordAnswer) {
  return { order, outcome: PASSWORD_OUTCOMES.indexOf(outcome), ...(triesLeft === null ? {} : { triesLeft }) };
}

/** Without totals and answers: they are between gateway and log. */
export function penStateMessage(state: PenState): PenStateMessage {
  return create(PenStateSchema, {
    pen: penNumberOf(state.pen),
    link: PEN_LINKS.indexOf(state.link),
    ...(state.batteryPercent === null ? {} : { batteryPercent: state.batteryPercent }),
    charging: state.charging,
    heardMs: state.heardMs,
    lostDots: state.lostDots,
    model: state.model,
    firmware: state.firmware,
    ...(state.recoveredStrokes === undefined ? {} : { recoveredStrokes: state.recoveredStrokes }),
    ...(state.troubles === undefined ? {} : { troubles: state.troubles.map((each) => PEN_TROUBLES.indexOf(each)) }),
    ...(state.protocol === undefined ? {} : { protocol: state.protocol }),
  });
}

export function parsePenState(message: PenStateMessage): PenState {
  return {
    pen: penIdOf(message.pen),
    link: PEN_LINKS[message.link] ?? "lost",
    batteryPercent: message.batteryPercent ?? null,
    charging: message.charging,
    heardMs: message.heardMs,
    lostDots: message.lostDots,
    model: message.model,
    firmware: message.firmware,
    ...(message.recoveredStrokes === 0 ? {} : { recoveredStrokes: message.recoveredStrokes }),
    ...(message.troubles.length === 0 ? {} : { troubles: message.troubles.flatMap((each) => PEN_TROUBLES[each] ?? []) }),
    ...(message.protocol === "" ? {} : { protocol: message.protocol }),
    ...(message.totals === undefined ? {} : { totals: parseTotals(message.totals) }),
    ...(message.password === undefined ? {} : { password: parseAnswer(message.password) }),
  };
}

function parseAnswer({ order, outcome, triesLeft }: PasswordAnswerMessage): PasswordAnswer {
  return { order, outcome: PASSWORD_OUTCOMES[outcome] ?? "unknown", triesLeft: triesLeft ?? null };
}

function parseTotals({ liveDots, liveStrokes, memoryDots, memoryStrokes, lostEvents }: PenTotalsMessage): PenTotals {
  return {
    liveDots: Number(liveDots),
    liveStrokes: Number(liveStrokes),
    memoryDots: Number(memoryDots),
    memoryStrokes: Number(memoryStrokes),
    lostEvents: Number(lostEvents),
  };
}
