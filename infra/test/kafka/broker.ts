import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Kafka, logLevel } from "kafkajs";
import { GenericContainer, Wait } from "testcontainers";
import { BrokerNode, freePorts } from "./broker-node.ts";
import { KAFKA_VERSION, kafkaJars, missingForJars } from "./kafka-jars.ts";

/** A Kafka for tests: one broker, or a cluster. */
export interface TestKafka {
  readonly brokers: readonly string[];
  /** Addresses of the other listeners of the first broker, by their names. */
  readonly listeners: ReadonlyMap<string, string>;
  /** The processes; empty where the broker is not ours (PENLIGHT_TEST_KAFKA, Docker). */
  readonly nodes: readonly BrokerNode[];
  /** Resolves when so many brokers answer. */
  ready(count?: number): Promise<void>;
  stop(): Promise<void>;
}

export interface TestKafkaOptions {
  /** 1, or 3 with three copies of everything. Default 1. */
  readonly nodes?: number;
  readonly version?: string;
  readonly heapMb?: number;
  /** True: the JVM compiles as well as it can, for a bench; else it starts quickly. */
  readonly isSteady?: boolean;
  /** More lines of server.properties. */
  readonly settings?: Readonly<Record<string, string>>;
  /** More listeners beside the plain one: name to security protocol, e.g. `{ TLS: "SSL" }`. */
  readonly listeners?: Readonly<Record<string, "PLAINTEXT" | "SSL" | "SASL_SSL" | "SASL_PLAINTEXT">>;
  /** The port by which clients reach a listener of those that is bound to `port`, e.g. that of a proxy. Default: the same. */
  readonly reachedBy?: (listener: string, port: number) => Promise<number>;
  /** `SCRAM-SHA-256=[name=NAME,password=PASSWORD]` and the like. */
  readonly scramUsers?: readonly string[];
}

export type KafkaSource =
  | { readonly kind: "given"; readonly brokers: readonly string[] }
  | { readonly kind: "docker" | "jars" };

/**
 * Where a broker can come from on this machine: PENLIGHT_TEST_KAFKA (host:port,...), Docker, or Apache Kafka's own jars
 * with Java 17 and Maven. `ownProcess`: only jars will do, as the test kills, pauses or configures it.
 */
export function findKafka(need: "any" | "own process" = "any"): KafkaSource | { readonly missing: string } {
  const given = process.env.PENLIGHT_TEST_KAFKA;
  if (need === "any" && given !== undefined && given !== "") return { kind: "given", brokers: given.split(",") };
  const hasDocker = process.env.DOCKER_HOST !== undefined || existsSync("/var/run/docker.sock");
  if (need === "any" && hasDocker) return { kind: "docker" };
  const missing = missingForJars();
  return missing === null ? { kind: "jars" } : { missing: `no Kafka: ${missing}` };
}

/** One plain broker, wherever it comes from. */
export async function openKafka(version: string = KAFKA_VERSION): Promise<TestKafka> {
  const source = findKafka();
  if ("missing" in source) throw new Error(source.missing);
  if (source.kind === "given") {
    const ready = () => answering(source.brokers, source.brokers.length);
    await ready();
    return { brokers: source.brokers, listeners: new Map(), nodes: [], ready, stop: async () => undefined };
  }
  return source.kind === "docker" ? startContainer(version) : startKafka({ version });
}

