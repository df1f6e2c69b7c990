import { openEmbeddedLog, SystemClock } from "@penlight/infra";
import type { NamedCandidate } from "./candidate.ts";

/** The log of the product, through its port, with everything that the others lack here: partitions, offsets, checksums. */
export const embedded: NamedCandidate = {
  name: "own journal",
  open: async (directory) => {
    const clock = new SystemClock();
    const log = await openEmbeddedLog({ directory, clock });
    return {
      append: (value) => log.append("dead.letters", [{ key: "bench", value, timestampMs: clock.nowMs() }]),
      readAll: async (visit) => {
        const [end = 0n] = log.endOffsets("dead.letters");
        const stop = new AbortController();
        await log.consume({
          topic: "dead.letters",
          group: null,
          signal: stop.signal,
          openPartition: ({ startOffset }) => {
            let next = startOffset;
            return {
              onBatch: async (records) => {
                for (const record of records) visit(record.value);
                next = (records.at(-1)?.offset ?? next - 1n) + 1n;
                if (next >= end) stop.abort();
                return next;
              },
            };
          },
        });
      },
      close: () => log.close(),
    };
  },
};
