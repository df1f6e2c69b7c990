import { Kafka, logLevel, Partitioners } from "kafkajs";
import type { Written } from "./bare-sync.ts";

const PARTITIONS = 8;
/** Echoes before the measured ones: the broker is warm, but this topic is new. */
const WARM_ECHOES = 2000;
const HEADER_BYTES = 16;

/**
 * The floor: the same bytes at the same moments through kafkajs's own producer and consumer with nothing around them, one
 * produce in flight, what comes meanwhile going together. Latencies from send to receipt, ms.
 */
export async function bareEcho(broker: string, appends: readonly Written[]): Promise<number[]> {
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
  const topic = `echo-${process.pid}`;
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true });
  const producer = kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner });
  const consumer = kafka.consumer({ groupId: topic, maxWaitTimeInMs: 50, minBytes: 1 });
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topic, fromBeginning: true });
  const latencies: number[] = [];
  let received = 0;
  const joined = new Promise<void>((resolve) => consumer.on("consumer.group_join", () => resolve()));
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: PARTITIONS,
    eachBatch: async ({ batch }) => {
      const nowMs = performance.now();
      for (const { value } of batch.messages) {
        received++;
        const sentMs = value?.readDoubleBE(0) ?? 0;
        if (sentMs > 0) latencies.push(nowMs - sentMs);
      }
    },
  });
  await joined;
  const waiting: { value: Buffer; partition: number }[] = [];
  let sending: Promise<void> | null = null;
  const send = async () => {
    while (waiting.length > 0) await producer.send({ topic, acks: -1, messages: waiting.splice(0) });
    sending = null;
  };
  let sent = 0;
  const echo = (bytes: number, sentMs: number) => {
    const value = Buffer.alloc(Math.max(bytes, HEADER_BYTES));
    value.writeDoubleBE(sentMs, 0);
    waiting.push({ value, partition: sent++ % PARTITIONS });
    sending ??= send();
  };
  for (let i = 0; i < WARM_ECHOES; i++) {
    echo(300, 0);
    if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const startMs = performance.now();
  const firstMs = appends[0]?.atMs ?? 0;
  for (const append of appends) {
    const dueMs = startMs + append.atMs - firstMs;
    while (performance.now() < dueMs)
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now() - 0.5)));
    echo(append.bytes, performance.now());
  }
  await sending;
  while (received < sent) await new Promise((resolve) => setTimeout(resolve, 10));
  await Promise.all([consumer.disconnect(), producer.disconnect()]);
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
  return latencies;
}
