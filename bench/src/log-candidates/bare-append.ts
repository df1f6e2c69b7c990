import fs from "node:fs/promises";
import path from "node:path";
import { Grouping, type NamedCandidate } from "./candidate.ts";

/** The yardstick: the same bytes appended to a file and fdatasync, nothing else. Records of one size, no structure, no recovery. */
export const bareAppend: NamedCandidate = {
  name: "bare append and fdatasync",
  open: async (folder) => {
    const file = path.join(folder, "bare");
    const handle = await fs.open(file, "a+");
    let size = 0;
    const group = new Grouping<Uint8Array>(async (values) => {
      size = values[0]?.length ?? size;
      await handle.appendFile(Buffer.concat(values));
      await handle.datasync();
    });
    return {
      append: (value) => group.add(value),
      readAll: async (visit) => {
        const bytes = await fs.readFile(file);
        for (let at = 0; at < bytes.length; at += size) visit(bytes.subarray(at, at + size));
      },
      close: async () => {
        await group.settled();
        await handle.close();
      },
    };
  },
};
