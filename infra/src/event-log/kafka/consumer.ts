import { type Clock, type ConsumeOptions, nextGeneration, type Offset } from "@penlight/proto";
import { FeedConsumer } from "@penlight/proto/log-consumer";
import { Fetcher } from "./fetcher.ts";
import { type Committed, type Ending, GroupMember } from "./group-member.ts";
import { kafkaLogError } from "./kafka-errors.ts";
import { KafkaFeed } from "./kafka-feed.ts";
import type { KafkaLimits } from "./kafka-options.ts";
import { type KafkaLink, OFFSET_AT } from "./link.ts";

export interface KafkaConsumerOptions {
  readonly link: KafkaLink;
  /** The topic's name at the broker. */
  readonly topic: string;
  /** The group's id at the broker; null: every partition, nothing committed. */
  readonly groupId: string | null;
  readonly limits: KafkaLimits;
  readonly consume: ConsumeOptions;
  readonly say: (text: string) => void;
}

/**
 * One call of `consume`. Without a group it opens every partition and is a member of nothing: no temporary group is
 * made, so none is left behind. With one it opens what the group gives it and keeps what stays its own open while the
 * group changes. Trouble with the brokers is waited out. LOG-6, LOG-7.
 */
export class KafkaConsumer {
  readonly #options: KafkaConsumerOptions;
  readonly #link: KafkaLink;
  readonly #limits: KafkaLimits;
  readonly #clock: Clock;
  readonly #consumer: FeedConsumer;
  readonly #stopped: AbortSignal;
  readonly #fetcher: Fetcher;
  /** The last feed of each partition. */
  readonly #feeds = new Map<number, KafkaFeed>();
  readonly #member: GroupMember | null;

  constructor(options: KafkaConsumerOptions) {
    const { link, topic, groupId, limits } = options;
    this.#options = options;
    this.#link = link;
    this.#limits = limits;
    this.#clock = link.clock;
    this.#consumer = new FeedConsumer(options.consume, link.clock);
    this.#stopped = this.#consumer.stopped;
    this.#fetcher = new Fetcher({ link, topic, limits, stopped: this.#stopped, fail: (error) => this.#consumer.fail(error) });
    this.#member = groupId === null ? null : new GroupMember({ link, groupId, topic, limits });
  }

  /** @throws the first error of a handler, or a LogError that repeating cannot mend. */
  async run(): Promise<void> {
    const fetching = this.#fetcher.run();
    const following = (this.#member === null ? this.#openAll() : this.#follow(this.#member)).catch((error: unknown) =>
      this.#consumer.fail(error),
    );
    try {
      await this.#consumer.ended();
    } finally {
      await following;
      await this.#member?.leave();
      this.#link.close();
      await fetching;
    }
  }

