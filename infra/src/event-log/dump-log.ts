import { type StoredRecord, TOPICS, type TopicName } from "@penlight/proto";
import { type LogFiles, nodeFiles } from "./log-files.ts";
import { readFolder, type TopicTable } from "./log-folder.ts";

export interface LogDump {
  /** Every stored record of each topic, partition by partition in offset order. */
  readonly topics: ReadonlyMap<TopicName, readonly StoredRecord[]>;
  /** `group/topic/partition` -> committed offset; `group/topic/partition/owner` -> generation of its last owner. */
  readonly committed: ReadonlyMap<string, number>;
  readonly lastTimestampMs: number;
}

/** All that a closed folder (or one whose process died) holds; changes nothing in it. For tests and for a look inside. */
export async function dumpLog(directory: string, options: { topics?: TopicTable; files?: LogFiles } = {}): Promise<LogDump> {
  const { topics = TOPICS, files = nodeFiles } = options;
  const folder = await readFolder({ files, folder: directory, topics, nowMs: 0, mode: "read" });
  try {
    const found = new Map<TopicName, StoredRecord[]>();
    for (const [topic, spec] of Object.entries(topics)) {
      const all: StoredRecord[] = [];
      for (let partition = 0; partition < spec.partitions; partition++) {
        const stored = folder.partition(topic as TopicName, partition);
        for (let from = stored.start; from < stored.durable; ) {
          const records = await stored.read(from, "durable");
          const last = records.at(-1);
          if (last === undefined) break;
          for (const record of records) all.push(record);
          from = Number(last.offset) + 1;
        }
      }
      found.set(topic as TopicName, all);
    }
    return { topics: found, committed: folder.committed, lastTimestampMs: folder.lastTimestampMs };
  } finally {
    for (const journal of folder.journals) await journal.file.close();
  }
}
