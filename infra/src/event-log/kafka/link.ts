import { type Clock, LogError, type Offset } from "@penlight/proto";
import protocol from "kafkajs/src/protocol/requests/index.js";
import { decodeFetch, type FetchedPartition } from "./fetch-response.ts";
import { BrokerRefusal, kafkaLogError, rootOf } from "./kafka-errors.ts";
import type { KafkaLimits, KafkaOptions } from "./kafka-options.ts";
import {
  cutBroker,
  cutCluster,
  openCluster,
  type WireBroker,
  type WireCluster,
  type WirePartition,
  type WireRequest,
} from "./wire.ts";

/** Versions that every broker from 2.4 to 4.x speaks and whose answers are read here. */
const PRODUCE_VERSION = 7;
const FETCH_VERSION = 11;
const LIST_OFFSETS_VERSION = 3;

/** Timestamps with a meaning of their own in ListOffsets. */
export const OFFSET_AT = { start: -2, end: -1 } as const;

export interface ProducedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
}

export interface TopicBatch {
  readonly topic: string;
  readonly partitions: readonly {
    readonly partition: number;
    readonly firstSequence: number;
    readonly messages: readonly { readonly key: Buffer; readonly value: Buffer; readonly timestamp: string }[];
  }[];
}

export interface ProducerId {
  readonly producerId: string;
  readonly producerEpoch: number;
}

/**
 * One set of connections to a cluster: two to each broker that is used. Whoever may wait long for an answer (a fetch, a
 * group's rebalance) has a link of its own, for a broker answers one request of a connection at a time.
 */
export class KafkaLink {
  readonly #options: KafkaOptions;
  readonly #limits: KafkaLimits;
  readonly #topics: readonly string[];
  #cluster: WireCluster;
  #refreshing: Promise<void> | null = null;
  /** Not before this time, and how long after the next failure: whoever asks in vain waits here, together with the others. */
  #refreshDueMs = 0;
  #pauseMs: number;
  readonly #stop = new AbortController();

