import { openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { killBatch } from "./history-kill-batch.ts";

/** Writes batch after batch, two at a time, and says on stdout which are acknowledged, until somebody kills it. */
const [path = "", first = "0"] = process.argv.slice(2);
// Without pauses between its inserts, so that it is killed in the middle of one.
const history = await openClickHouseHistory({ target: { kind: "chdb", path }, clock: new SystemClock(), groupMsMin: 0 });
for (let i = Number(first); ; i += 2) {
  await Promise.all(
    [i, i + 1].map(async (number) => {
      await history.write(killBatch(number));
      process.stdout.write(`${number}\n`);
    }),
  );
}
