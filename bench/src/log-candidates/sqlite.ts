import path from "node:path";
import Database from "libsql";
import { Grouping, type NamedCandidate } from "./candidate.ts";

/** SQLite (libsql) with a write-ahead log, synchronised at each commit; the binding is synchronous, so a commit stops the event loop. */
export const sqlite: NamedCandidate = {
  name: "sqlite",
  open: async (folder) => {
    const database = new Database(path.join(folder, "log.sqlite"));
    database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE record (id INTEGER PRIMARY KEY, value BLOB NOT NULL)",
    );
    const insert = database.prepare("INSERT INTO record (value) VALUES (?)");
    const insertAll = database.transaction((values: readonly Uint8Array[]) => {
      for (const value of values) insert.run([value]);
    });
    const group = new Grouping<Uint8Array>((values) => insertAll(values));
    return {
      append: (value) => group.add(value),
      readAll: async (visit) => {
        const page = database.prepare("SELECT id, value FROM record WHERE id > ? ORDER BY id LIMIT 1000");
        for (let last = 0; ; ) {
          const rows = page.all([last]) as { id: number; value: ArrayBuffer }[];
          for (const { value } of rows) visit(new Uint8Array(value));
          const { id } = rows.at(-1) ?? {};
          if (id === undefined) break;
          last = id;
        }
      },
      close: async () => {
        await group.settled();
        database.close();
      },
    };
  },
};
