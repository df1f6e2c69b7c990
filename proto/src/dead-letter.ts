import { RECORD_BYTES_MAX } from "./port/log-limits.ts";
import { TOPICS, type TopicName } from "./topic.ts";

/** What could not be read, or could not be stored, kept whole for a person to look at: topic `dead.letters`. EVT-21. */
export interface DeadLetter {
  /** Where the bytes came from. */
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: bigint;
  /** Of the record: with it the bytes can be put back. Empty: it was not kept. */
  readonly key: string;
  /** Why, from a closed list of whoever wrote it. */
  readonly reason: string;
  readonly bytes: Uint8Array;
  /** There: the bytes are only the first of so many, as the whole would not fit into a record. */
  readonly cutFrom?: number;
}

/** Room for the other fields in a letter. */
const FIELDS_BYTES_MAX = 2048;
/** As many bytes as fit into a letter, base64 being a third longer. EVT-21. */
export const DEAD_LETTER_BYTES_MAX = Math.floor(((RECORD_BYTES_MAX - FIELDS_BYTES_MAX) * 3) / 4);

const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/** UTF-8 JSON: `offset` as text (it has 64 bits), `bytes` in base64. */
export function encodeDeadLetter(letter: DeadLetter): Uint8Array {
  const whole = letter.bytes;
  let text = "";
  for (const byte of whole.subarray(0, DEAD_LETTER_BYTES_MAX)) text += String.fromCharCode(byte);
  const cut = whole.length > DEAD_LETTER_BYTES_MAX ? { cutFrom: whole.length } : {};
  return encoder.encode(JSON.stringify({ ...letter, offset: letter.offset.toString(), bytes: btoa(text), ...cut }));
}

/** Null when the bytes are not a dead letter. */
export function decodeDeadLetter(bytes: Uint8Array): DeadLetter | null {
  try {
    const {
      topic,
      partition,
      offset,
      key = "",
      reason,
      bytes: base64,
      cutFrom,
    } = JSON.parse(decoder.decode(bytes)) as Record<string, unknown>;
    if (typeof topic !== "string" || !(topic in TOPICS) || typeof reason !== "string" || typeof base64 !== "string")
      return null;
    if (typeof partition !== "number" || typeof key !== "string" || typeof offset !== "string" || !/^\d+$/.test(offset))
      return null;
    const kept = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const cut = typeof cutFrom === "number" ? { cutFrom } : {};
    return { topic: topic as TopicName, partition, offset: BigInt(offset), key, reason, bytes: kept, ...cut };
  } catch {
    return null;
  }
}

/** A record of `dead.letters` that says that another one was put back. EVT-21. */
export interface ReplayMark {
  /** Id of the letter: its own partition and offset in `dead.letters`. */
  readonly replayed: string;
}

export function encodeReplayMark(mark: ReplayMark): Uint8Array {
  return encoder.encode(JSON.stringify(mark));
}

/** Null when the bytes are not a mark. */
export function decodeReplayMark(bytes: Uint8Array): ReplayMark | null {
  try {
    const { replayed } = JSON.parse(decoder.decode(bytes)) as Record<string, unknown>;
    return typeof replayed === "string" ? { replayed } : null;
  } catch {
    return null;
  }
}

/** @example deadLetterId({ partition: 0, offset: 17n }) // "0-17" */
export function deadLetterId({ partition, offset }: { readonly partition: number; readonly offset: bigint }): string {
  return `${partition}-${offset}`;
}
