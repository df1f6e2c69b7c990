import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failedStart, type HistoryProcess, startHistoryProcess } from "./history-process.ts";

let server: HistoryProcess;
let writer: ClickHouseClient;
let reader: ClickHouseClient;
const log = { level: ClickHouseLogLevel.OFF };

beforeAll(async () => {
  server = await startHistoryProcess();
  writer = createClient({ url: server.url, username: "penlight", password: server.writerPassword, log });
  reader = createClient({ url: server.url, log });
  await writer.command({
    query: "CREATE TABLE scores (id UInt64, name String, marks Array(UInt8)) ENGINE = MergeTree ORDER BY id",
  });
});
afterAll(async () => {
  await writer.close();
  await reader.close();
  expect(await server.stop()).toBe(0);
});

describe("@clickhouse/client by URL", () => {
  it("[HTTP-1] rows go in and come out, as objects, as a stream, compressed both ways", async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => ({ id: String(i), name: `学生 ${i}`, marks: [i % 7, i % 11] }));
    const inserted = await writer.insert({ table: "scores", values: rows.slice(0, 1000), format: "JSONEachRow" });
    expect(inserted.summary?.written_rows).toBe("1000");
    const packed = createClient({
      url: server.url,
      username: "penlight",
      password: server.writerPassword,
      log,
      compression: { request: true, response: true },
    });
    await packed.insert({ table: "scores", values: Readable.from(rows.slice(1000)), format: "JSONEachRow" });
    const result = await packed.query({ query: "SELECT * FROM scores ORDER BY id", format: "JSONEachRow" });
    const read: unknown[] = [];
    for await (const part of result.stream()) for (const row of part) read.push(row.json());
    expect(read).toEqual(rows.map((row) => ({ ...row, id: Number(row.id) })));
    await packed.close();
  });

  it("[HTTP-2] parameters are bound by the engine, whatever stands in them", async () => {
    const odd = "it's \\ odd\n\t{x:String} -- /*";
    const result = await reader.query({
      query:
        "SELECT {text:String} AS text, {list:Array(UInt8)} AS list, {none:Nullable(String)} AS none FROM {t:Identifier} LIMIT 1",
      query_params: { text: odd, list: [1, 2, 3], none: null, t: "scores" },
      format: "JSONEachRow",
    });
    expect(await result.json()).toEqual([{ text: odd, list: [1, 2, 3], none: null }]);
  });

  it("[HTTP-3] settings hold for one request and no longer", async () => {
    const quoted = async (settings: Record<string, 0 | 1>) => {
      const query = "SELECT toUInt64(1) AS one";
      return (await reader.query({ query, format: "JSONEachRow", clickhouse_settings: settings })).text();
    };
    expect(await quoted({ output_format_json_quote_64bit_integers: 1 })).toBe('{"one":"1"}\n');
    expect(await quoted({})).toBe('{"one":1}\n');
  });

  it("[HTTP-4] errors carry ClickHouse's numbers and names", async () => {
    const failed = async (query: string) => reader.query({ query }).catch((error: unknown) => error);
    expect(await failed("SELECT * FROM nowhere")).toMatchObject({ code: "60", type: "UNKNOWN_TABLE" });
    expect(await failed("SELEC 1")).toMatchObject({ code: "62", type: "SYNTAX_ERROR" });
    expect(await failed("SELECT throwIf(1)")).toMatchObject({ code: "395", type: "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO" });
    const wrong = createClient({ url: server.url, username: "penlight", password: "wrong", log });
    await expect(wrong.query({ query: "SELECT 1" })).rejects.toMatchObject({ code: "516" });
    await wrong.close();
  });

  it("[HTTP-4] an error in the middle of a stream is an error, not an end", async () => {
    const query = "SELECT throwIf(number = 900000, 'half way') AS x FROM numbers(1000000)";
    const result = await reader.query({ query, format: "JSONEachRow", clickhouse_settings: { max_block_size: "1000" } });
    const read = async () => {
      let rows = 0;
      for await (const part of result.stream()) rows += part.length;
      return rows;
    };
    await expect(read()).rejects.toBeInstanceOf(ClickHouseError);
  });

  it("[HTTP-5] a reader can neither write nor reach a file, nor lift the limits", async () => {
    const refused = async (query: string, settings = {}) =>
      reader.command({ query, clickhouse_settings: settings }).then(
        () => "done",
        (error: unknown) => (error as ClickHouseError).type,
      );
    expect(await refused("INSERT INTO scores VALUES (1, '', [])")).toBe("READONLY");
    expect(await refused("INSERT INTO scores SELECT 1, '', []")).toBe("READONLY");
    expect(await refused("DROP TABLE scores")).toBe("READONLY");
    expect(await refused("CREATE TEMPORARY TABLE t (a Int8)")).toBe("READONLY");
    expect(await refused("SELECT * FROM file('/etc/hostname', 'LineAsString')")).toBe("ACCESS_DENIED");
    expect(await refused("SELECT file('/etc/hostname')")).toBe("ACCESS_DENIED");
    expect(await refused("SELECT `f\\x69le`('/etc/hostname')")).toBe("ACCESS_DENIED");
    expect(await refused("SELECT * APPLY(file) FROM (SELECT '/etc/hostname')")).toBe("ACCESS_DENIED");
    expect(await refused("SELECT arrayMap(file, ['/etc/hostname'])")).toBe("ACCESS_DENIED");
    expect(await refused("SELECT * FROM eval('SELECT fi' || 'le(\\'/etc/hostname\\')')")).toBe("ACCESS_DENIED");
    expect(await refused("SELECT * FROM `/etc/hostname`")).toBe("UNKNOWN_TABLE");
    expect(await refused("SELECT * FROM default.`/etc/hostname`")).toBe("READONLY");
    expect(await refused("SELECT * FROM url('http://127.0.0.1/', 'LineAsString')")).toBe("READONLY");
    expect(await refused("SELECT 1 INTO OUTFILE '/tmp/penlight-never'")).toBe("INTO_OUTFILE_NOT_ALLOWED");
    expect(await refused("SELECT 1 SETTINGS max_execution_time = 100000")).toBe("READONLY");
    expect(await refused("SELECT 1", { max_execution_time: 100_000 })).toBe("SETTING_CONSTRAINT_VIOLATION");
    expect(await refused("SELECT 1", { max_execution_time: 0 })).toBe("SETTING_CONSTRAINT_VIOLATION");
    expect(await refused("SELECT 1", { allow_introspection_functions: 1 })).toBe("READONLY");
    expect(await refused("SELECT count() FROM numbers(1000000000000)", { max_execution_time: 1 })).toBe("TIMEOUT_EXCEEDED");
    expect(await refused("SELECT groupArray(number) FROM numbers(1000000000)")).toBe("MEMORY_LIMIT_EXCEEDED");
    expect(await refused("KILL QUERY WHERE 1")).toBe("READONLY");
  });

  it("[HTTP-6] a statement whose client goes away, and one that is killed, ends", async () => {
    const endless = "SELECT sum(cityHash64(number)) FROM numbers(1000000000000)";
    const abort = new AbortController();
    const gone = reader.query({ query: endless, query_id: "gone", abort_signal: abort.signal }).catch(() => "gone");
    const killed = reader.query({ query: endless, query_id: "killed" }).catch((error: unknown) => error);
    await until(async () => (await running()) === 2);
    abort.abort();
    await writer.command({ query: "KILL QUERY WHERE query_id = 'killed'" });
    expect(await gone).toBe("gone");
    expect(await killed).toMatchObject({ code: "394", type: "QUERY_WAS_CANCELLED" });
    await until(async () => (await running()) === 0);
  });
});

