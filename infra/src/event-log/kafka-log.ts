import {
  type ConsumeOptions,
  type EventLog,
  LogError,
  type NewRecord,
  type Offset,
  RECORD_BYTES_MAX,
  recordBytes,
  TOPICS,
  type TopicName,
} from "@penlight/proto";
import { KafkaConsumer } from "./kafka/consumer.ts";
import { GroupMember } from "./kafka/group-member.ts";
import { kafkaLogError } from "./kafka/kafka-errors.ts";
import { KAFKA_LIMITS, type KafkaLimits, type KafkaOptions } from "./kafka/kafka-options.ts";
import { ensureTopics, type TopicPlaces } from "./kafka/kafka-topics.ts";
import { KafkaLink, OFFSET_AT } from "./kafka/link.ts";
import { KafkaProducer } from "./kafka/producer.ts";
import { seldom } from "./kafka/seldom.ts";

export type { KafkaOptions, KafkaSasl, KafkaTls } from "./kafka/kafka-options.ts";

export interface KafkaLogStats {
  readonly appends: number;
  readonly records: number;
  /** Produce requests that were sent, and those that had to be repeated. */
  readonly produces: number;
  readonly failures: number;
  /** Acknowledged. */
  readonly bytes: number;
}

/** The event log in a Kafka cluster (ADR 0011). */
export interface KafkaLog extends EventLog {
  /** One past the last record of each partition that every replica has. @throws LogError */
  endOffsets(topic: TopicName): Promise<readonly Offset[]>;
  /** What a group has committed, by partition; where it has not, the first offset that is there. @throws LogError */
  committedOffsets(group: string, topic: TopicName): Promise<readonly Offset[]>;
  stats(): KafkaLogStats;
}

/**
 * Connects, and makes or checks the topics. Nothing is repeated here for long: who starts a service decides how to wait.
 * @throws LogError "log.unreachable" (can be repeated), "log.denied", "log.topic"
 */
export async function openKafkaLog(given: KafkaOptions): Promise<KafkaLog> {
  const options = { ...given, say: seldom(given.clock, given.say ?? (() => undefined)) };
  const limits = { ...KAFKA_LIMITS, ...options.limits };
  const link = new KafkaLink(options, limits, []);
  try {
    const places = await ensureTopics(link, options, options.topics ?? TOPICS);
    return new ClusterLog(options, limits, places);
  } finally {
    link.close();
  }
}

class ClusterLog implements KafkaLog {
  readonly #options: KafkaOptions;
  readonly #limits: KafkaLimits;
  readonly #places: TopicPlaces;
  readonly #link: KafkaLink;
  readonly #producer: KafkaProducer;
  readonly #stop = new AbortController();
  readonly #consuming = new Set<Promise<void>>();
  #closing: Promise<void> | null = null;

  constructor(options: KafkaOptions, limits: KafkaLimits, places: TopicPlaces) {
    this.#options = options;
    this.#limits = limits;
    this.#places = places;
    this.#link = new KafkaLink(
      options,
      limits,
      Object.values(places).map(({ name }) => name),
    );
    this.#producer = new KafkaProducer(this.#link, limits, this.#stop.signal);
  }

  append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.reject(new LogError("log.closed"));
    for (const record of records) {
      if (recordBytes(record) > RECORD_BYTES_MAX) {
        return Promise.reject(new LogError("log.too-large", `${recordBytes(record)} of ${RECORD_BYTES_MAX} bytes`));
      }
    }
    if (records.length === 0) return Promise.resolve();
    const { name, partitions } = this.#places[topic];
    return this.#producer.append(name, partitions, records);
  }

  async consume(options: ConsumeOptions): Promise<void> {
    if (this.#stop.signal.aborted) throw new LogError("log.closed");
    if (options.signal.aborted) return;
    const { name } = this.#places[options.topic];
    const consumer = new KafkaConsumer({
      link: new KafkaLink(this.#options, this.#limits, [name]),
      topic: name,
      groupId: options.group === null ? null : this.#groupId(options.group, options.topic),
      limits: this.#limits,
      consume: { ...options, signal: AbortSignal.any([options.signal, this.#stop.signal]) },
      say: this.#options.say ?? (() => undefined),
    });
    const consuming = consumer.run();
    this.#consuming.add(consuming);
    try {
      await consuming;
    } finally {
      this.#consuming.delete(consuming);
    }
    if (!options.signal.aborted) throw new LogError("log.closed");
  }

  /** A group of ours is one of Kafka's for each topic, so that no member waits for those of another topic. */
  #groupId(group: string, topic: TopicName): string {
    return `${this.#places[topic].name}.${group}`;
  }

  async endOffsets(topic: TopicName): Promise<readonly Offset[]> {
    return this.#offsets(topic, OFFSET_AT.end);
  }

  async committedOffsets(group: string, topic: TopicName): Promise<readonly Offset[]> {
    const { name } = this.#places[topic];
    const starts = await this.#offsets(topic, OFFSET_AT.start);
    const groupId = this.#groupId(group, topic);
    const member = new GroupMember({ link: this.#link, groupId, topic: name, limits: this.#limits });
    const committed = await member
      .committed(starts.map((_, partition) => partition))
      .catch((error: unknown) => Promise.reject(kafkaLogError(error, groupId)));
    return starts.map((start, partition) => {
      const offset = committed.get(partition)?.offset ?? -1n;
      return offset < start ? start : offset;
    });
  }

  /** A partition has no leader for a moment after its topic was made, or a broker went. */
  async #offsets(topic: TopicName, at: number): Promise<Offset[]> {
    const { name, partitions } = this.#places[topic];
    const { clock } = this.#options;
    const { produceMs, retryMsMin, retryMsMax } = this.#limits;
    const numbers = Array.from({ length: partitions }, (_, partition) => partition);
    const untilMs = clock.nowMs() + produceMs;
    for (let waitMs = retryMsMin; ; waitMs = Math.min(2 * waitMs, retryMsMax)) {
      try {
        await this.#link.ready();
        const offsets = await this.#link.offsetsAt(name, numbers, at);
        return numbers.map((partition) => offsets.get(partition) ?? 0n);
      } catch (error) {
        const failure = kafkaLogError(error, name);
        if (!failure.canRetry || clock.nowMs() >= untilMs || this.#stop.signal.aborted) throw failure;
        await clock.sleep(waitMs, this.#stop.signal);
        await this.#link.refresh().catch(() => undefined);
      }
    }
  }

  stats(): KafkaLogStats {
    return { ...this.#producer.counts };
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeNow();
    return this.#closing;
  }

  /** What was appended is written, if a broker takes it now; consumers close and commit. */
  async #closeNow(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled([...this.#consuming, this.#producer.settled()]);
    this.#link.close();
  }
}
