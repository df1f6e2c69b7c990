import type { StoredRecord, TopicName } from "@penlight/proto";
import type { MeasuredLog } from "../open-log.ts";

/** Hands over every record that a topic has at this moment, partition by partition in order, then ends. @throws LogError */
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
      if (next >= end) arrived(partition);
      return {
        onBatch: async (records) => {
          for (const record of records) {
            if (record.offset < end) onRecord(record);
            next = record.offset + 1n;
          }
          // An empty batch: the last records can have been compacted away.
          if (next >= end || records.length === 0) arrived(partition);
          return next;
        },
      };
    },
  });
}
