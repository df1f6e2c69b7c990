import type { Clock, Offset } from "@penlight/proto";
import groupProtocol from "kafkajs/src/consumer/assignerProtocol.js";
import { assign, type Claimant } from "./assignment.ts";
import { protocolCodeOf } from "./kafka-errors.ts";
import type { KafkaLimits } from "./kafka-options.ts";
import type { KafkaLink } from "./link.ts";
import type { JoinedGroup, WireBroker } from "./wire.ts";

/** What a group keeps of a partition: where to go on, and its owner's generation (LOG-13). */
export interface Committed {
  /** -1n: nothing was committed yet. */
  readonly offset: Offset;
  readonly generation: number;
}

const PROTOCOL = "penlight-sticky";
/** Kafka's codes for: another member came or went; this member is not one any more. */
const REBALANCE_IN_PROGRESS = 27;
const NOT_A_MEMBER = new Set([22, 25, 79, 82]);

/** The group changes: join again. "lost": the group has gone on without this member, what it had open is others' now. */
export type Ending = "rebalance" | "lost" | "stopped";

/** Membership in a consumer group of one topic: joining, heartbeats, commits, leaving. It opens and closes nothing. */
export class GroupMember {
  readonly #link: KafkaLink;
  readonly #groupId: string;
  readonly #topic: string;
  readonly #limits: KafkaLimits;
  readonly #clock: Clock;
  readonly #dirty = new Map<number, Committed>();
  /** Node of the broker that keeps the group; null: to be asked for. */
  #coordinator: number | null = null;
  #memberId = "";
  #generation = -1;
  #memberSince = -1;
  #committing: Promise<void> | null = null;

  constructor(options: {
    readonly link: KafkaLink;
    readonly groupId: string;
    readonly topic: string;
    readonly limits: KafkaLimits;
  }) {
    this.#link = options.link;
    this.#groupId = options.groupId;
    this.#topic = options.topic;
    this.#limits = options.limits;
    this.#clock = options.link.clock;
  }