describe("npm run history", () => {
  it("[HTTP-5] says in one line what is wrong", async () => {
    const { port } = new URL(server.url);
    const [taken, open, slip] = await Promise.all([
      failedStart(["--history-port", port]),
      failedStart(["--history-host", "0.0.0.0"]),
      failedStart(["--reader-secons", "3"]),
    ]);
    expect(taken).toEqual({
      code: 1,
      error: `penlight: port ${port} of 127.0.0.1 is taken; give --history-port another number, or stop what listens there`,
    });
    expect(open.code).toBe(78);
    expect(open.error).toMatch(/^penlight: PENLIGHT_HISTORY_HOST .* PENLIGHT_HISTORY_WRITER_PASSWORD_FILE$/);
    expect(slip.error).toMatch(/did you mean --reader-seconds/);
  });
});

describe("plain HTTP", () => {
  const ask = (body: string | Uint8Array<ArrayBuffer>, options: { search?: string; headers?: Record<string, string> } = {}) =>
    fetch(`${server.url}/?${options.search ?? ""}`, { method: "POST", body, headers: options.headers ?? {} });

  it("[HTTP-7] probes need no user", async () => {
    for (const path of ["", "ping", "replicas_status"])
      expect(await (await fetch(`${server.url}/${path}`)).text()).toBe("Ok.\n");
    expect((await fetch(`${server.url}/nowhere`)).status).toBe(404);
    expect((await fetch(`${server.url}//`)).status).toBe(404);
  });

  it("[HTTP-1] the statement stands in the address, in the body, or in both", async () => {
    expect(await (await fetch(`${server.url}/?query=SELECT+1`)).text()).toBe("1\n");
    expect(await (await ask("SELECT 2;")).text()).toBe("2\n");
    expect(await (await ask("number FROM numbers(2)", { search: "query=SELECT" })).text()).toBe("0\n1\n");
    expect(await (await ask(gzipSync("SELECT 3"), { headers: { "content-encoding": "gzip" } })).text()).toBe("3\n");
    expect((await ask("SELECT 1; SELECT 2")).status).toBe(400);
    expect((await ask("")).status).toBe(400);
    const answer = await ask("SELECT 1 AS a", { search: "default_format=JSONEachRow&query_id=my-own" });
    expect(await answer.text()).toBe('{"a":1}\n');
    expect(answer.headers.get("x-clickhouse-query-id")).toBe("my-own");
    expect(answer.headers.get("x-clickhouse-format")).toBe("JSONEachRow");
    expect(answer.headers.get("x-clickhouse-timezone")).toMatch(/./);
    expect(answer.headers.get("x-clickhouse-server-display-name")).toMatch(/./);
  });

  it("[HTTP-1] rows of any format follow an INSERT, also in the same body, also compressed", async () => {
    const user = { "x-clickhouse-user": "penlight", "x-clickhouse-key": server.writerPassword };
    const native = Buffer.from(
      await (await ask("SELECT toUInt64(77) AS id, 'n' AS name, [1, 2]::Array(UInt8) AS marks FORMAT Native")).arrayBuffer(),
    );
    const insert = (body: Uint8Array<ArrayBuffer> | string, search = "", headers = {}) =>
      ask(body, { search, headers: { ...user, ...headers } });
    const statuses = [
      await insert("INSERT INTO scores (id, name, marks) VALUES (70, ';\n\n-- no comment', [1]), (71, 'b', [])"),
      await insert("INSERT INTO scores SETTINGS async_insert = 0 FORMAT TSV\n72\t;\\n\\n\t[]\n"),
      await insert(native, "query=INSERT+INTO+scores+FORMAT+Native"),
      await insert(gzipSync('{"id":78}'), "query=INSERT+INTO+scores+FORMAT+JSONEachRow", { "content-encoding": "gzip" }),
      await insert(Buffer.concat([Buffer.from("INSERT INTO scores FORMAT Native\n"), native])),
    ].map((answer) => answer.status);
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    const rows = await ask(
      "SELECT id, name FROM scores WHERE length(name) < 20 AND id BETWEEN 70 AND 79 AND name NOT LIKE '学%' ORDER BY id FORMAT JSONCompactEachRow",
    );
    expect(
      (await rows.text())
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      [70, ";\n\n-- no comment"],
      [71, "b"],
      [72, ";\n\n"],
      [77, "n"],
      [77, "n"],
      [78, ""],
    ]);
    const bad = await insert("INSERT INTO scores FORMAT TSV\nx\ty\t[]\n");
    expect(bad.headers.get("x-clickhouse-exception-code")).toBe("27");
    expect(await bad.text()).not.toContain("history-spool");
  });

  it("[HTTP-5] GET only reads, whoever asks", async () => {
    const query = encodeURIComponent("INSERT INTO scores VALUES (1, '', [])");
    const headers = { "x-clickhouse-user": "penlight", "x-clickhouse-key": server.writerPassword };
    const answer = await fetch(`${server.url}/?query=${query}`, { headers });
    expect(answer.headers.get("x-clickhouse-exception-code")).toBe("164");
  });

  it("[HTTP-10] a stream is made as it is taken; what must be whole has a limit", async () => {
    const answer = await ask("SELECT number FROM numbers(1000000000000)");
    const stream = (answer.body as ReadableStream<Uint8Array>).getReader();
    let bytes = 0;
    while (bytes < 10_000_000) bytes += (await stream.read()).value?.length ?? 0;
    await stream.cancel();
    await until(async () => (await running("numbers(1000000000000)")) === 0);
    const whole = await ask("SELECT arrayMap(x -> x + number, range(100)) FROM numbers(1000000) FORMAT JSON");
    expect(whole.headers.get("x-clickhouse-exception-code")).toBe("396");
    const waited = await ask("SELECT throwIf(number = 900000) FROM numbers(1000000)", { search: "wait_end_of_query=1" });
    expect([waited.status, waited.headers.get("x-clickhouse-exception-code")]).toEqual([500, "395"]);
    expect((await (await ask("SELECT 1 AS a WHERE 0 FORMAT JSON")).json()).meta).toEqual([{ name: "a", type: "UInt8" }]);
  });

  it("[HTTP-8] pages of other sites, and names that are not ours, get nothing", async () => {
    expect((await ask("SELECT 1", { headers: { origin: "http://elsewhere.example" } })).status).toBe(403);
    expect((await ask("SELECT 1", { headers: { "sec-fetch-site": "cross-site" } })).status).toBe(403);
  });

  it("[HTTP-9] what is not supported says so with a number", async () => {
    const code = async (search: string, body = "SELECT 1") =>
      (await ask(body, { search })).headers.get("x-clickhouse-exception-code");
    expect(await code("compress=1")).toBe("48");
    expect(await code("role=admin")).toBe("511");
    expect(await code("session_id=s", "SET max_threads = 1")).toBe("48");
    expect(await code("session_id=s")).toBeNull();
    expect(await code("no_such_setting=1")).toBe("164");
    expect(await code("database=nowhere")).toBe("81");
  });
});

/** Statements in the engine that hold this text. */
async function running(text = "cityHash64"): Promise<number> {
  const query =
    "SELECT toUInt32(count()) AS n FROM system.processes WHERE position(query, {text:String}) > 0 AND query NOT LIKE '%processes%'";
  const result = await writer.query({ query, query_params: { text }, format: "JSONEachRow" });
  const rows = await result.json<{ n: number }>();
  return rows[0]?.n ?? 0;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}
