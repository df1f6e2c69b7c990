import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { GenericContainer, Wait } from "testcontainers";
import type { HistoryTarget } from "../../src/history/connection.ts";
import { startHistoryProcess } from "./history-process.ts";

const IMAGE = "clickhouse/clickhouse-server:26.7";

/** A ClickHouse that is reached by URL, and an empty database in it. */
export interface TestClickHouse {
  readonly target: Extract<HistoryTarget, { kind: "server" }>;
  stop(): Promise<void>;
}

/**
 * The one that PENLIGHT_TEST_CLICKHOUSE names (http://user:password@host:8123), else one in Docker, else the embedded
 * engine behind our own HTTP interface. One of them is always there, so nothing is skipped.
 */
export async function startClickHouse(): Promise<TestClickHouse> {
  const database = `penlight_test_${randomBytes(4).toString("hex")}`;
  const given = process.env.PENLIGHT_TEST_CLICKHOUSE ?? "";
  if (given !== "") {
    const { username, password, origin } = new URL(given);
    const target = { kind: "server", url: origin, user: decodeURIComponent(username) || "default", database } as const;
    return { target: { ...target, password: decodeURIComponent(password) }, stop: async () => {} };
  }
  if (existsSync("/var/run/docker.sock") || process.env.DOCKER_HOST !== undefined) return inDocker(database);
  const server = await startHistoryProcess();
  const target = { kind: "server", url: server.url, user: "penlight", password: server.writerPassword, database } as const;
  return {
    target,
    stop: async () => {
      await server.stop();
    },
  };
}

async function inDocker(database: string): Promise<TestClickHouse> {
  const password = randomBytes(12).toString("hex");
  const container = await new GenericContainer(IMAGE)
    .withEnvironment({ CLICKHOUSE_PASSWORD: password })
    .withExposedPorts(8123)
    .withWaitStrategy(Wait.forHttp("/ping", 8123))
    .start();
  const url = `http://${container.getHost()}:${container.getMappedPort(8123)}`;
  return {
    target: { kind: "server", url, user: "default", password, database },
    stop: async () => {
      await container.stop();
    },
  };
}
