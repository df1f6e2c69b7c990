import { HistoryError } from "@penlight/proto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { explain } from "../../src/explain.ts";
import { openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import { openConnection } from "../../src/history/connection.ts";
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
