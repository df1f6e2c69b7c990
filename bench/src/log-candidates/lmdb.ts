import { open } from "lmdb";
import type { NamedCandidate } from "./candidate.ts";

/** LMDB groups by itself; `flushed` resolves when what was put before is on the disk. Key: the record's number. */
export const lmdb: NamedCandidate = {
  name: "lmdb",
  open: async (folder) => {
    const database = open<Buffer, number>({ path: folder, encoding: "binary", keyEncoding: "uint32", overlappingSync: true });
    let next = 0;
    return {
      append: async (value) => {
        await database.put(next++, value as Buffer);
        await database.flushed;
      },
      readAll: async (visit) => {
        for (const { value } of database.getRange()) visit(value);
      },
      close: () => database.close(),
    };
  },
};
