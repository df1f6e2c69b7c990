import Cluster from "kafkajs/src/cluster/index.js";
import loggers from "kafkajs/src/loggers/index.js";
import createSocketFactory from "kafkajs/src/network/socketFactory.js";
import type { KafkaLimits, KafkaOptions } from "./kafka-options.ts";
import { patchTimerSpin } from "./timer-patch.ts";

/** Types of the wire half of kafkajs: connections, authentication, metadata and requests (ADR 0011). */
export interface WireRequest {
  readonly request: object;
  readonly response: { decode(payload: Buffer): Promise<unknown>; parse(decoded: unknown): Promise<unknown> };
}

export interface WireLogLine {
  readonly log: { readonly message: string; readonly broker?: string; readonly error?: unknown };
}

export interface WireLogger {
  namespace(name: string): WireLogger;
}

interface WireConnection {
  connectionStatus: string;
  readonly socket?: { destroy(): void };
  readonly requestQueue: { rejectAll(error: Error): void; destroy(): void };
}

export interface JoinedGroup {
  readonly generationId: number;
  readonly leaderId: string;
  readonly memberId: string;
  readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[];
}

export interface OffsetsOfTopics {
  readonly responses: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly offset: string; readonly metadata?: string | null }[];
  }[];
}

export interface WireBroker {
  readonly nodeId: number;
  readonly connectionPool: {
    readonly host: string;
    readonly port: number;
    readonly pool: readonly WireConnection[];
    send(request: WireRequest): Promise<unknown>;
  };
  initProducerId(options: { readonly transactionTimeout: number }): Promise<{ producerId: string; producerEpoch: number }>;
  joinGroup(options: object): Promise<JoinedGroup>;
  syncGroup(options: object): Promise<{ readonly memberAssignment: Buffer }>;
  heartbeat(options: object): Promise<unknown>;
  leaveGroup(options: object): Promise<unknown>;
  offsetCommit(options: object): Promise<unknown>;
  offsetFetch(options: object): Promise<OffsetsOfTopics>;
  createTopics(options: object): Promise<unknown>;
  createPartitions(options: object): Promise<unknown>;
  deleteTopics(options: object): Promise<unknown>;
  describeConfigs(options: object): Promise<{
    readonly resources: readonly {
      readonly resourceName: string;
      readonly configEntries: readonly { readonly configName: string; readonly configValue: string }[];
    }[];
  }>;
}

export interface WirePartition {
  readonly partitionId: number;
  readonly leader: number;
  readonly replicas: readonly number[];
}

export interface WireMetadata {
  readonly controllerId: number;
  readonly brokers: readonly { readonly nodeId: number }[];
  readonly topicMetadata: readonly { readonly topic: string; readonly partitionMetadata: readonly WirePartition[] }[];
}

export interface WireCluster {
  readonly targetTopics: Set<string>;
  readonly brokerPool: {
    readonly metadata: WireMetadata | null;
    readonly brokers: Readonly<Record<string, WireBroker>>;
    readonly seedBroker?: WireBroker;
  };
  connect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  findBroker(options: { readonly nodeId: number }): Promise<WireBroker>;
  findGroupCoordinator(options: { readonly groupId: string }): Promise<WireBroker>;
  removeBroker(options: { readonly host: string; readonly port: number }): void;
}

export interface WireClusterOptions {
  readonly logger: WireLogger;
  readonly [option: string]: unknown;
}

/** Of one request that is repeated inside kafkajs, before the error comes to us. */
const WIRE_RETRIES_MIN = 2;

export function openCluster(options: KafkaOptions, limits: KafkaLimits): WireCluster {
  patchTimerSpin();
  const logger = loggers.createLogger({
    level: loggers.LEVELS.WARN,
    logCreator: () => (line) => options.say?.(textOf(line)),
  });
  const { tls, sasl } = options;
  return new Cluster({
    logger,
    socketFactory: createSocketFactory(),
    brokers: [...options.brokers],
    ssl: tls === null || tls === undefined ? null : { ...tls, ...(tls.ca === undefined ? {} : { ca: [tls.ca] }) },
    sasl: sasl ?? null,
    clientId: options.clientId,
    connectionTimeout: limits.connectMs,
    authenticationTimeout: limits.requestMs,
    reauthenticationThreshold: 10_000,
    requestTimeout: limits.requestMs,
    enforceRequestTimeout: true,
    metadataMaxAge: 300_000,
    retry: {
      retries: Math.max(WIRE_RETRIES_MIN, options.brokers.length),
      initialRetryTime: limits.retryMsMin,
      maxRetryTime: limits.retryMsMax,
    },
    allowAutoTopicCreation: false,
    // 0: what a transaction has not committed is shown too. Nobody writes transactions here (ADR 0011).
    isolationLevel: 0,
  });
}

/** One line of kafkajs's own log. */
function textOf({ log: { broker, message, error } }: WireLogLine): string {
  return ["kafka", ...(broker === undefined ? [] : [broker]), message, ...(typeof error === "string" ? [error] : [])].join(
    ": ",
  );
}

/** Cuts the connections to a broker at once; what waits for an answer fails. The next request makes new ones. */
export function cutBroker(cluster: WireCluster, broker: WireBroker): void {
  const { host, port, pool } = broker.connectionPool;
  cluster.removeBroker({ host, port });
  for (const connection of pool) {
    connection.connectionStatus = "disconnected";
    connection.requestQueue.rejectAll(new Error(`the connection to ${host}:${port} was given up`));
    connection.requestQueue.destroy();
    connection.socket?.destroy();
  }
}

export function cutCluster(cluster: WireCluster): void {
  const { brokers, seedBroker } = cluster.brokerPool;
  const all = new Set([...Object.values(brokers), ...(seedBroker === undefined ? [] : [seedBroker])]);
  for (const broker of all) cutBroker(cluster, broker);
}
