import { LogError, type TopicName, type TopicSpec } from "@penlight/proto";
import { KAFKA_ERROR, kafkaLogError, rootOf } from "./kafka-errors.ts";
import type { KafkaOptions } from "./kafka-options.ts";
import type { KafkaLink } from "./link.ts";
import type { WireBroker } from "./wire.ts";

/** A topic as it is at the brokers. */
export interface TopicPlace {
  readonly name: string;
  readonly partitions: number;
}

export type TopicPlaces = Readonly<Record<TopicName, TopicPlace>>;

type Settings = Readonly<Record<string, string>>;

const DAY_MS = 86_400_000;
const MIB = 2 ** 20;
/** Largest batch that a topic has to take: Kafka's default, and what `partitionBatchBytes` is made for. */
const MESSAGE_BYTES_MIN = 1_048_588;
const FOR_EVER = "9223372036854775807";
const TOPIC_RESOURCE = 2;
const TOPIC_ALREADY_EXISTS = 36;

/** What a topic of this kind is made with. LOG-10. */
export function topicSettings(spec: TopicSpec, minInsyncReplicas: number): Settings {
  const always = {
    "min.insync.replicas": String(minInsyncReplicas),
    "unclean.leader.election.enable": "false",
    "message.timestamp.type": "CreateTime",
    // A pen's gateway may be an hour ahead: its ink is not refused for that (Kafka 4 would).
    "message.timestamp.after.max.ms": FOR_EVER,
    "segment.ms": String(DAY_MS),
  };
  if (spec.retention.kind === "compact") return { ...always, "cleanup.policy": "compact" };
  // Kafka counts bytes by partition, and drops whole segments.
  const bytes = Math.ceil(spec.retention.maxBytes / spec.partitions);
  return {
    ...always,
    "cleanup.policy": "delete",
    "retention.ms": String(spec.retention.maxAgeMs),
    "retention.bytes": String(bytes),
    "segment.bytes": String(Math.min(Math.max(Math.floor(bytes / 8), 16 * MIB), 1024 * MIB)),
  };
}

export interface Difference {
  readonly text: string;
  /** It would break a promise of the log, so it is refused; the others only make it keep more or less. */
  readonly isFatal: boolean;
}

/** What is not as it should be, in words that say what to type. */
export function topicDifferences(name: string, spec: TopicSpec, found: TopicFound, wanted: Settings): Difference[] {
  const differences: Difference[] = [];
  const fatal = (text: string) => differences.push({ text: `${name}: ${text}`, isFatal: true });
  if (found.partitions < spec.partitions) {
    fatal(
      `it has ${found.partitions} partitions and needs ${spec.partitions}; kafka-topics.sh --alter --topic ${name} --partitions ${spec.partitions}`,
    );
  }
  const alter = (key: string) => `kafka-configs.sh --alter --topic ${name} --add-config ${key}=${wanted[key]}`;
  for (const key of ["cleanup.policy", "message.timestamp.type"]) {
    if (found.settings[key] !== wanted[key])
      fatal(`${key} is ${found.settings[key]} and has to be ${wanted[key]}; ${alter(key)}`);
  }
  const messageBytes = Number(found.settings["max.message.bytes"]);
  if (messageBytes < MESSAGE_BYTES_MIN) {
    fatal(`max.message.bytes is ${messageBytes} and has to be ${MESSAGE_BYTES_MIN} or more`);
  }
  if (found.replicas < Number(wanted["min.insync.replicas"])) {
    fatal(`it has ${found.replicas} replicas, fewer than the ${wanted["min.insync.replicas"]} that have to confirm a record`);
  }
  for (const key of Object.keys(wanted)) {
    const isSaid = differences.some(({ text }) => text.includes(`: ${key} is `));
    const isUnknown = found.settings[key] === undefined;
    if (isSaid || isUnknown || found.settings[key] === wanted[key]) continue;
    differences.push({
      text: `${name}: ${key} is ${found.settings[key]}, Penlight would set ${wanted[key]}; ${alter(key)}`,
      isFatal: false,
    });
  }
  return differences;
}

export interface TopicFound {
  readonly partitions: number;
  readonly replicas: number;
  readonly settings: Settings;
}

/**
 * Makes the topics that are not there and checks those that are.
 * @throws LogError "log.topic" listing every difference that cannot be lived with; "log.unreachable", "log.denied".
 */
