import { type Clock, LogError, type NewRecord, partitionOf, recordBytes } from "@penlight/proto";
import { BrokerRefusal, isProducerLost, KAFKA_ERROR, kafkaLogError } from "./kafka-errors.ts";
import type { KafkaLimits } from "./kafka-options.ts";
import type { KafkaLink, ProducerId, TopicBatch } from "./link.ts";

/** One call of `append`. It is done when every record of it is acknowledged. */
interface Append {
  readonly topic: string;
  readonly partitions: number;
  readonly records: readonly NewRecord[];
  readonly bytes: number;
  /** Records that are in a request already. */
  taken: number;
  /** Records without an acknowledgement. */
  missing: number;
  readonly resolve: () => void;
  readonly reject: (error: LogError) => void;
}

interface Message {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly timestamp: string;
}

/** What one partition gets in a flight. The same bytes with the same sequence go out until a broker has said yes. */
interface Part {
  readonly topic: string;
  readonly partition: number;
  readonly messages: Message[];
  readonly appends: Map<Append, number>;
  bytes: number;
  firstSequence: number;
}

const SEQUENCES = 2 ** 31;

/**
 * Writes batches, one flight at a time for the whole log: what comes while one is under way is the next one. LOG-1.
 * The producer id and the sequence of each partition are ours, so that a request whose fate is not known is repeated as
 * it was, before anything new: the broker drops what it has already, and nothing can arrive late between younger
 * records. LOG-4. (kafkajs's producer would give the same sequence to the next records, which the broker then takes for
 * a repetition and drops; and it loses concurrent sends, tulios/kafkajs#1005.)
 */
export class KafkaProducer {
  readonly #link: KafkaLink;
  readonly #limits: KafkaLimits;
  readonly #clock: Clock;
  readonly #stopped: AbortSignal;
  /** Not answered yet, in the order of the calls. */
  #outstanding: Append[] = [];
  /** Those of them that are not in a flight whole. */
  #waiting: Append[] = [];
  #flight: Part[] | null = null;
  #running: Promise<void> | null = null;
  #id: ProducerId | null = null;
  readonly #sequences = new Map<string, number>();
  #waitingBytes = 0;
  #pendingBytes = 0;
  #overfull = false;
  #sentMs = Number.NEGATIVE_INFINITY;
  #enough: (() => void) | null = null;
  readonly counts = { appends: 0, records: 0, produces: 0, bytes: 0, failures: 0 };

  constructor(link: KafkaLink, limits: KafkaLimits, stopped: AbortSignal) {
    this.#link = link;
    this.#limits = limits;
    this.#clock = link.clock;
    this.#stopped = stopped;
  }

