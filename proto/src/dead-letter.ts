import { TOPICS, type TopicName } from "./topic.ts";

/** What could not be read, or could not be stored, kept whole for a person to look at: topic `dead.letters`. EVT-21. */
export interface DeadLetter {
  /** Where the bytes came from. */
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: bigint;
  /** Why, from a closed list of whoever wrote it. */
  readonly reason: string;
  readonly bytes: Uint8Array;
}

const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/** UTF-8 JSON: `offset` as text (it has 64 bits), `bytes` in base64. */
export function encodeDeadLetter(letter: DeadLetter): Uint8Array {
  let text = "";
  for (const byte of letter.bytes) text += String.fromCharCode(byte);
  return encoder.encode(JSON.stringify({ ...letter, offset: letter.offset.toString(), bytes: btoa(text) }));
}

/** Null when the bytes are not a dead letter. */
export function decodeDeadLetter(bytes: Uint8Array): DeadLetter | null {
  try {
    const { topic, partition, offset, reason, bytes: base64 } = JSON.parse(decoder.decode(bytes)) as Record<string, unknown>;
    if (typeof topic !== "string" || !(topic in TOPICS) || typeof reason !== "string" || typeof base64 !== "string")
      return null;
    if (typeof partition !== "number" || typeof offset !== "string" || !/^\d+$/.test(offset)) return null;
    const kept = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    return { topic: topic as TopicName, partition, offset: BigInt(offset), reason, bytes: kept };
  } catch {
    return null;
  }
}
