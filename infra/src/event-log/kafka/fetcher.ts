import type { Clock, Offset } from "@penlight/proto";
import { Alarm } from "./alarm.ts";
import type { FetchedPartition } from "./fetch-response.ts";
import { KAFKA_ERROR, kafkaLogError } from "./kafka-errors.ts";
import type { KafkaFeed } from "./kafka-feed.ts";
import type { KafkaLimits } from "./kafka-options.ts";
import { type KafkaLink, OFFSET_AT } from "./link.ts";

interface Wanted {
  readonly feed: KafkaFeed;
  readonly partition: number;
  readonly fetchOffset: Offset;
}

/**
 * Fetches the partitions of one consumer: a loop for each broker that leads some of them, so that none waits for the
 * slowest broker (tulios/kafkajs#370 #1397), and none for the handler of another partition: one whose read-ahead is full
 * is left out until there is room. LOG-7.
 */
export class Fetcher {
  readonly #link: KafkaLink;
  readonly #topic: string;
  readonly #clock: Clock;
  readonly #limits: KafkaLimits;
  readonly #stopped: AbortSignal;
  readonly #fail: (error: unknown) => void;
  readonly #feeds = new Map<number, KafkaFeed>();
  readonly #nodes = new Map<number, Promise<void>>();
  readonly #alarm = new Alarm();

  constructor(options: {
    readonly link: KafkaLink;
    /** Its name at the broker. */
    readonly topic: string;
    readonly limits: KafkaLimits;
    readonly stopped: AbortSignal;
    /** An error that repeating cannot mend. */
    readonly fail: (error: unknown) => void;
  }) {
    this.#link = options.link;
    this.#topic = options.topic;
    this.#clock = options.link.clock;
    this.#limits = options.limits;
    this.#stopped = options.stopped;
    this.#fail = options.fail;
  }

  add(feed: KafkaFeed): void {
    this.#feeds.set(feed.partition, feed);
    this.#alarm.ring();
  }

  remove(partition: number): void {
    this.#feeds.delete(partition);
  }

  /** A feed has room again, or has begun. */
  readonly wake = (): void => this.#alarm.ring();

  /** Until it is stopped: every partition has a loop of its leader. */
  async run(): Promise<void> {
    while (!this.#stopped.aborted) {
      if (this.#startNodes()) {
        await this.#alarm.wait(this.#stopped);
      } else {
        await this.#clock.sleep(this.#limits.retryMsMin, this.#stopped);
        await this.#link.refresh().catch(() => undefined);
      }
    }
    await Promise.all(this.#nodes.values());
  }

  /** False: the leader of some partition is not known. */
  #startNodes(): boolean {
    let all = true;
    for (const { partition } of this.#feeds.values()) {
      const leader = this.#link.leaderOf(this.#topic, partition);
      if (leader === null) all = false;
      else if (!this.#nodes.has(leader)) {
        const loop = this.#fetchFrom(leader)
          .catch((error: unknown) => this.#fail(error))
          .finally(() => this.#nodes.delete(leader));
        this.#nodes.set(leader, loop);
      }
    }
    return all;
  }

  async #fetchFrom(node: number): Promise<void> {
    let pauseMs = this.#limits.retryMsMin;
    while (!this.#stopped.aborted) {
      const led = [...this.#feeds.values()].filter(({ partition }) => this.#link.leaderOf(this.#topic, partition) === node);
      if (led.length === 0) return;
      const wanted = led.flatMap((feed) => {
        const { fetchOffset, partition } = feed;
        return fetchOffset !== null && feed.hasRoom ? [{ feed, partition, fetchOffset }] : [];
      });
      if (wanted.length === 0) {
        await this.#alarm.wait(this.#stopped);
        continue;
      }
      if (await this.#fetchOnce(node, wanted)) {
        pauseMs = this.#limits.retryMsMin;
      } else {
        await this.#clock.sleep(pauseMs, this.#stopped);
        pauseMs = Math.min(2 * pauseMs, this.#limits.retryMsMax);
        await this.#link.refresh().catch(() => undefined);
        this.#alarm.ring();
      }
    }
  }

  /** True: every partition answered. @throws LogError that repeating cannot mend. */
  async #fetchOnce(node: number, wanted: readonly Wanted[]): Promise<boolean> {
    try {
      let isGood = true;
      for (const fetched of await this.#link.fetch(node, this.#topic, wanted)) {
        const asked = wanted.find(({ partition }) => partition === fetched.partition);
        if (asked !== undefined && this.#isCurrent(asked) && !(await this.#take(asked.feed, fetched))) isGood = false;
      }
      return isGood;
    } catch (error) {
      const failure = kafkaLogError(error, this.#topic);
      if (!failure.canRetry) throw failure;
      return false;
    }
  }

  /**
   * Not so when the partition was taken away, or came back, or moved to another broker while the answer was under way: what it
   * brings is stale (tulios/kafkajs#1720 #1527 #1719).
   */
  #isCurrent({ feed, partition, fetchOffset }: Wanted): boolean {
    return this.#feeds.get(partition) === feed && feed.fetchOffset === fetchOffset;
  }

  async #take(feed: KafkaFeed, fetched: FetchedPartition): Promise<boolean> {
    if (fetched.errorCode === KAFKA_ERROR.none) {
      feed.push(fetched);
      return true;
    }
    if (fetched.errorCode === KAFKA_ERROR.topicNotAuthorized) {
      throw kafkaLogError({ errorCode: fetched.errorCode, message: "may not be read by this user" }, this.#topic);
    }
    if (fetched.errorCode !== KAFKA_ERROR.offsetOutOfRange) return false;
    const start = await this.#link.offsetsAt(this.#topic, [feed.partition], OFFSET_AT.start);
    const end = await this.#link.offsetsAt(this.#topic, [feed.partition], OFFSET_AT.end);
    feed.clamp(start.get(feed.partition) ?? 0n, end.get(feed.partition) ?? 0n);
    return true;
  }
}