  /** Waits until every member has joined; the partitions that this one gets. `owned`: those that are open here. */
  async join(owned: readonly number[]): Promise<readonly number[]> {
    await this.#link.ready();
    const userData = Buffer.from(JSON.stringify({ owned, generation: this.#memberSince }));
    const metadata = groupProtocol.MemberMetadata.encode({ version: 0, topics: [this.#topic], userData });
    const joined = await this.#ask((broker) =>
      broker.joinGroup({
        groupId: this.#groupId,
        memberId: this.#memberId,
        sessionTimeout: this.#limits.sessionMs,
        rebalanceTimeout: this.#limits.rebalanceMs,
        groupProtocols: [{ name: PROTOCOL, metadata }],
      }),
    );
    this.#memberId = joined.memberId;
    this.#generation = joined.generationId;
    if (this.#memberSince < 0) this.#memberSince = joined.generationId;
    const groupAssignment = joined.leaderId === joined.memberId ? this.#assignments(joined) : [];
    const { memberAssignment } = await this.#ask((broker) =>
      broker.syncGroup({ ...this.#identity("generationId"), groupAssignment }),
    );
    const decoded = memberAssignment.length === 0 ? null : groupProtocol.MemberAssignment.decode(memberAssignment);
    return decoded?.assignment[this.#topic] ?? [];
  }

  #assignments(joined: JoinedGroup): readonly object[] {
    const members: Claimant[] = joined.members.map(({ memberId, memberMetadata }) => {
      const { userData } = groupProtocol.MemberMetadata.decode(memberMetadata);
      return { memberId, ...(JSON.parse(userData.toString("utf8")) as Omit<Claimant, "memberId">) };
    });
    const given = assign(members, this.#link.partitionsOf(this.#topic).length);
    return [...given].map(([memberId, partitions]) => ({
      memberId,
      memberAssignment: groupProtocol.MemberAssignment.encode({ version: 0, assignment: { [this.#topic]: partitions } }),
    }));
  }

  /** Heartbeats until something ends the membership as it is. Never rejects. */
  async beat(stopped: AbortSignal): Promise<Ending> {
    while (!stopped.aborted) {
      await this.#clock.sleep(this.#limits.heartbeatMs, stopped);
      if (stopped.aborted) break;
      try {
        await this.#ask((broker) => broker.heartbeat(this.#identity("groupGenerationId")));
      } catch (error) {
        const ending = this.#endingOf(error);
        if (ending !== null) return ending;
        await this.#link.refresh().catch(() => undefined);
      }
    }
    return "stopped";
  }

  /**
   * What an error of the group means; null: nothing, it is tried again. Silence of the brokers, however long, means nothing: whoever
   * cannot reach them can do no harm, and what is open need not be replayed when nobody has taken it over.
   */
  #endingOf(error: unknown): Ending | null {
    const code = protocolCodeOf(error);
    if (code === REBALANCE_IN_PROGRESS) return "rebalance";
    return code !== null && NOT_A_MEMBER.has(code) ? "lost" : null;
  }

  /** True when the group does not know this member any more. */
  isLost(error: unknown): boolean {
    return this.#endingOf(error) === "lost";
  }

  /** True when the group has changed, or does not know this member any more. */
  isChanged(error: unknown): boolean {
    return this.#endingOf(error) !== null;
  }

  /** To join anew as somebody else. */
  forget(): void {
    this.#memberId = "";
    this.#memberSince = -1;
    this.#generation = -1;
    this.#dirty.clear();
  }

  /** What the group keeps of each partition; one of which it keeps nothing is left out. */
  async committed(partitions: readonly number[]): Promise<Map<number, Committed>> {
    const { responses } = await this.#ask((broker) =>
      broker.offsetFetch({
        groupId: this.#groupId,
        topics: [{ topic: this.#topic, partitions: partitions.map((partition) => ({ partition })) }],
      }),
    );
    return new Map(
      responses
        .flatMap((each) => each.partitions)
        .map(({ partition, offset, metadata }) => {
          const generation = Number(metadata ?? "");
          return [partition, { offset: BigInt(offset), generation: Number.isSafeInteger(generation) ? generation : 0 }];
        }),
    );
  }

  /** Writes now. @throws what the group answers, e.g. that it has gone on without this member. */
  async commitNow(offsets: ReadonlyMap<number, Committed>): Promise<void> {
    const partitions = [...offsets].map(([partition, { offset, generation }]) => ({
      partition,
      offset: String(offset),
      metadata: String(generation),
    }));
    await this.#ask((broker) =>
      broker.offsetCommit({ ...this.#identity("groupGenerationId"), topics: [{ topic: this.#topic, partitions }] }),
    );
  }

  /** Sent a little later, together with others. */
  commit(partition: number, committed: Committed): void {
    this.#dirty.set(partition, committed);
    this.#committing ??= this.#commitLater().finally(() => {
      this.#committing = null;
    });
  }

  async #commitLater(): Promise<void> {
    while (this.#dirty.size > 0) {
      await this.#clock.sleep(this.#limits.commitIntervalMs);
      await this.flush().catch(() => undefined);
    }
  }

  /** Sends what waits. What cannot be sent stays, and is lost with the membership: its records come again. */
  async flush(): Promise<void> {
    if (this.#dirty.size === 0 || this.#memberId === "") return;
    const sent = new Map(this.#dirty);
    await this.commitNow(sent);
    for (const [partition, committed] of sent) {
      if (this.#dirty.get(partition) === committed) this.#dirty.delete(partition);
    }
  }

  /**
   * Commits what waits and leaves, so that the others need not wait for the session's end. Never rejects, and takes no
   * longer than a request may.
   */
  async leave(): Promise<void> {
    const enough = new AbortController();
    await Promise.race([this.#leaveNow(), this.#clock.sleep(this.#limits.requestMs, enough.signal)]);
    enough.abort();
    this.#dirty.clear();
  }

  async #leaveNow(): Promise<void> {
    for (let attempt = 0; attempt < 3 && this.#dirty.size > 0; attempt++) {
      await this.flush().catch(() => this.#clock.sleep(this.#limits.retryMsMin));
    }
    if (this.#memberId === "") return;
    const { groupId, memberId } = this.#identity("generationId");
    this.#memberId = "";
    await this.#ask((broker) => broker.leaveGroup({ groupId, memberId })).catch(() => undefined);
  }

  #identity(generationKey: "generationId" | "groupGenerationId"): Record<string, unknown> {
    return { groupId: this.#groupId, memberId: this.#memberId, [generationKey]: this.#generation };
  }

  async #ask<T>(ask: (broker: WireBroker) => Promise<T>): Promise<T> {
    try {
      this.#coordinator ??= await this.#link.at(
        (cluster) => cluster.findGroupCoordinator({ groupId: this.#groupId }),
        async ({ nodeId }) => nodeId,
      );
      return await this.#link.node(this.#coordinator, ask);
    } catch (error) {
      const code = protocolCodeOf(error);
      if (code === null || (code !== REBALANCE_IN_PROGRESS && !NOT_A_MEMBER.has(code))) this.#coordinator = null;
      throw error;
    }
  }
}
