import { LogError } from "@penlight/proto";

/** Error codes of the Kafka protocol that mean something to us. */
export const KAFKA_ERROR = {
  none: 0,
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  messageTooLarge: 10,
  notCoordinator: 16,
  topicNotAuthorized: 29,
  groupNotAuthorized: 30,
  clusterNotAuthorized: 31,
  policyViolation: 44,
  outOfOrderSequence: 45,
  duplicateSequence: 46,
  invalidProducerEpoch: 47,
  unknownProducerId: 59,
} as const;

/** The sequence of a producer is not what the broker knows: only a new producer id helps. */
export function isProducerLost(errorCode: number): boolean {
  return (
    errorCode === KAFKA_ERROR.outOfOrderSequence ||
    errorCode === KAFKA_ERROR.invalidProducerEpoch ||
    errorCode === KAFKA_ERROR.unknownProducerId
  );
}

/** An answer of a broker about one partition that says no. */
export class BrokerRefusal extends Error {
  override readonly name = "BrokerRefusal";
  readonly errorCode: number;
  constructor(errorCode: number, what: string) {
    super(`${what} was answered with Kafka error ${errorCode}${nameOf(errorCode)}`);
    this.errorCode = errorCode;
  }
}

const NAMES: Readonly<Record<number, string>> = {
  1: "offset out of range",
  3: "unknown topic or partition",
  5: "leader not available",
  6: "not leader for partition",
  7: "request timed out",
  10: "message too large: raise message.max.bytes of the topic to its default or more",
  19: "not enough replicas",
  20: "not enough replicas after append",
  29: "not authorized for the topic",
  30: "not authorized for the group",
  31: "not authorized for the cluster",
  45: "out of order sequence number",
  59: "unknown producer id",
};

function nameOf(errorCode: number): string {
  const name = NAMES[errorCode];
  return name === undefined ? "" : ` (${name})`;
}

const DENIED = new Set<number>([
  KAFKA_ERROR.topicNotAuthorized,
  KAFKA_ERROR.groupNotAuthorized,
  KAFKA_ERROR.clusterNotAuthorized,
]);

interface Shape {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly type?: unknown;
  readonly code?: unknown;
  readonly errorCode?: unknown;
  readonly cause?: unknown;
}

/** The error below what kafkajs wrapped around it. */
export function rootOf(error: unknown): Shape {
  let at = error as Shape;
  for (let depth = 0; depth < 8 && isObject(at.cause); depth++) at = at.cause as Shape;
  return at;
}

/** Number of the protocol error that `error` is; null: it is something else, e.g. a connection that broke. */
export function protocolCodeOf(error: unknown): number | null {
  const root = rootOf(error);
  if (typeof root.errorCode === "number") return root.errorCode;
  return root.name !== "KafkaJSConnectionError" && typeof root.code === "number" ? root.code : null;
}

/** What happened, as the port's error; a bug of ours stays what it is. */
export function kafkaLogError(error: unknown, what: string): LogError {
  if (error instanceof LogError) return error;
  const root = rootOf(error);
  const text = `${what}: ${oneLine(String(root.message ?? error))}`;
  const code = protocolCodeOf(error);
  const isTls =
    typeof root.message === "string" && /certificate|self.signed|altname|SSL|TLS|wrong version number/i.test(root.message);
  if (root.name === "KafkaJSSASLAuthenticationError" || (code !== null && DENIED.has(code)) || isTls) {
    return new LogError("log.denied", text, { cause: error });
  }
  if (code === KAFKA_ERROR.messageTooLarge) return new LogError("log.topic", text, { cause: error });
  return new LogError("log.unreachable", text, { cause: error });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
