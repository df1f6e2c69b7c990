import { IDLE_BATCH_MS, LogError, type StoredRecord, type TopicName } from "@penlight/proto";
import type { MeasuredLog } from "../open-log.ts";

/** A partition that has more and shows nothing for so long is an error, ms. */
const QUIET_MS_MAX = 30_000;

/**
 * Hands over every record that a topic has at this moment, partition by partition in order, then ends. A log that
 * is slow hands over empty batches too, so only the last record's offset ends it; compaction never takes that one.
 * @throws LogError
 */
export async function scanTopic(log: MeasuredLog, topic: TopicName, onRecord: (record: StoredRecord) => void): Promise<void> {
  const ends = await log.endOffsets(topic);
  const behind = new Set(ends.flatMap((end, partition) => (end > 0n ? [partition] : [])));
  const stop = new AbortController();
  const arrived = (partition: number) => {
    behind.delete(partition);
    if (behind.size === 0) stop.abort();
  };
  if (behind.size === 0) return;
  await log.consume({
    topic,
    group: null,
    from: "start",
    signal: stop.signal,
    openPartition: ({ partition, startOffset }) => {
      const end = ends[partition] ?? 0n;
      let next = startOffset;
      let quietMs = 0;
      if (next >= end) arrived(partition);
      return {
        onBatch: async (records) => {
          for (const record of records) {
            if (record.offset < end) onRecord(record);
            next = record.offset + 1n;
          }
          quietMs = records.length === 0 ? quietMs + IDLE_BATCH_MS : 0;
          if (next >= end) arrived(partition);
          else if (quietMs >= QUIET_MS_MAX)
            throw new LogError(
              "log.unreachable",
              `${topic}/${partition} shows nothing from offset ${next} on, but ends at ${end}`,
            );
          return next;
        },
      };
    },
  });
}