  /** `partitions`: how many the topic has. @throws LogError */
  append(topic: string, partitions: number, records: readonly NewRecord[]): Promise<void> {
    const bytes = records.reduce((sum, record) => sum + recordBytes(record), 0);
    if (this.#pendingBytes + bytes > this.#limits.pendingBytes) this.#overfull = true;
    if (this.#overfull) {
      return Promise.reject(new LogError("log.io", `more than ${this.#limits.pendingBytes} bytes wait for the brokers`));
    }
    this.counts.appends++;
    this.counts.records += records.length;
    this.#pendingBytes += bytes;
    this.#waitingBytes += bytes;
    return new Promise((resolve, reject) => {
      const append = { topic, partitions, records, bytes, taken: 0, missing: records.length, resolve, reject };
      this.#outstanding.push(append);
      this.#waiting.push(append);
      if (this.#waitingBytes >= this.#limits.batchBytes) this.#enough?.();
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // The end of this turn of the event loop: what the turn appends shares one request.
    await new Promise<void>((resolve) => setImmediate(resolve));
    try {
      while (this.#flight !== null || this.#waiting.length > 0) {
        if (this.#flight === null) await this.#linger();
        this.#flight ??= this.#load();
        await this.#fly(this.#flight);
        this.#flight = null;
      }
    } catch (error) {
      this.#fail(kafkaLogError(error, "records could not be written"));
    }
    this.#running = null;
  }

  /** Requests keep `lingerMs` apart, unless enough waits for a whole one. */
  async #linger(): Promise<void> {
    const dueMs = this.#sentMs + this.#limits.lingerMs - this.#clock.nowMs();
    if (dueMs <= 0 || this.#waitingBytes >= this.#limits.batchBytes || this.#stopped.aborted) return;
    const enough = new AbortController();
    this.#enough = () => enough.abort();
    await this.#clock.sleep(dueMs, enough.signal);
    this.#enough = null;
  }

  /** Takes what waits, in order, until the request or one of its partitions is full. */
  #load(): Part[] {
    const parts = new Map<string, Part>();
    let bytes = 0;
    let done = 0;
    loading: for (const append of this.#waiting) {
      while (append.taken < append.records.length) {
        const record = append.records[append.taken] as NewRecord;
        const part = this.#partOf(parts, append, record);
        const size = recordBytes(record);
        const isFull = part.bytes + size > this.#limits.partitionBatchBytes && part.messages.length > 0;
        if (isFull || (bytes >= this.#limits.requestBytes && bytes > 0)) break loading;
        part.messages.push(messageOf(record));
        part.appends.set(append, (part.appends.get(append) ?? 0) + 1);
        part.bytes += size;
        bytes += size;
        append.taken++;
      }
      done++;
    }
    this.#waiting.splice(0, done);
    this.#waitingBytes = Math.max(this.#waitingBytes - bytes, 0);
    return [...parts.values()].filter((part) => part.messages.length > 0);
  }

  #partOf(parts: Map<string, Part>, append: Append, record: NewRecord): Part {
    const partition = partitionOf(record.key, append.partitions);
    const name = `${append.topic}/${partition}`;
    let part = parts.get(name);
    if (part === undefined) {
      const firstSequence = this.#sequences.get(name) ?? 0;
      part = { topic: append.topic, partition, messages: [], appends: new Map(), bytes: 0, firstSequence };
      parts.set(name, part);
    }
    return part;
  }

  /** Sends the parts to their leaders until each is acknowledged. @throws what the last attempt ended with. */
  async #fly(parts: Part[]): Promise<void> {
    const giveUpMs = this.#clock.nowMs() + this.#limits.produceMs;
    for (let pauseMs = this.#limits.retryMsMin; ; pauseMs = Math.min(2 * pauseMs, this.#limits.retryMsMax)) {
      const error = await this.#attempt(parts);
      if (parts.length === 0) return;
      this.counts.failures++;
      const failure = kafkaLogError(error, "records could not be written");
      if (!failure.canRetry || this.#stopped.aborted || this.#clock.nowMs() + pauseMs >= giveUpMs) throw failure;
      await this.#clock.sleep(pauseMs, this.#stopped);
      await this.#link.refresh().catch(() => undefined);
    }
  }

  /** One request to each leader, at the same time. Takes what was acknowledged out of `parts`; the first error. */
  async #attempt(parts: Part[]): Promise<unknown> {
    let failure: unknown = null;
    try {
      await this.#link.ready();
      this.#id ??= await this.#newId(parts);
      const id = this.#id;
      this.#sentMs = this.#clock.nowMs();
      const byLeader = this.#byLeader(parts);
      const answers = await Promise.allSettled(
        [...byLeader].map(([leader, led]) => this.#link.produce(leader, id, topicBatches(led))),
      );
      this.counts.produces += byLeader.size;
      for (const answer of answers) {
        if (answer.status === "rejected") failure ??= answer.reason;
        else for (const each of answer.value) failure = this.#answered(parts, each) ?? failure;
      }
      this.#resolve();
    } catch (error) {
      failure ??= error;
    }
    return failure ?? new BrokerRefusal(5, "a partition");
  }

  #byLeader(parts: readonly Part[]): Map<number, Part[]> {
    const byLeader = new Map<number, Part[]>();
    for (const part of parts) {
      const leader = this.#link.leaderOf(part.topic, part.partition);
      if (leader === null) continue;
      const led = byLeader.get(leader);
      if (led === undefined) byLeader.set(leader, [part]);
      else led.push(part);
    }
    return byLeader;
  }

  /** Null: taken, also when the broker has had it before. */
  #answered(parts: Part[], answer: { topic: string; partition: number; errorCode: number }): unknown {
    const at = parts.findIndex((part) => part.topic === answer.topic && part.partition === answer.partition);
    const part = parts[at];
    if (part === undefined) return null;
    if (answer.errorCode !== KAFKA_ERROR.none && answer.errorCode !== KAFKA_ERROR.duplicateSequence) {
      if (isProducerLost(answer.errorCode)) this.#id = null;
      return new BrokerRefusal(answer.errorCode, `${answer.topic}/${answer.partition}`);
    }
    parts.splice(at, 1);
    this.#sequences.set(`${part.topic}/${part.partition}`, nextSequence(part.firstSequence, part.messages.length));
    this.#pendingBytes -= part.bytes;
    this.counts.bytes += part.bytes;
    if (this.#pendingBytes < this.#limits.pendingBytes / 2) this.#overfull = false;
    for (const [append, count] of part.appends) append.missing -= count;
    return null;
  }

  /** In the order of the calls, over all partitions: one that is not whole yet holds back the answers behind it. LOG-4. */
  #resolve(): void {
    const first = this.#outstanding.findIndex(({ missing }) => missing > 0);
    for (const append of this.#outstanding.splice(0, first === -1 ? this.#outstanding.length : first)) append.resolve();
  }

  /** A new producer begins at sequence 0 everywhere. */
  async #newId(parts: readonly Part[]): Promise<ProducerId> {
    const { producerId, producerEpoch } = await this.#link.any((broker) => broker.initProducerId({ transactionTimeout: 5000 }));
    this.#sequences.clear();
    for (const part of parts) part.firstSequence = 0;
    return { producerId, producerEpoch };
  }

  /**
   * Every append that is outstanding is refused. What is in flight may have been written, so it stays as it is and goes
   * out before anything new; but what a broker has refused for good never goes.
   */
  #fail(error: LogError): void {
    const outstanding = this.#outstanding;
    this.#outstanding = [];
    if (!error.canRetry) {
      // What was dropped may have used up its sequences.
      this.#flight = null;
      this.#id = null;
    }
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#pendingBytes = (this.#flight ?? []).reduce((sum, part) => sum + part.bytes, 0);
    this.#overfull = false;
    for (const part of this.#flight ?? []) part.appends.clear();
    for (const append of outstanding) append.reject(error);
  }
}

/** Sequences go from 0 to 2^31 - 1 and begin again. */
export function nextSequence(first: number, count: number): number {
  return (first + count) % SEQUENCES;
}

function messageOf(record: NewRecord): Message {
  const { key, value, timestampMs } = record;
  return {
    key: Buffer.from(key, "utf8"),
    value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    // As text: kafkajs takes the number 0 for "now".
    timestamp: String(Math.max(Math.floor(timestampMs), 0)),
  };
}

function topicBatches(parts: readonly Part[]): TopicBatch[] {
  const topics = new Map<string, TopicBatch & { partitions: Part[] }>();
  for (const part of parts) {
    const topic = topics.get(part.topic) ?? { topic: part.topic, partitions: [] };
    topic.partitions.push(part);
    topics.set(part.topic, topic);
  }
  return [...topics.values()];
}
