import { encodeLogSchema, LOG_SCHEMA, LOG_SCHEMA_KEY } from "@penlight/proto";
import { Kafka, logLevel } from "kafkajs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type KafkaLog, openKafkaLog } from "../../src/event-log/kafka-log.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { eventually } from "../e2e/penlight-process.ts";
import { findKafka, startKafka, type TestKafka } from "../kafka/broker.ts";
import { District } from "./district.ts";
import { runToEnd } from "./service-process.ts";

const source = findKafka("own process");
const SECRET = "not-to-be-printed-anywhere";

describe.skipIf("missing" in source)("missing" in source ? source.missing : "bad input", () => {
  let kafka: TestKafka;
  let district: District;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());
  afterEach(() => district?.close());

  const openLog = (): Promise<KafkaLog> => {
    const prefix = district.env.PENLIGHT_KAFKA_PREFIX ?? "";
    return openKafkaLog({ brokers: kafka.brokers, clientId: "test", clock: new SystemClock(), prefix });
  };

  /** Exit code 78 and, beside what it logged on the way, one line that names the setting and what to do. */
  async function refusal(env: Readonly<Record<string, string>> = {}): Promise<string> {
    const { code, error } = await runToEnd("processor", ["--ops-port", "0"], { ...district.env, ...env });
    const lines = error.split("\n").filter((line) => line.startsWith("penlight: "));
    expect([code, lines.length, error]).toEqual([78, 1, error]);
    expect(error).not.toMatch(/\n\s+at /);
    expect(error).not.toContain(SECRET);
    return lines[0] as string;
  }

  test("[OPS-2] a topic with too few partitions", async () => {
    district = await District.open(kafka);
    const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: `${district.env.PENLIGHT_KAFKA_PREFIX}ink`, numPartitions: 2 }] });
    await admin.disconnect();
    expect(await refusal()).toMatch(/ink: it has 2 partitions and needs 8; kafka-topics\.sh --alter/);
  });

  test("[EVT-22] a topic that a newer Penlight wrote to", async () => {
    district = await District.open(kafka);
    const log = await openLog();
    await log.append("setup", [{ key: LOG_SCHEMA_KEY, value: encodeLogSchema(LOG_SCHEMA + 1), timestampMs: 1 }]);
    await log.close();
    expect(await refusal()).toMatch(/written by a newer Penlight.*PENLIGHT_KAFKA_PREFIX/);
  });

  test("[OPS-2] a wrong password of the database, and a migration that it refuses", async () => {
    district = await District.open(kafka);
    await district.history();
    expect(await refusal({ PENLIGHT_CLICKHOUSE_PASSWORD: SECRET })).toContain("PENLIGHT_CLICKHOUSE_PASSWORD");
    const processor = await district.start("processor").ready();
    expect(await processor.stop()).toBe(0);
    await district.query("INSERT INTO migrations VALUES (99, 'newer', 'unknown', 0)");
    expect(await refusal()).toMatch(/migration.*the database is at 99/);
  });

  test("[OPS-2] an address where nobody answers is waited for, for as long as was said, and named", async () => {
    district = await District.open(kafka);
    const env = { PENLIGHT_KAFKA_BROKERS: "127.0.0.1:1", PENLIGHT_WAIT_SECONDS: "1" };
    await district.history();
    const { code, error } = await runToEnd("processor", ["--ops-port", "0"], { ...district.env, ...env });
    expect(code).toBe(1);
    expect(error).toMatch(/^penlight: [^\n]*127\.0\.0\.1:1[^\n]*PENLIGHT_KAFKA_BROKERS[^\n]*$/m);
  });

  test("[EVT-1] [EVT-21] a record that nobody can read is put aside, shown, and put back; the rest goes on", async () => {
    district = await District.open(kafka);
    await district.history();
    const log = await openLog();
    const bytes = new Uint8Array([0xff, 0x00, 0x41]);
    await log.append("ink", [{ key: "demo-room", value: bytes, timestampMs: 1000 }]);
    await log.close();
    const processor = await district.start("processor").ready();
    // A partition that changes hands is read again from what is needed: a letter may be there more than once.
    const letters = () => processor.metric("penlight_processor_dead_letters_total");
    const before = await eventually("it was put aside", async () => (await letters()) || null);
    const ask = (...args: string[]) => runToEnd("dead-letters", args, district.env);
    const listed = await ask("list");
    expect(listed.out).toMatch(/^0-0 {2}\S+ {2}ink\/\d@0 {2}demo-room {2}undecodable {2}3 bytes$/m);
    expect(listed.out).toMatch(/dead letters, 0 of them replayed\n$/);
    expect((await ask("show", "0-0")).out).toContain("ff 00 41");
    expect(await ask("show", "0-99")).toMatchObject({ code: 78, error: expect.stringContaining("no dead letter 0-99") });
    expect(await ask("replay")).toMatchObject({ code: 78, error: expect.stringContaining("replay ID...") });
    expect(await ask("replay", "0-0")).toMatchObject({ code: 0, out: expect.stringContaining("1 replayed, 0 left") });
    await eventually("it came again", async () => (await letters()) > before);
    expect((await ask("list")).out).toMatch(/^0-0 .*3 bytes {2}replayed \S+$/m);
    expect(await processor.stop()).toBe(0);
  });
});
