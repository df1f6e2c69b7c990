import { createHash } from "node:crypto";
import {
  type Clock,
  type DeadLetter,
  deadLetterId,
  decodeDeadLetter,
  decodeReplayMark,
  encodeReplayMark,
  type HistoryBatch,
  type HistoryWriter,
} from "@penlight/proto";
import { scanTopic } from "./event-log/scan-topic.ts";
import type { MeasuredLog } from "./open-log.ts";

/** A letter of this reason is a row of history, and goes back there. */
const HISTORY_REFUSED = "history.refused";

/** A chunk of a pen's memory: it has no place of its own, and is nothing to append. PEN-9. */
const MEMORY_CHUNK = "memory-chunk.";

/** A letter as it lies in `dead.letters`. */
export interface StoredLetter extends DeadLetter {
  readonly id: string;
  /** When it was written, ms. */
  readonly atMs: number;
  /** When it was put back last, ms; null: never. */
  readonly replayedMs: number | null;
}

/**
 * Every letter, oldest first. What a processor read twice it buried twice: the first letter stands for all of them. EVT-21.
 * @throws LogError
 */
export async function readDeadLetters(log: MeasuredLog): Promise<StoredLetter[]> {
  const letters = new Map<string, StoredLetter>();
  /** Which one a letter's own id stands for. */
  const sameAs = new Map<string, string>();
  await scanTopic(log, "dead.letters", (record) => {
    const { timestampMs: atMs, value } = record;
    const mark = decodeReplayMark(value);
    const named = mark === null ? undefined : sameAs.get(mark.replayed);
    const marked = named === undefined ? undefined : letters.get(named);
    if (named !== undefined && marked !== undefined) letters.set(named, { ...marked, replayedMs: atMs });
    const letter = decodeDeadLetter(value);
    if (letter === null) return;
    const id = deadLetterId(record);
    const origin = originOf(letter);
    sameAs.set(id, origin);
    if (!letters.has(origin)) letters.set(origin, { ...letter, id, atMs, replayedMs: null });
  });
  return [...letters.values()];
}

/** What a letter is about: a record by its place; a row, which has none of its own, by what it is. EVT-21. */
function originOf({ topic, partition, offset, reason, bytes }: DeadLetter): string {
  if (reason === HISTORY_REFUSED || reason.startsWith(MEMORY_CHUNK)) return createHash("sha256").update(bytes).digest("base64");
  return `${topic}/${partition}@${offset}`;
}

/** Why a letter cannot be put back; null: it can. */
export function whyNotReplayed({ reason, key, cutFrom }: DeadLetter): string | null {
  if (reason.startsWith(MEMORY_CHUNK)) return "it is a chunk of a pen's memory that this version cannot read";
  if (cutFrom !== undefined) return `only the first of its ${cutFrom} bytes are kept`;
  if (reason !== HISTORY_REFUSED && key === "") return "its key was not kept";
  return null;
}

export interface ReplayOptions {
  readonly log: MeasuredLog;
  readonly clock: Clock;
  /** Opened only when a row of history is among the letters. */
  readonly history: () => Promise<HistoryWriter>;
}

/**
 * Puts a letter back where it came from: the original bytes to the original topic under the original key, or a row to
 * history; then marks it. A crash between the two puts it back twice, which changes nothing. EVT-21.
 * @throws LogError | HistoryError
 */
export async function replayLetter(letter: StoredLetter, { log, clock, history }: ReplayOptions): Promise<void> {
  const timestampMs = Math.floor(clock.nowMs());
  const { topic, key, bytes, reason, id } = letter;
  if (reason === HISTORY_REFUSED) await (await history()).write(rowOf(bytes));
  else await log.append(topic, [{ key, value: bytes, timestampMs }]);
  await log.append("dead.letters", [{ key: topic, value: encodeReplayMark({ replayed: id }), timestampMs }]);
}

function rowOf(bytes: Uint8Array): HistoryBatch {
  const { batch } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly batch: HistoryBatch };
  return { ...batch, strokes: batch.strokes.map((stroke) => ({ ...stroke, dots: Int32Array.from(stroke.dots) })) };
}
