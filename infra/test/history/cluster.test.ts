import { describe, expect, it } from "vitest";
import { onCluster } from "../../src/history/cluster.ts";
import { readMigrations, statementsOf } from "../../src/history/migrate.ts";

describe("statements on a cluster", () => {
  it("[HIS-15] a table is replicated on every shard and read through one that spreads by room", () => {
    const statement = "CREATE TABLE IF NOT EXISTS inks\n(\n    `room` String\n)\nENGINE = MergeTree\nORDER BY room";
    expect(onCluster(statement, "town's")).toEqual([
      "CREATE TABLE IF NOT EXISTS inks_local ON CLUSTER 'town\\'s'\n(\n    `room` String\n)\n" +
        "ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/inks_local', '{replica}')\nORDER BY room",
      "CREATE TABLE IF NOT EXISTS inks ON CLUSTER 'town\\'s' AS inks_local\n" +
        "ENGINE = Distributed('town\\'s', currentDatabase(), 'inks_local', cityHash64(room))",
    ]);
  });

  it("[HIS-15] a view reads what spreads; a column is added below first; an index only there", () => {
    expect(onCluster("CREATE OR REPLACE VIEW v AS SELECT 1", "c")).toEqual([
      "CREATE OR REPLACE VIEW v ON CLUSTER 'c' AS SELECT 1",
    ]);
    expect(onCluster("ALTER TABLE t\n    ADD COLUMN x Bool", "c")).toEqual([
      "ALTER TABLE t_local ON CLUSTER 'c'\n    ADD COLUMN x Bool",
      "ALTER TABLE t ON CLUSTER 'c'\n    ADD COLUMN x Bool",
    ]);
    expect(onCluster("ALTER TABLE t ADD INDEX i x TYPE minmax", "c")).toHaveLength(1);
  });

  it("[HIS-15] the migrations are whole on every node", () => {
    const made = onCluster("CREATE TABLE IF NOT EXISTS migrations (`number` UInt32) ENGINE = MergeTree ORDER BY number", "c");
    expect(made).toEqual([
      "CREATE TABLE IF NOT EXISTS migrations ON CLUSTER 'c'\n(`number` UInt32) " +
        "ENGINE = ReplicatedMergeTree('/clickhouse/tables/all/{database}/migrations', '{shard}-{replica}') ORDER BY number",
    ]);
  });

  it("[HIS-15] every statement of the product has its form there; an unknown kind is an error", async () => {
    const own = (await readMigrations()).flatMap((each) => statementsOf(each.sql));
    for (const statement of own.flatMap((each) => onCluster(each, "c"))) expect(statement).toContain(" ON CLUSTER 'c'");
    for (const statement of ["DROP TABLE t", "CREATE TABLE IF NOT EXISTS t (a Int8) ENGINE = Memory"]) {
      expect(() => onCluster(statement, "c")).toThrow(expect.objectContaining({ code: "history.migration" }));
    }
  });
});
