import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { BrokerNode } from "../test/kafka/broker-node.ts";
import { KAFKA_VERSION, kafkaJars, missingForJars } from "../test/kafka/kafka-jars.ts";
import { optionsOf, refuse } from "./usage.ts";

/** `npm run broker`: one Kafka broker on this machine, for trying things out. Data in data/broker; one copy of everything. */
const PORT = 9092;
const CONTROLLER_PORT = 9093;
const HEAP_MB = 512;

const USAGE = `npm run broker takes no options; it listens on localhost:${PORT} and keeps its data in data/broker`;
const { positionals } = optionsOf(USAGE, { options: {}, allowPositionals: true });
if (positionals.length > 0) refuse(USAGE);
const missing = missingForJars();
if (missing !== null) {
  process.stderr.write(`penlight: ${missing}; with Docker instead: docker run -p ${PORT}:9092 apache/kafka:${KAFKA_VERSION}\n`);
  process.exit(1);
}
const folder = path.resolve("data", "broker");
mkdirSync(folder, { recursive: true });
process.stdout.write(`Apache Kafka ${KAFKA_VERSION} by Maven (once) ...\n`);
const jars = kafkaJars(KAFKA_VERSION);
const node = new BrokerNode({ id: 1, address: `127.0.0.1:${PORT}`, folder, jars, heapMb: HEAP_MB });
const idFile = path.join(folder, "cluster-id");
if (!existsSync(idFile)) {
  const clusterId = randomBytes(16).toString("base64url");
  const settings = {
    "node.id": "1",
    "process.roles": "broker,controller",
    listeners: `PLAINTEXT://127.0.0.1:${PORT},CONTROLLER://127.0.0.1:${CONTROLLER_PORT}`,
    "advertised.listeners": `PLAINTEXT://localhost:${PORT}`,
    "controller.listener.names": "CONTROLLER",
    "controller.quorum.voters": `1@127.0.0.1:${CONTROLLER_PORT}`,
    "log.dirs": path.join(folder, "data"),
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
  };
  await node.format(clusterId, settings, []);
  writeFileSync(idFile, clusterId);
}
node.start();
process.stdout.write(
  `broker: localhost:${PORT} (data in ${folder}, cluster ${readFileSync(idFile, "utf8")}); Ctrl+C ends it\n`,
);
let isEnding = false;
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    isEnding = true;
    void node.stop();
  });
}
while (node.isRunning) await new Promise((resolve) => setTimeout(resolve, 200));
if (!isEnding) process.stderr.write(`penlight: the broker ended by itself; ${path.join(folder, "broker.log")} says why\n`);
process.exit(isEnding ? 0 : 1);