async function startContainer(version: string): Promise<TestKafka> {
  const [port = 0] = await freePorts(1);
  const container = await new GenericContainer(`apache/kafka:${version}`)
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment({
      ...Object.fromEntries(Object.entries(commonSettings(1)).map(([key, value]) => [envName(key), value])),
      KAFKA_NODE_ID: "1",
      KAFKA_PROCESS_ROLES: "broker,controller",
      KAFKA_LISTENERS: "PLAINTEXT://:9092,CONTROLLER://:9093",
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
      KAFKA_CONTROLLER_QUORUM_VOTERS: "1@localhost:9093",
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start();
  const brokers = [`127.0.0.1:${port}`];
  const ready = () => answering(brokers, 1);
  await ready();
  return { brokers, listeners: new Map(), nodes: [], ready, stop: async () => void (await container.stop()) };
}

function envName(key: string): string {
  return `KAFKA_${key.replaceAll(".", "_").toUpperCase()}`;
}

/** Brokers of Apache Kafka's own jars, each a process that can be killed, paused and started again. */
export async function startKafka(options: TestKafkaOptions = {}): Promise<TestKafka> {
  const { nodes: count = 1, version = KAFKA_VERSION, heapMb = count === 1 ? 512 : 256, scramUsers = [] } = options;
  const jars = kafkaJars(version);
  const folder = mkdtempSync(path.join(os.tmpdir(), "penlight-kafka-"));
  const more = Object.entries(options.listeners ?? {});
  const ports = await freePorts((2 + more.length) * count);
  const moreOf = (id: number) => more.map(([name], i) => `${name}://127.0.0.1:${ports[(2 + i) * count + id - 1]}`);
  const ids = Array.from({ length: count }, (_, i) => i + 1);
  const portOf = (id: number) => ports[id - 1] as number;
  const controllerOf = (id: number) => `127.0.0.1:${ports[count + id - 1]}`;
  const reached = new Map<string, string>();
  for (const listener of ids.flatMap(moreOf)) {
    const [name = "", address = ""] = listener.split("://");
    const port = await (options.reachedBy ?? (async (_, bound) => bound))(name, Number(address.split(":")[1]));
    reached.set(listener, `${name}://127.0.0.1:${port}`);
  }
  const advertisedOf = (id: number) => moreOf(id).map((listener) => reached.get(listener) as string);
  // Not one that begins with a dash, which would be taken for an option.
  const clusterId = `P${randomBytes(15).toString("base64url")}`;
  const nodes = ids.map((id) => {
    const home = path.join(folder, String(id));
    mkdirSync(home);
    return new BrokerNode({
      id,
      address: `127.0.0.1:${portOf(id)}`,
      folder: home,
      jars,
      heapMb,
      isSteady: options.isSteady ?? false,
    });
  });
  const voters = ids.map((id) => `${id}@${controllerOf(id)}`).join(",");
  await Promise.all(
    nodes.map((node) => {
      const settings = {
        "node.id": String(node.id),
        "process.roles": "broker,controller",
        listeners: [`PLAINTEXT://${node.address}`, `CONTROLLER://${controllerOf(node.id)}`, ...moreOf(node.id)].join(","),
        "advertised.listeners": [`PLAINTEXT://${node.address}`, ...advertisedOf(node.id)].join(","),
        "listener.security.protocol.map": [
          "PLAINTEXT:PLAINTEXT",
          "CONTROLLER:PLAINTEXT",
          ...more.map((each) => each.join(":")),
        ].join(","),
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.voters": voters,
        "log.dirs": path.join(folder, String(node.id), "data"),
        ...commonSettings(count),
        ...options.settings,
      };
      return node.format(clusterId, settings, scramUsers);
    }),
  );
  for (const node of nodes) node.start();
  const brokers = nodes.map(({ address }) => address);
  const ready = (answers = count) => answering(brokers, answers);
  const stop = async () => {
    // Not by hand: the data are thrown away.
    for (const node of nodes) node.resume();
    await Promise.all(nodes.map((node) => node.kill()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready();
  } catch (error) {
    const log = nodes.map((node) => node.log.slice(-2000)).join("\n");
    await stop();
    throw new Error(`Kafka ${version} did not start: ${log}`, { cause: error });
  }
  const listeners = new Map(advertisedOf(1).map((each) => each.split("://") as [string, string]));
  return { brokers, listeners, nodes, ready, stop };
}

function commonSettings(nodes: number): Record<string, string> {
  const copies = String(Math.min(nodes, 3));
  return {
    "auto.create.topics.enable": "false",
    // tulios/kafkajs#1752: without these a cluster of one has no groups.
    "offsets.topic.replication.factor": copies,
    "transaction.state.log.replication.factor": copies,
    "transaction.state.log.min.isr": nodes === 1 ? "1" : "2",
    "offsets.topic.num.partitions": "3",
    "min.insync.replicas": nodes === 1 ? "1" : "2",
    "group.initial.rebalance.delay.ms": "0",
    // Little is waited for in tests: a broker that is gone is known to be after three seconds.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "group.min.session.timeout.ms": "1000",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "2",
    "log.cleaner.backoff.ms": "500",
    "log.retention.check.interval.ms": "1000",
  };
}

const READY_MS_MAX = 60_000;

async function answering(brokers: readonly string[], count: number): Promise<void> {
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId: "test",
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  });
  for (let waitedMs = 0; ; waitedMs += 200) {
    const admin = kafka.admin();
    try {
      await admin.connect();
      if ((await admin.describeCluster()).brokers.length >= count) return;
    } catch (error) {
      if (waitedMs > READY_MS_MAX) throw error;
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
    if (waitedMs > READY_MS_MAX) throw new Error(`fewer than ${count} brokers after ${READY_MS_MAX} ms`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
