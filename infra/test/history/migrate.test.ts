import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { readMigrations, statementsOf } from "../../src/history/migrate.ts";

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function folderWith(...files: readonly string[]): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), "penlight-migrations-"));
  folders.push(folder);
  for (const file of files) await writeFile(join(folder, file), "SELECT 1;\n");
  return pathToFileURL(`${folder}/`);
}

describe("migrations", () => {
  it("[HIS-9] a file is cut into statements at the semicolons that end lines", () => {
    const sql =
      "-- says; this\nCREATE TABLE a\n(\n    b String COMMENT 'x; y'\n);\n\n  -- and that;\nCREATE VIEW c AS SELECT 1;";
    expect(statementsOf(sql)).toEqual(["CREATE TABLE a\n(\n    b String COMMENT 'x; y'\n)", "CREATE VIEW c AS SELECT 1"]);
  });

  it("[HIS-9] the product's own are numbered from 1 without a gap, and each can be repeated", async () => {
    const migrations = await readMigrations();
    expect(migrations.map((each) => each.number)).toEqual(migrations.map((_, i) => i + 1));
    for (const statement of migrations.flatMap((each) => statementsOf(each.sql)))
      expect(statement).toMatch(
        /^(CREATE (TABLE|VIEW) IF NOT EXISTS|CREATE OR REPLACE VIEW|ALTER TABLE \w+\s+(ADD COLUMN IF NOT EXISTS|MODIFY SETTING)) /,
      );
  });

  it("[HIS-9] a number that is missing or there twice is an error", async () => {
    await expect(readMigrations(await folderWith("0001_a.sql", "0003_b.sql"))).rejects.toMatchObject({
      code: "history.migration",
    });
    await expect(readMigrations(await folderWith("0001_a.sql", "0001_b.sql"))).rejects.toMatchObject({
      code: "history.migration",
    });
    expect((await readMigrations(await folderWith("0001_a.sql", "0002_b.sql", "notes.txt"))).length).toBe(2);
  });
});