  /** `topics`: what metadata is asked for; none: every topic of the cluster. */
  constructor(options: KafkaOptions, limits: KafkaLimits, topics: readonly string[]) {
    this.#options = options;
    this.#limits = limits;
    this.#topics = topics;
    this.#pauseMs = limits.retryMsMin;
    this.#cluster = this.#open();
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get cluster(): WireCluster {
    return this.#cluster;
  }

  #open(): WireCluster {
    const cluster = openCluster(this.#options, this.#limits);
    for (const topic of this.#topics) cluster.targetTopics.add(topic);
    return cluster;
  }

  /** Asks who leads what. @throws LogError when no broker answers. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshNow().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refreshNow(): Promise<void> {
    const dueMs = this.#refreshDueMs - this.clock.nowMs();
    if (dueMs > 0) await this.clock.sleep(dueMs, this.#stop.signal);
    if (this.#stop.signal.aborted) throw new LogError("log.closed");
    const cluster = this.#cluster;
    try {
      await cluster.connect();
      await cluster.refreshMetadata();
      this.#pauseMs = this.#limits.retryMsMin;
    } catch (error) {
      this.#refreshDueMs = this.clock.nowMs() + this.#pauseMs;
      this.#pauseMs = Math.min(2 * this.#pauseMs, this.#limits.retryMsMax);
      // A connection that hangs is not told from a good one by kafkajs, so all of them begin anew.
      if (!this.#stop.signal.aborted) this.#cluster = this.#open();
      cutCluster(cluster);
      throw kafkaLogError(error, this.#options.brokers.join(","));
    }
    if (this.#stop.signal.aborted) cutCluster(cluster);
  }

  async ready(): Promise<void> {
    if (this.#cluster.brokerPool.metadata === null) await this.refresh();
  }

  partitionsOf(topic: string): readonly WirePartition[] {
    const found = this.#cluster.brokerPool.metadata?.topicMetadata.find((each) => each.topic === topic);
    return found?.partitionMetadata ?? [];
  }

  /** Null while it is not known, or there is none. */
  leaderOf(topic: string, partition: number): number | null {
    const found = this.partitionsOf(topic).find((each) => each.partitionId === partition);
    return found === undefined || found.leader < 0 ? null : found.leader;
  }

  /** Runs `ask` with a connected broker. One that does not answer, or not any more, loses its connections. */
  async at<T>(find: (cluster: WireCluster) => Promise<WireBroker>, ask: (broker: WireBroker) => Promise<T>): Promise<T> {
    if (Object.keys(this.#cluster.brokerPool.brokers).length === 0) await this.refresh();
    const cluster = this.#cluster;
    const broker = await find(cluster);
    try {
      return await ask(broker);
    } catch (error) {
      const { name } = rootOf(error);
      if (
        name === "KafkaJSRequestTimeoutError" ||
        name === "KafkaJSConnectionError" ||
        name === "KafkaJSConnectionClosedError"
      ) {
        cutBroker(cluster, broker);
      }
      throw error;
    }
  }

  node<T>(nodeId: number, ask: (broker: WireBroker) => Promise<T>): Promise<T> {
    return this.at((cluster) => cluster.findBroker({ nodeId }), ask);
  }

  controller<T>(ask: (broker: WireBroker) => Promise<T>): Promise<T> {
    return this.node(this.#cluster.brokerPool.metadata?.controllerId ?? -1, ask);
  }

  /** A broker of the cluster, whichever; for what any of them can answer. */
  any<T>(ask: (broker: WireBroker) => Promise<T>): Promise<T> {
    const ids = Object.keys(this.#cluster.brokerPool.brokers).map(Number);
    return this.node(ids[0] ?? -1, ask);
  }

  async produce(nodeId: number, id: ProducerId, topicData: readonly TopicBatch[]): Promise<readonly ProducedPartition[]> {
    const request = protocol.requests.Produce.protocol({ version: PRODUCE_VERSION })({
      acks: -1,
      timeout: this.#limits.requestMs,
      compression: 0,
      topicData,
      ...id,
    });
    const { topics } = (await this.node(nodeId, (broker) => broker.connectionPool.send(unparsed(request)))) as {
      readonly topics: readonly { readonly topicName: string; readonly partitions: readonly ProducedPartition[] }[];
    };
    return topics.flatMap(({ topicName, partitions }) =>
      partitions.map(({ partition, errorCode }) => ({ topic: topicName, partition, errorCode })),
    );
  }

  async fetch(
    nodeId: number,
    topic: string,
    partitions: readonly { readonly partition: number; readonly fetchOffset: Offset }[],
  ): Promise<readonly FetchedPartition[]> {
    const limits = this.#limits;
    const { request } = protocol.requests.Fetch.protocol({ version: FETCH_VERSION })({
      replicaId: -1,
      maxWaitTime: limits.fetchWaitMs,
      minBytes: 1,
      maxBytes: limits.fetchBytesPerPartition * partitions.length,
      isolationLevel: 0,
      topics: [
        {
          topic,
          partitions: partitions.map(({ partition, fetchOffset }) => ({
            partition,
            fetchOffset: String(fetchOffset),
            maxBytes: limits.fetchBytesPerPartition,
          })),
        },
      ],
    });
    const response = { decode: async (payload: Buffer) => decodeFetch(payload), parse: same };
    return (await this.node(nodeId, (broker) => broker.connectionPool.send({ request, response }))) as FetchedPartition[];
  }

  /** Offset of the first record at or after `timestampMs` (or {@link OFFSET_AT}) of each partition; -1n: there is none. */
  async offsetsAt(topic: string, partitions: readonly number[], timestampMs: number): Promise<Map<number, Offset>> {
    const found = new Map<number, Offset>();
    const byLeader = new Map<number, number[]>();
    for (const partition of partitions) {
      const leader = this.leaderOf(topic, partition);
      if (leader === null) throw new BrokerRefusal(5, `${topic}/${partition}`);
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition]);
    }
    for (const [leader, led] of byLeader) {
      const request = protocol.requests.ListOffsets.protocol({ version: LIST_OFFSETS_VERSION })({
        replicaId: -1,
        isolationLevel: 0,
        topics: [{ topic, partitions: led.map((partition) => ({ partition, timestamp: timestampMs })) }],
      });
      const answer = (await this.node(leader, (broker) => broker.connectionPool.send(unparsed(request)))) as {
        readonly responses: readonly {
          readonly partitions: readonly { readonly partition: number; readonly errorCode: number; readonly offset: string }[];
        }[];
      };
      for (const { partition, errorCode, offset } of answer.responses.flatMap((each) => each.partitions)) {
        if (errorCode !== 0) throw new BrokerRefusal(errorCode, `offsets of ${topic}/${partition}`);
        found.set(partition, BigInt(offset));
      }
    }
    return found;
  }

  /** Cuts every connection: what waits for an answer fails, what is asked next makes new ones. */
  cut(): void {
    cutCluster(this.#cluster);
  }

  close(): void {
    this.#stop.abort();
    this.cut();
  }
}

const same = async (decoded: unknown): Promise<unknown> => decoded;

/** With every partition's own error code: kafkajs would throw the first and lose what went well. */
function unparsed(request: WireRequest): WireRequest {
  return { request: request.request, response: { decode: request.response.decode, parse: same } };
}
