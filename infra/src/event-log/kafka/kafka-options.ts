import type { Clock, TopicName, TopicSpec } from "@penlight/proto";

/** How to reach a Kafka cluster. Files are read and checked by whoever makes this from settings. */
export interface KafkaOptions {
  /** At least one `host:port`; the others of the cluster are found by asking it. */
  readonly brokers: readonly string[];
  /** Said to the brokers, for their logs and quotas. */
  readonly clientId: string;
  readonly clock: Clock;
  /** Put before every topic and group, so that several installations share a cluster. Default "penlight.". */
  readonly prefix?: string;
  /** Null: not encrypted. */
  readonly tls?: KafkaTls | null;
  readonly sasl?: KafkaSasl | null;
  readonly topics?: Readonly<Record<TopicName, TopicSpec>>;
  /** Of the topics that are made. Default 1 and 1; a cluster of three or more wants 3 and 2. */
  readonly replicationFactor?: number;
  readonly minInsyncReplicas?: number;
  /** False: a topic that is not there is refused, not made. Default true. */
  readonly makeTopics?: boolean;
  readonly limits?: Partial<KafkaLimits>;
  /** One line for the log of the process: what went wrong and is being repeated, what differs. */
  readonly say?: (text: string) => void;
}

export interface KafkaTls {
  /** PEM. Absent: the authorities that Node knows. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface KafkaSasl {
  readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
  readonly username: string;
  readonly password: string;
}

/** Every bound and pause of the Kafka log; tests make them small. */
export interface KafkaLimits {
  /** Least time between two produce requests unless `batchBytes` wait; a record that comes alone does not wait. */
  readonly lingerMs: number;
  /** So much goes out at once. */
  readonly batchBytes: number;
  /** One request holds at most this much of all partitions (and one record more). */
  readonly requestBytes: number;
  /** One partition's part of a request: below `message.max.bytes` of the broker, by default 1,048,588. */
  readonly partitionBatchBytes: number;
  /** Records that wait for the brokers. Above it appends fail with "log.io" until half of them are written. LOG-8. */
  readonly pendingBytes: number;
  /** An append that the brokers do not take is given up, and may be repeated, after this long. */
  readonly produceMs: number;
  /** A broker that does not answer for so long is asked again on a new connection. */
  readonly requestMs: number;
  readonly connectMs: number;
  /** Pause before what failed is tried again: doubled each time up to the second. */
  readonly retryMsMin: number;
  readonly retryMsMax: number;
  /** How long a broker holds a fetch that finds nothing (tulios/kafkajs#370 #1397: its default of 5 s delays everything). */
  readonly fetchWaitMs: number;
  readonly fetchBytesPerPartition: number;
  /** Read ahead of a handler, in each partition; above it the partition is not fetched. */
  readonly readAheadBytes: number;
  /** A member that is not heard of for so long has lost its partitions. The broker's least is 6 s by default. */
  readonly sessionMs: number;
  readonly heartbeatMs: number;
  /** How long a member may take to close its partitions when the group changes. */
  readonly rebalanceMs: number;
  /** Committed offsets are sent at most this often: a commit that is lost is a few records read again. */
  readonly commitIntervalMs: number;
}

export const KAFKA_LIMITS: KafkaLimits = {
  lingerMs: 2,
  batchBytes: 64 * 1024,
  requestBytes: 4 * 2 ** 20,
  partitionBatchBytes: 1_000_000,
  pendingBytes: 64 * 2 ** 20,
  produceMs: 10_000,
  requestMs: 5000,
  connectMs: 2000,
  retryMsMin: 50,
  retryMsMax: 2000,
  fetchWaitMs: 50,
  fetchBytesPerPartition: 256 * 1024,
  readAheadBytes: 2 ** 20,
  sessionMs: 10_000,
  heartbeatMs: 1000,
  rebalanceMs: 60_000,
  commitIntervalMs: 100,
};