export async function ensureTopics(
  link: KafkaLink,
  options: KafkaOptions,
  specs: Readonly<Record<TopicName, TopicSpec>>,
): Promise<TopicPlaces> {
  const {
    prefix = "penlight.",
    makeTopics = true,
    replicationFactor = 1,
    minInsyncReplicas = 1,
    say = () => undefined,
  } = options;
  const names = Object.keys(specs) as TopicName[];
  const nameOf = (topic: TopicName) => `${prefix}${topic}`;
  await link.refresh();
  const missing = names.filter((topic) => link.partitionsOf(nameOf(topic)).length === 0);
  if (missing.length > 0 && !makeTopics) {
    throw new LogError("log.topic", `there is no topic ${missing.map(nameOf).join(", ")}`);
  }
  if (missing.length > 0) {
    await create(
      link,
      missing.map((topic) => ({
        topic: nameOf(topic),
        numPartitions: specs[topic].partitions,
        replicationFactor,
        configEntries: Object.entries(topicSettings(specs[topic], minInsyncReplicas)).map(([name, value]) => ({ name, value })),
      })),
    );
  }
  await untilLed(link, options, names.map(nameOf));
  const settings = await describe(link, options, names.map(nameOf));
  const differences = names.flatMap((topic) => {
    const partitions = link.partitionsOf(nameOf(topic));
    const found = {
      partitions: partitions.length,
      replicas: partitions[0]?.replicas.length ?? 0,
      settings: settings.get(nameOf(topic)) ?? {},
    };
    return topicDifferences(nameOf(topic), specs[topic], found, topicSettings(specs[topic], minInsyncReplicas));
  });
  for (const { text, isFatal } of differences) if (!isFatal) say(text);
  const fatal = differences.filter(({ isFatal }) => isFatal);
  const places = Object.fromEntries(
    names.map((topic) => [topic, { name: nameOf(topic), partitions: link.partitionsOf(nameOf(topic)).length }]),
  ) as Record<TopicName, TopicPlace>;
  if (places.ink.partitions !== places.events.partitions) {
    const text = `${places.ink.name} has ${places.ink.partitions} partitions and ${places.events.name} has ${places.events.partitions}; a room needs the same number in both`;
    fatal.push({ text, isFatal: true });
  }
  if (fatal.length > 0) throw new LogError("log.topic", fatal.map(({ text }) => text).join("; "));
  return places;
}

async function create(link: KafkaLink, topics: readonly object[]): Promise<void> {
  try {
    await link.controller((broker) => broker.createTopics({ topics }));
  } catch (error) {
    const errors = (rootOf(error) as { errors?: readonly { code?: number; message: string; topic?: string }[] }).errors ?? [];
    const real = errors.filter(({ code }) => code !== TOPIC_ALREADY_EXISTS);
    if (errors.length > 0 && real.length === 0) return;
    if (real.length === 0) throw kafkaLogError(error, "topics could not be made");
    const denied = real.find((each) => kafkaLogError(each, "").code === "log.denied");
    throw new LogError(
      denied === undefined ? "log.topic" : "log.denied",
      real.map(({ topic, message }) => `${topic} cannot be made: ${message}`).join("; "),
    );
  }
}

/** A topic that was just made has no leaders for a moment. */
async function untilLed(link: KafkaLink, options: KafkaOptions, names: readonly string[]): Promise<void> {
  const isLed = (name: string) => {
    const partitions = link.partitionsOf(name);
    return partitions.length > 0 && partitions.every(({ leader }) => leader >= 0);
  };
  for (let waitedMs = 0; ; waitedMs += LEADERS_PAUSE_MS) {
    let failure: unknown = null;
    await link.refresh().catch((error: unknown) => {
      failure = error;
    });
    const without = names.filter((name) => !isLed(name));
    if (failure === null && without.length === 0) return;
    if (waitedMs > LEADERS_WAIT_MS) throw failure ?? new LogError("log.unreachable", `${without.join(", ")} has no leader`);
    await options.clock.sleep(LEADERS_PAUSE_MS);
  }
}
const LEADERS_PAUSE_MS = 50;
const LEADERS_WAIT_MS = 10_000;

/** The broker that is asked may be the last one to hear of a topic that another one has just made. */
async function describe(link: KafkaLink, options: KafkaOptions, names: readonly string[]): Promise<Map<string, Settings>> {
  const resources = names.map((name) => ({ type: TOPIC_RESOURCE, name }));
  let answer: Awaited<ReturnType<WireBroker["describeConfigs"]>> | null = null;
  for (let waitedMs = 0; answer === null; waitedMs += LEADERS_PAUSE_MS) {
    answer = await link
      .any((broker) => broker.describeConfigs({ resources }))
      .catch((error: unknown) => {
        const isUnknown = (rootOf(error) as { code?: number }).code === KAFKA_ERROR.unknownTopicOrPartition;
        if (isUnknown && waitedMs <= LEADERS_WAIT_MS) return null;
        throw kafkaLogError(error, "settings of the topics");
      });
    if (answer === null) await options.clock.sleep(LEADERS_PAUSE_MS);
  }
  return new Map(
    answer.resources.map(({ resourceName, configEntries }) => [
      resourceName,
      Object.fromEntries(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
}
