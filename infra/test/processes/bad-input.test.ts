import { writeFileSync } from "node:fs";
import path from "node:path";
import { encodeLogSchema, LOG_SCHEMA, LOG_SCHEMA_KEY } from "@penlight/proto";
import { Kafka, logLevel } from "kafkajs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { CommandName } from "../../src/config.ts";
import { type KafkaLog, openKafkaLog } from "../../src/event-log/kafka-log.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { eventually } from "../e2e/penlight-process.ts";
import { differencesFromTruth, finalAnswers } from "../e2e/truth.ts";
import { findKafka, startKafka, type TestKafka } from "../kafka/broker.ts";
import { boardAt, District, finalBoard, strokesMade } from "./district.ts";
import { runToEnd } from "./service-process.ts";
import { missingForSmallDisk } from "./small-disk.ts";

const source = findKafka("own process");
const SECRET = "not-to-be-printed-anywhere";
const PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required";
const noDisk = missingForSmallDisk();

describe.skipIf("missing" in source)("missing" in source ? source.missing : "bad input", () => {
  let kafka: TestKafka;
  let district: District;
  beforeAll(async () => {
    kafka = await startKafka({
      listeners: { SASL: "SASL_PLAINTEXT" },
      settings: {
        "sasl.enabled.mechanisms": "PLAIN",
        "listener.name.sasl.plain.sasl.jaas.config": `${PLAIN} user_penlight="right-one";`,
      },
    });
  });
  afterAll(() => kafka?.stop());
  afterEach(() => district?.close());

  const openLog = (): Promise<KafkaLog> => {
    const prefix = district.env.PENLIGHT_KAFKA_PREFIX ?? "";
    return openKafkaLog({ brokers: kafka.brokers, clientId: "test", clock: new SystemClock(), prefix });
  };

  /** What a command says last, in one line, besides what it logged on the way: it names the setting and what to do. */
  function lineOf({ error, out }: { readonly error: string; readonly out: string }): string {
    const lines = error.split("\n").filter((line) => line.startsWith("penlight: "));
    expect([lines.length, error]).toEqual([1, error]);
    expect(error + out).not.toMatch(/\n\s+at /);
    expect(error + out).not.toContain(SECRET);
    return lines[0] as string;
  }

  /** Exit code 78 and the line. */
  async function refusal(env: Readonly<Record<string, string>> = {}, command: CommandName = "processor"): Promise<string> {
    const args = ["--ops-port", "0", ...(command === "gateway" ? ["--data", district.gatewayData] : [])];
    const ended = await runToEnd(command, args, { ...district.env, ...env });
    const line = lineOf(ended);
    expect([ended.code, line]).toEqual([78, line]);
    return line;
  }

  test("[OPS-2] a topic with too few partitions", async () => {
    district = await District.open(kafka);
    const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: `${district.env.PENLIGHT_KAFKA_PREFIX}ink`, numPartitions: 2 }] });
    await admin.disconnect();
    expect(await refusal()).toMatch(/ink: it has 2 partitions and needs 8; kafka-topics\.sh --alter/);
  });

  test("[EVT-26] a topic that a newer Penlight wrote to", async () => {
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

  test.each(["gateway", "processor", "dashboard"] as const)("[OPS-2] a wrong password of the broker: %s", async (command) => {
    district = await District.open(kafka);
    const login = { PENLIGHT_KAFKA_SASL: "plain", PENLIGHT_KAFKA_USER: "penlight", PENLIGHT_KAFKA_PASSWORD: SECRET };
    const broker = { PENLIGHT_KAFKA_BROKERS: kafka.listeners.get("SASL") ?? "" };
    expect(await refusal({ ...broker, ...login }, command)).toMatch(/refuse this user.*PENLIGHT_KAFKA_PASSWORD/);
  });

  test.each(["gateway", "processor", "dashboard", "history"] as const)(
    "a slip in the name of a setting: %s",
    async (command) => {
      district = await District.open(kafka);
      const slip = { PENLIGHT_KAFKA_PASWORD: SECRET };
      expect(await refusal(slip, command)).toMatch(
        /PENLIGHT_KAFKA_PASWORD \(did you mean PENLIGHT_KAFKA_PASSWORD\?\).* --help/,
      );
      const { code, ...said } = await runToEnd(command, ["--ops-prt", "0"], district.env);
      expect([code, lineOf(said)]).toEqual([78, expect.stringMatching(/--ops-prt \(did you mean --ops-port\?\).* --help/)]);
    },
  );

  describe.skipIf(noDisk !== null)(noDisk ?? "a full disk", () => {
    test("[OUT-5] of a gateway's outbox: it says so, hears on, and nothing is missing when the broker is back", async () => {
      district = await District.open(kafka);
      district.mount(path.join(district.gatewayData, "outbox-demo-room"), 32);
      await district.history();
      await district.start("processor").ready();
      const { url } = await district.dashboard();
      const gateway = await district.gateway(url, 4).ready();
      await eventually("something is right", async () => (await boardAt(url)).cells.some((cell) => cell.state === "right"));
      await kafka.nodes[0]?.kill();
      const part = await eventually("the disk is full", async () => {
        const found = await gateway.part("outbox");
        return found?.ready === false ? found : null;
      });
      expect(part).toMatchObject({ required: false, detail: expect.stringMatching(/make room on the disk of --data/) });
      expect(part.lastError).toContain("full");
      expect((await gateway.parts("/livez")).status).toBe(200);
      expect(gateway.error).toMatch(/ warn gateway outbox why="the disk[^"]*full" what="make room on the disk of --data[^"]*"/);
      kafka.nodes[0]?.start();
      await kafka.ready();
      expect(await gateway.ended).toBe(0);
      expect(gateway.error).not.toMatch(/\n\s+at /);
      expect(differencesFromTruth(await finalBoard(url), finalAnswers(district.gatewayData))).toEqual([]);
      const strokes = "SELECT uniqExact(pen, page, pen_down_ms) FROM strokes_latest";
      await eventually("history has every stroke", async () => Number(await district.query(strokes)) === strokesMade(gateway));
    });

    test("of a gateway's data, from the start", async () => {
      district = await District.open(kafka);
      district.mount(district.gatewayData, 32);
      writeFileSync(path.join(district.gatewayData, "in-the-way"), Buffer.alloc(32 * 1024));
      await district.history();
      const { url } = await district.dashboard();
      const args = ["--ops-port", "0", "--data", district.gatewayData, "--dashboard-url", url, "--students", "4"];
      const ended = await runToEnd("gateway", args, district.env);
      expect(lineOf(ended)).toMatch(/make room on the disk.*--data/);
      expect(ended.code).toBe(1);
    });
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
    await log.append("ink", [{ key: "demo-room", value: bytes, timestampMs: Date.now() }]);
    await log.close();
    const processor = await district.start("processor").ready();
    const ask = (...args: string[]) => runToEnd("dead-letters", args, district.env);
    const letters = () => processor.metric("penlight_processor_dead_letters_total");
    await eventually("it was put aside", async () => (await letters()) > 0);
    // However often it was read: a partition that changes hands is read again from what is needed.
    const listed = await ask("list");
    expect(listed.out).toMatch(
      /^0-0 {2}\S+ {2}ink\/\d@0 {2}demo-room {2}undecodable {2}3 bytes\n1 dead letters, 0 of them replayed\n$/,
    );
    expect((await ask("show", "0-0")).out).toContain("ff 00 41");
    expect(await ask("show", "0-99")).toMatchObject({ code: 78, error: expect.stringContaining("no dead letter 0-99") });
    expect(await ask("replay")).toMatchObject({ code: 78, error: expect.stringContaining("replay ID...") });
    expect(await ask("replay", "0-0")).toMatchObject({
      code: 0,
      error: "",
      out: expect.stringContaining("1 replayed, 0 left"),
    });
    const again = await eventually("it came again", async () => {
      const { out } = await ask("list");
      return /ink\/\d@1 /.test(out) ? out : null;
    });
    expect(again).toMatch(/^0-0 .*3 bytes {2}replayed \S+\n0-\d+ {2}.*@1 .*3 bytes\n2 dead letters, 1 of them replayed\n$/);
    expect(await processor.stop()).toBe(0);
  });
});
