import { encodeDeadLetter, type NewRecord, type RoomId } from "@penlight/proto";
import type { DamagedChunk } from "./core/memory-receiver.ts";

/** It was never a record of a topic. */
const NOWHERE = { topic: "ink", partition: -1, offset: 0n, key: "" } as const;

/** A chunk of a pen's memory that cannot be read, as a record of `dead.letters`: the frame as it came, and whose. EVT-21. */
export function letterOf(room: RoomId, { pen, damage, bytes }: DamagedChunk, nowMs: number): NewRecord {
  const frame = Buffer.from(bytes).toString("base64");
  const kept = new TextEncoder().encode(JSON.stringify({ room, pen, frame }));
  const value = encodeDeadLetter({ ...NOWHERE, reason: `memory-chunk.${damage}`, bytes: kept });
  return { key: NOWHERE.topic, value, timestampMs: Math.floor(nowMs) };
}
