import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PageAddress, pageKeyOf } from "@penlight/proto";
import { Session } from "chdb";
import { afterAll, describe, expect, it } from "vitest";
import { type ClickHouseHistory, openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import { onCluster } from "../../src/history/cluster.ts";
import { openConnection, type QueryParameters } from "../../src/history/connection.ts";
import { migrate, readMigrations, type SchemaConnection, statementsOf } from "../../src/history/migrate.ts";
import { askQuestion, PAUSE_MS, QUESTIONS, readQuestion } from "../../src/history/questions.ts";
import { sqlText } from "../../src/history/text-writer.ts";
import { LESSON_PAGES, recordLesson } from "./history-lesson.ts";
import { historyContract } from "./history-suite.ts";

/**
 * The embedded engine has no keeper and no network, so it knows neither ON CLUSTER nor replicas nor a second shard: the
 * first two are cut out of the statements here, and only their text is checked. What stays is the shape of the cluster's
 * tables: a local one, a Distributed one over it, and the views over that.
 */
const CLUSTER = "district";
const clock = { nowMs: () => 0, sleep: async () => {} };
let folder: string;
let engine: Session;

async function openCluster(): Promise<ClickHouseHistory> {
  folder = await mkdtemp(join(tmpdir(), "penlight-cluster-"));
  const shard = "<shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard>";
  const profile = "<profiles><default><distributed_product_mode>global</distributed_product_mode></default></profiles>";
  const user =
    "<users><default><password/><profile>default</profile><quota>default</quota></default></users><quotas><default/></quotas>";
  const users = join(folder, "users.xml");
  await writeFile(users, `<clickhouse>${profile}${user}</clickhouse>`);
  const servers = `<remote_servers><${CLUSTER}>${shard}</${CLUSTER}></remote_servers>`;
  const config = join(folder, "config.xml");
  await writeFile(config, `<clickhouse><tcp_port>9000</tcp_port><users_config>${users}</users_config>${servers}</clickhouse>`);
  const path = join(folder, "history");
  // The first one gives the engine its configuration; all others of this process share it.
  engine = new Session(path, { connectionArgs: [`--config-file=${config}`] });
  const connection = await openConnection({ kind: "chdb", path });
  const embedded: SchemaConnection = {
    command: (sql) => connection.command(withoutKeeper(sql)),
    lines: (...query) => connection.lines(...query),
  };
  await migrate(embedded, await readMigrations(), clock, CLUSTER);
  await connection.close();
  return openClickHouseHistory({ target: { kind: "chdb", path }, clock });
}

/** What is left of a statement for a cluster when there is no keeper. */
function withoutKeeper(sql: string): string {
  return sql.replace(` ON CLUSTER '${CLUSTER}'`, "").replace(/ReplicatedMergeTree\('[^']*', '[^']*'\)/, "MergeTree");
}

historyContract("ClickHouse, tables of a cluster", openCluster);

describe("questions on a cluster", () => {
  it("[HIS-15] each question has the same answer as on one server", async () => {
    const lesson = recordLesson("ten questions");
    const single = await openClickHouseHistory({
      target: { kind: "chdb", path: join(folder, "history"), database: "single" },
      clock,
    });
    const spread = await openClickHouseHistory({ target: { kind: "chdb", path: join(folder, "history") }, clock });
    try {
      for (const history of [single, spread]) for (const batch of lesson.batches) await history.write(batch);
      const values = {
        ...{ assignment: "class-a", assignments: lesson.assignments, student: "class-a-s2", item: "q2", room: "room-class-a" },
        ...{
          page: pageKeyOf(LESSON_PAGES[0] as PageAddress),
          opened_ms: lesson.opensMs,
          pause_ms: PAUSE_MS,
          from_ms: 0,
          until_ms: 4e12,
        },
      };
      for (const name of QUESTIONS) {
        const rows = await askQuestion(single, name, await parametersOf(name, values));
        expect(await askQuestion(spread, name, await parametersOf(name, values)), name).toEqual(rows);
        expect(rows.length, name).toBeGreaterThan(0);
      }
      const engines =
        "SELECT engine FROM system.tables WHERE database = 'penlight' AND name IN ('strokes', 'strokes_local') ORDER BY name";
      expect(await spread.query(engines)).toEqual([{ engine: "Distributed" }, { engine: "MergeTree" }]);
    } finally {
      await single.close();
      await spread.close();
    }
  });
});

describe("statements for a cluster", () => {
  it("[HIS-15] the engine's own parser reads each, keeper and all", async () => {
    const connection = await openConnection({ kind: "chdb", path: join(folder, "history") });
    const statements = (await readMigrations())
      .flatMap((each) => statementsOf(each.sql))
      .flatMap((each) => onCluster(each, CLUSTER));
    for (const statement of statements) {
      const read = await connection.lines(`SELECT formatQuery(${sqlText(statement)})`, {}, "JSONCompactEachRow");
      expect(read.toString()).toContain("ON CLUSTER district");
    }
    await connection.close();
  });
});

/** Of the values those that the question names: more of them would be refused. */
async function parametersOf(name: (typeof QUESTIONS)[number], values: QueryParameters): Promise<QueryParameters> {
  const sql = await readQuestion(name);
  return Object.fromEntries(Object.entries(values).filter(([key]) => sql.includes(`{${key}:`)));
}

afterAll(async () => {
  engine.close();
  await rm(folder, { recursive: true, force: true });
});
