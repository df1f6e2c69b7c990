import {
  decodeInk,
  type EventLog,
  type Offset,
  type PenId,
  partitionOf,
  type RoomId,
  type StoredRecord,
  type StrokeId,
  strokeIdOf,
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

/** Of these strokes those that were passed on to another room (ANS-14) and were not processed there yet. @throws LogError */
export async function readGuestsUnderWay(
  log: MeasuredLog,
  of: {
    readonly room: RoomId;
    readonly strokes: ReadonlySet<string>;
    readonly sinceMs: number;
    readonly processed: readonly Offset[];
  },
): Promise<Set<string>> {
  const found = new Set<string>();
  if (of.strokes.size === 0) return found;
  const partitions = (await log.endOffsets("ink")).length;
  for (let partition = 0; partition < partitions; partition++) {
    const processedTo = of.processed[partition] ?? 0n;
    await readPartition(log, { topic: "ink", partition, since: { sinceMs: of.sinceMs } }, ({ key, value, offset }) => {
      if (key === of.room || offset < processedTo) return;
      const body = decodeInk(value)?.body;
      if (body?.kind !== "dots") return;
      const id = strokeIdOf(body.batch.pen, body.batch.page, body.batch.downMs);
      if (of.strokes.has(id)) found.add(id);
    });
  }
  return found;
}

/** The strokes of some pens that began in a time, of all rooms, each once, by the row that counts (HIS-7), those that are gone too. @throws HistoryError */
export async function readStrokes(
  history: Pick<ClickHouseHistory, "query">,
  of: { readonly room: RoomId; readonly pens: readonly PenId[]; readonly fromMs: number; readonly toMs: number },
): Promise<HistoryStroke[]> {
  if (of.pens.length === 0) return [];
  const rows = await history.query(
    `SELECT pen, page, pen_down_ms, min(down_host_ms) AS at_ms, 
         toFloat64(maxIf(version, NOT gone)) AS dots, toFloat64(countIf(NOT gone)) AS places,
         toFloat64(countIf(NOT gone AND room = ${sqlText(of.room)})) AS places_here
     FROM
     (
         SELECT room, pen, page, pen_down_ms, pen_down_ms + clock_offset_ms AS down_host_ms, version, gone
         FROM strokes
         WHERE pen IN (${of.pens.map(sqlText).join(", ")})
             AND pen_down_ms + clock_offset_ms BETWEEN ${of.fromMs} AND ${of.toMs}
         ORDER BY placement DESC, version DESC, gone DESC
         LIMIT 1 BY assignment, student, page, pen, pen_down_ms
     )
     GROUP BY pen, page, pen_down_ms`,
  );
  return (rows as unknown as StrokeLine[]).map(({ pen, page, pen_down_ms, at_ms, dots, places, places_here }) => {
    const stroke = `${pen}.${page === "" ? "unknown" : page}.${pen_down_ms}` as StrokeId;
    return { pen, stroke, atMs: at_ms, dots, places, isHere: places_here > 0 };
  });
}

interface StrokeLine {
  readonly pen: PenId;
  readonly page: string;
  readonly pen_down_ms: number;
  readonly at_ms: number;
  readonly dots: number;
  readonly places: number;
  readonly places_here: number;
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

/** Names of the gaps of a time, in whatever room: a guest's is told in the room of its lesson. HIS-4, ANS-15. @throws HistoryError */
export async function readGaps(
  history: Pick<ClickHouseHistory, "query">,
  of: { readonly fromMs: number; readonly toMs: number },
): Promise<Set<string>> {
  const rows = await history.query(
    `SELECT DISTINCT pen, at_ms, reason FROM gaps WHERE at_ms BETWEEN ${of.fromMs} AND ${of.toMs}`,
  );
  return new Set((rows as unknown as GapLine[]).map(({ pen, at_ms, reason }) => gapName(pen, at_ms, reason)));
}

interface GapLine {
  readonly pen: PenId;
  readonly at_ms: number;
  readonly reason: string;
}

/** Two gaps of one pen never carry one time. EVT-7. */
export function gapName(pen: PenId, atMs: number, reason: string): string {
  return `${pen}/${atMs}/${reason}`;
}
