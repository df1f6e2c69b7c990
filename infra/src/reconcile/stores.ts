import {
  type EventLog,
  type PenId,
  partitionOf,
  type RoomId,
  type StoredRecord,
  type StrokeId,
  type TopicName,
} from "@penlight/proto";
import type { ClickHouseHistory } from "../history/clickhouse-history.ts";
import { sqlText } from "../history/text-writer.ts";
import type { MeasuredLog } from "../open-log.ts";
import type { HistoryStroke } from "./stroke-audit.ts";

/** Where the ink of a room is, in this log: a cluster's topic may have more partitions than we ask for: LOG-14. @throws LogError */
export async function partitionOfRoom(log: Pick<MeasuredLog, "endOffsets">, room: RoomId): Promise<number> {
  return partitionOf(room, (await log.endOffsets("ink")).length);
}

/**
 * One partition of a topic, from its start or the first record that is not older than `sinceMs`, to its end of now.
 * `take` says "enough" to read no further. @throws LogError
 */
export async function readPartition(
  log: EventLog,
  from: { readonly topic: TopicName; readonly partition: number; readonly since: "start" | { readonly sinceMs: number } },
  take: (record: StoredRecord) => unknown,
): Promise<void> {
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve(), { once: true }));
  await log.consume({
    topic: from.topic,
    group: null,
    from: from.since,
    signal: stop.signal,
    openPartition: ({ partition, startOffset, endOffset }) => {
      if (partition !== from.partition) return { onBatch: () => stopped.then(() => startOffset) };
      if (startOffset >= endOffset) stop.abort();
      let next = startOffset;
      return {
        onBatch: async (records) => {
          for (const record of records) {
            if (record.offset >= endOffset) break;
            next = take(record) === "enough" ? endOffset : record.offset + 1n;
            if (next >= endOffset) break;
          }
          if (next >= endOffset) stop.abort();
          return next;
        },
      };
    },
  });
}

/** The strokes of some pens that began in a time, each once, by the row that counts (HIS-7), those that are gone too. @throws HistoryError */
export async function readStrokes(
  history: Pick<ClickHouseHistory, "query">,
  of: { readonly room: RoomId; readonly pens: readonly PenId[]; readonly fromMs: number; readonly toMs: number },
): Promise<HistoryStroke[]> {
  if (of.pens.length === 0) return [];
  const rows = await history.query(
    `SELECT pen, page, pen_down_ms, min(down_host_ms) AS at_ms, 
         toFloat64(maxIf(version, NOT gone)) AS dots, toFloat64(countIf(NOT gone)) AS places
     FROM
     (
         SELECT pen, page, pen_down_ms, pen_down_ms + clock_offset_ms AS down_host_ms, version, gone
         FROM strokes
         WHERE room = ${sqlText(of.room)} AND pen IN (${of.pens.map(sqlText).join(", ")})
             AND pen_down_ms + clock_offset_ms BETWEEN ${of.fromMs} AND ${of.toMs}
         ORDER BY placement DESC, version DESC, gone DESC
         LIMIT 1 BY assignment, student, page, pen, pen_down_ms
     )
     GROUP BY pen, page, pen_down_ms`,
  );
  return (rows as unknown as StrokeLine[]).map(({ pen, page, pen_down_ms, at_ms, dots, places }) => {
    const stroke = `${pen}.${page === "" ? "unknown" : page}.${pen_down_ms}` as StrokeId;
    return { pen, stroke, atMs: at_ms, dots, places };
  });
}

interface StrokeLine {
  readonly pen: PenId;
  readonly page: string;
  readonly pen_down_ms: number;
  readonly at_ms: number;
  readonly dots: number;
  readonly places: number;
}

/** Time and offset of the oldest record that a partition still has; null: it has none. @throws LogError */
export async function readOldest(log: EventLog, topic: TopicName, partition: number): Promise<StoredRecord | null> {
  let oldest: StoredRecord | null = null;
  await readPartition(log, { topic, partition, since: "start" }, (record) => {
    oldest = record;
    return "enough";
  });
  return oldest;
}

/** Pens of which history has a stroke that began in a time. @throws HistoryError */
export async function readPens(
  history: Pick<ClickHouseHistory, "query">,
  of: { readonly room: RoomId; readonly fromMs: number; readonly toMs: number },
): Promise<PenId[]> {
  const rows = await history.query(
    `SELECT DISTINCT pen FROM strokes
     WHERE room = ${sqlText(of.room)} AND pen_down_ms + clock_offset_ms BETWEEN ${of.fromMs} AND ${of.toMs}`,
  );
  return rows.map(({ pen }) => pen as PenId);
}

/** What the gaps of a time were declared by (HIS-4). @throws HistoryError */
export async function readGapCauses(
  history: Pick<ClickHouseHistory, "query">,
  of: { readonly room: RoomId; readonly fromMs: number; readonly toMs: number },
): Promise<Set<string>> {
  const rows = await history.query(
    `SELECT DISTINCT cause FROM gaps WHERE room = ${sqlText(of.room)} AND at_ms BETWEEN ${of.fromMs} AND ${of.toMs}`,
  );
  return new Set(rows.map(({ cause }) => cause as string));
}
