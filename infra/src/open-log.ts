import path from "node:path";
import type { Clock, EventLog, Offset, TopicName } from "@penlight/proto";
import { type Config, ConfigError } from "./config.ts";
import { openEmbeddedLog } from "./event-log/embedded-log.ts";

/** A log that also says how far it reaches. */
export interface MeasuredLog extends EventLog {
  /** One past the last durable record of each partition. @throws LogError */
  endOffsets(topic: TopicName): readonly Offset[] | Promise<readonly Offset[]>;
  /** What a group has committed, by partition; where it has not, the first offset that is there. @throws LogError */
  committedOffsets(group: string, topic: TopicName): readonly Offset[] | Promise<readonly Offset[]>;
  /** The largest record time ever stored, ms, for a log that only this process writes. LOG-12. */
  lastTimestampMs?(): number;
}

/** The cluster that was named, else the log in the data folder. @throws LogError */
export async function openLog(config: Config, clock: Clock): Promise<MeasuredLog> {
  const { kafka, dataDirectory } = config;
  if (kafka !== null) throw new ConfigError("PENLIGHT_KAFKA_BROKERS is not understood yet; leave it out");
  return openEmbeddedLog({ directory: path.join(dataDirectory, "log"), clock });
}
