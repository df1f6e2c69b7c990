import http from "node:http";
import net from "node:net";
import tls from "node:tls";
import { HistoryError } from "@penlight/proto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { explain } from "../../src/explain.ts";
import { openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import { openConnection } from "../../src/history/connection.ts";
import { makeCertificates } from "../kafka/certificates.ts";
import { startHistoryProcess } from "./history-process.ts";
import { startClickHouse, type TestClickHouse } from "./history-provider.ts";

const clock = { nowMs: () => 0, sleep: async () => {} };
let server: TestClickHouse;

beforeAll(async () => {
  server = await startClickHouse();
});
afterAll(() => server.stop());

const opened = async (target: Partial<TestClickHouse["target"]>): Promise<HistoryError> => {
  const history = await openClickHouseHistory({ target: { ...server.target, ...target }, clock }).catch(
    (error: unknown) => error,
  );
  if (history instanceof HistoryError) return history;
  throw new Error("it should not have opened");
};

it("[HIS-14] a wrong password is said in a line that names the setting, and is not tried again", async () => {
  const error = await opened({ password: "wrong" });
  expect(error).toMatchObject({ code: "history.denied", canRetry: false });
  expect(explain(error)).toMatchObject({ exitCode: 78, text: expect.stringContaining("PENLIGHT_CLICKHOUSE_PASSWORD") });
});

it("[HIS-14] a user that may only read cannot make the tables", async () => {
  const reader = await startHistoryProcess();
  const target = { url: reader.url, user: "default", password: "" };
  expect(await opened(target)).toMatchObject({ code: "history.denied", canRetry: false });
  await reader.stop();
});

it("[HIS-14] a database whose tables are somebody else's refuses the migration, in one line that names its file", async () => {
  const database = `${server.target.database}_taken`;
  const connection = await openConnection({ ...server.target, database });
  await connection.command("CREATE TABLE strokes (a UInt8) ENGINE = MergeTree ORDER BY a");
  const error = await opened({ database });
  expect(error).toMatchObject({ code: "history.migration", canRetry: false });
  const { text, exitCode } = explain(error);
  expect([text.split("\n").length, exitCode]).toEqual([1, 78]);
  expect(text).toMatch(/0001_strokes\.sql: .*PENLIGHT_CLICKHOUSE_DATABASE/);
  await connection.command(`DROP DATABASE ${database}`);
  await connection.close();
});

it("[HIS-12] a server that is not there can be waited for", async () => {
  expect(await opened({ url: "http://127.0.0.1:9" })).toMatchObject({ code: "history.unavailable", canRetry: true });
});

it("[HIS-14] over TLS the authority that is named is asked, and no other", async () => {
  const { ca, otherCa, server: own } = makeCertificates();
  const proxy = tls.createServer({ cert: own.cert, key: own.key }, (socket) => {
    const { hostname, port } = new URL(server.target.url);
    const up = net.connect(Number(port), hostname);
    socket.pipe(up).pipe(socket);
    for (const each of [socket, up]) each.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const url = `https://127.0.0.1:${(proxy.address() as net.AddressInfo).port}`;
  try {
    const connection = await openConnection({ ...server.target, url, ca });
    expect((await connection.lines("SELECT 1 AS one", {}, "JSONEachRow")).toString()).toBe('{"one":1}\n');
    await connection.close();
    expect(await opened({ url, ca: otherCa })).toMatchObject({ code: "history.unavailable" });
  } finally {
    proxy.close();
  }
});

it("[HIS-15] on a cluster the database is made everywhere, and an insert carries a token of its rows", async () => {
  const asked: { readonly url: URL; readonly body: string }[] = [];
  const recorder = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    asked.push({ url: new URL(request.url ?? "", "http://recorder"), body: Buffer.concat(chunks).toString() });
    response.end();
  });
  await new Promise<void>((resolve) => recorder.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(recorder.address() as net.AddressInfo).port}`;
  try {
    const connection = await openConnection({ kind: "server", url, database: "lessons", cluster: "district" });
    const insert = (rows: string) => connection.insert({ table: "gaps", columns: ["room"], rows: Buffer.from(rows) });
    await insert("a\n");
    await insert("a\n");
    await insert("b\n");
    await connection.close();
    expect(asked[0]?.body).toBe("CREATE DATABASE IF NOT EXISTS lessons ON CLUSTER 'district'");
    const [first, again, other] = asked.slice(1).map((each) => each.url.searchParams);
    expect(first?.get("insert_deduplication_token")).toMatch(/^[0-9a-f]{64}$/);
    expect(again?.get("insert_deduplication_token")).toBe(first?.get("insert_deduplication_token"));
    expect(other?.get("insert_deduplication_token")).not.toBe(first?.get("insert_deduplication_token"));
    expect(first?.get("insert_quorum")).toBe("auto");
    expect(first?.get("distributed_foreground_insert")).toBe("1");
    expect(first?.get("deduplicate_blocks_in_dependent_materialized_views")).toBe("1");
  } finally {
    recorder.close();
  }
});