  async #openAll(): Promise<void> {
    await this.#patiently(async () => {
      await this.#link.ready();
      const partitions = this.#link.partitionsOf(this.#options.topic).map(({ partitionId }) => partitionId);
      await this.#open(partitions, false);
    });
  }

  /** Joins, opens and closes what the group says, and beats until it changes, again and again. */
  async #follow(member: GroupMember): Promise<void> {
    while (!this.#stopped.aborted) {
      const partitions = await this.#join(member);
      if (this.#stopped.aborted) return;
      const change = new AbortController();
      const beating = member.beat(AbortSignal.any([change.signal, this.#stopped]));
      const lost = this.#consumer.partitions.filter((partition) => !partitions.includes(partition));
      await this.#close(lost);
      const isCurrent = await this.#openAsMember(member, partitions);
      // What was closed can go to somebody else only when the group is asked again.
      if (lost.length > 0 || !isCurrent) change.abort();
      const ending: Ending = await beating;
      if (ending === "lost") {
        this.#options.say(`${this.#options.groupId}: the group has gone on without this process; it joins anew`);
        await this.#close(this.#consumer.partitions);
        member.forget();
      }
    }
  }

  /** False: the group has changed meanwhile, so that the opening is void. */
  async #openAsMember(member: GroupMember, partitions: readonly number[]): Promise<boolean> {
    let isCurrent = true;
    await this.#patiently(async () => {
      try {
        await this.#open(partitions, true);
      } catch (error) {
        if (!member.isChanged(error)) throw error;
        isCurrent = false;
      }
    });
    return isCurrent;
  }

  async #join(member: GroupMember): Promise<readonly number[]> {
    let joined: readonly number[] = [];
    // A join waits for the other members, so the end of this one has to cut it short.
    const cut = () => this.#link.cut();
    this.#stopped.addEventListener("abort", cut, { once: true });
    await this.#patiently(async () => {
      try {
        joined = await member.join(this.#consumer.partitions);
      } catch (error) {
        if (member.isLost(error)) {
          await this.#close(this.#consumer.partitions);
          member.forget();
        }
        throw error;
      }
    });
    this.#stopped.removeEventListener("abort", cut);
    return joined;
  }

  /** Repeats with growing pauses until it succeeds or everything ends. @throws LogError that repeating cannot mend. */
  async #patiently(attempt: () => Promise<void>): Promise<void> {
    for (
      let pauseMs = this.#limits.retryMsMin;
      !this.#stopped.aborted;
      pauseMs = Math.min(2 * pauseMs, this.#limits.retryMsMax)
    ) {
      try {
        await attempt();
        return;
      } catch (error) {
        const failure = kafkaLogError(error, this.#options.topic);
        if (!failure.canRetry) throw failure;
        await this.#clock.sleep(pauseMs, this.#stopped);
        await this.#link.refresh().catch(() => undefined);
      }
    }
  }

  async #open(partitions: readonly number[], isMember: boolean): Promise<void> {
    const { topic } = this.#options;
    const fresh = partitions.filter((partition) => !this.#consumer.partitions.includes(partition));
    if (fresh.length === 0) return;
    const [starts, ends, owned] = await Promise.all([
      this.#link.offsetsAt(topic, fresh, OFFSET_AT.start),
      this.#link.offsetsAt(topic, fresh, OFFSET_AT.end),
      isMember ? this.#takeOver(fresh) : new Map<number, Committed>(),
    ]);
    for (const partition of fresh) {
      const { offset, generation } = owned.get(partition) ?? { offset: -1n, generation: 0 };
      const end = ends.get(partition) ?? 0n;
      const feed = new KafkaFeed({
        partition,
        generation,
        place: { start: starts.get(partition) ?? 0n, end, committed: offset < 0n ? undefined : offset },
        since: (sinceMs) => this.#since(partition, sinceMs, end),
        commit: (committed, owner) => this.#member?.commit(partition, { offset: committed, generation: owner }),
        readAheadBytes: this.#limits.readAheadBytes,
        wanted: this.#fetcher.wake,
      });
      this.#feeds.set(partition, feed);
      this.#fetcher.add(feed);
      this.#consumer.add(feed);
    }
  }

  /**
   * Begins a generation of owners: the offset that is kept is committed again, with the new number as its metadata. Only a
   * member of the group as it is now can do that, so the number is there before any later owner reads it. LOG-13.
   */
  async #takeOver(partitions: readonly number[]): Promise<Map<number, Committed>> {
    const member = this.#member as GroupMember;
    const kept = await member.committed(partitions);
    const nowMs = this.#clock.nowMs();
    const owned = new Map<number, Committed>();
    for (const partition of partitions) {
      const { offset, generation } = kept.get(partition) ?? { offset: -1n, generation: 0 };
      owned.set(partition, { offset, generation: nextGeneration(generation, nowMs) });
    }
    await member.commitNow(owned);
    return owned;
  }

  async #since(partition: number, sinceMs: number, end: Offset): Promise<Offset> {
    let found = end;
    await this.#patiently(async () => {
      const offsets = await this.#link.offsetsAt(this.#options.topic, [partition], Math.max(Math.ceil(sinceMs), 0));
      const offset = offsets.get(partition) ?? -1n;
      found = offset < 0n ? end : offset;
    });
    return found;
  }

  /** Ends them, each after its batch under way, but waits no longer than the group does. */
  async #close(partitions: readonly number[]): Promise<void> {
    for (const partition of partitions) this.#fetcher.remove(partition);
    const enough = new AbortController();
    const closing = Promise.all(partitions.map((partition) => this.#consumer.remove(partition)));
    await Promise.race([closing, this.#clock.sleep(this.#limits.rebalanceMs, enough.signal)]);
    enough.abort();
    await this.#member?.flush().catch(() => undefined);
    for (const partition of partitions) this.#feeds.get(partition)?.revoke();
  }
}
