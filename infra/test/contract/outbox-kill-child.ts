import { type EventLog, LogError } from "@penlight/proto";
import { openOutboxLog } from "../../src/event-log/outbox-log.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { numberedInk } from "../event-log/outbox-records.ts";

/** A gateway whose log is away: appends records and says on stdout which are acknowledged, until somebody kills it. */
const [directory = "", first = "1"] = process.argv.slice(2);
const away: EventLog = {
  append: () => Promise.reject(new LogError("log.io", "away")),
  consume: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
const outbox = await openOutboxLog({
  log: away,
  directory,
  clock: new SystemClock(),
  limits: { segmentBytes: 4096, bytesMax: 2 ** 24 },
});
for (let seq = Number(first); ; seq += 5) {
  const seqs = [0, 1, 2, 3, 4].map((i) => seq + i);
  await Promise.all(
    seqs.map(async (each) => {
      await outbox.append("ink", [numberedInk(each)]);
      process.stdout.write(`${each}\n`);
    }),
  );
}
