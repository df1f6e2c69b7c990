import path from "node:path";
import type { Clock, EventLog, Offset, TopicName } from "@penlight/proto";
import type { Config, KafkaConfig } from "./config.ts";
import { dataFolderOf } from "./data-folder.ts";
import { checkSchema } from "./event-log/check-schema.ts";
import { openEmbeddedLog } from "./event-log/embedded-log.ts";
import { type KafkaLog, openKafkaLog } from "./event-log/kafka-log.ts";
import { SystemClock } from "./system-clock.ts";

/** From so many copies on, a record has to be in two of them before it counts as written. */
const SEVERAL_COPIES = 3;

export interface OpenKafkaOptions {
  readonly clock: Clock;
  /** Said to the brokers. */
  readonly clientId: string;
  readonly say: (text: string) => void;
}

/** @throws LogError */
export async function openKafka(kafka: KafkaConfig, options: OpenKafkaOptions): Promise<KafkaLog> {
  const { brokers, prefix, replication, makeTopics, tls, sasl } = kafka;
  const log = await openKafkaLog({
    ...options,
    brokers,
    prefix,
    replicationFactor: replication,
    minInsyncReplicas: replication >= SEVERAL_COPIES ? 2 : 1,
    makeTopics,
    tls: tls && {
      ...(tls.ca && { ca: tls.ca }),
      ...(tls.cert && { cert: tls.cert }),
      ...(tls.key && { key: tls.key.reveal() }),
    },
    sasl: sasl && { mechanism: sasl.mechanism, username: sasl.user, password: sasl.password.reveal() },
  });
  return checked(log, options.clock);
}

/** A log that also says how far it reaches. */
export interface MeasuredLog extends EventLog {
  /** One past the last durable record of each partition. @throws LogError */
  endOffsets(topic: TopicName): readonly Offset[] | Promise<readonly Offset[]>;
  /** What a group has committed, by partition; where it has not, the first offset that is there. @throws LogError */
  committedOffsets(group: string, topic: TopicName): readonly Offset[] | Promise<readonly Offset[]>;
  /** The largest record time ever stored, ms, for a log that only this process writes. LOG-12. */
  lastTimestampMs?(): number;
}

/**
 * The cluster that was named, else the log in the data folder, unless a newer Penlight wrote to it. The way to a cluster
 * is measured in the machine's time, however fast the class lives. @throws LogError
 */
export async function openLog(config: Config, clock: Clock): Promise<MeasuredLog> {
  const { kafka } = config;
  if (kafka !== null)
    return openKafka(kafka, { clock: new SystemClock(), clientId: `penlight-${config.command}`, say: () => {} });
  return checked(await openEmbeddedLog({ directory: path.join(dataFolderOf(config), "log"), clock }), clock);
}

/** A log that cannot be used is closed. */
async function checked<Log extends MeasuredLog>(log: Log, clock: Clock): Promise<Log> {
  try {
    await checkSchema(log, clock);
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}
