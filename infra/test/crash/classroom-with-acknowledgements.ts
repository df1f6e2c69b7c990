import { type DotBatch, decodeInk, type EventLog, type NewRecord, strokeIdOf } from "@penlight/proto";
import { runClassroom } from "../../src/classroom.ts";
import { parseConfig } from "../../src/config.ts";

/**
 * The classroom as `npm start` runs it, that also says on its standard output which dots were acknowledged: a line
 * `ack STROKE DOTS` once the append that holds dots up to DOTS of that stroke has resolved.
 */
function saying(log: EventLog): EventLog {
  return {
    async append(topic, records) {
      await log.append(topic, records);
      if (topic === "ink") process.stdout.write(acknowledgements(records));
    },
    consume: (options) => log.consume(options),
    close: () => log.close(),
  };
}

function acknowledgements(records: readonly NewRecord[]): string {
  return records
    .map((record) => decodeInk(record.value)?.body)
    .filter((body): body is { kind: "dots"; batch: DotBatch } => body?.kind === "dots" && body.batch.dotCount > 0)
    .map(({ batch }) => `ack ${strokeIdOf(batch.pen, batch.page, batch.downMs)} ${batch.firstDot + batch.dotCount}\n`)
    .join("");
}

const config = parseConfig("start", process.argv.slice(2), {});
if (config === "help") throw new Error("this needs options");
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
await runClassroom({ config, signal: stop.signal, say: (text) => process.stdout.write(`${text}\n`), wrapLog: saying });
process.exit(0);
