import { type Clock, encodeLogSchema, LOG_SCHEMA, LOG_SCHEMA_KEY, logSchemaOf } from "@penlight/proto";
import type { MeasuredLog } from "../open-log.ts";
import { scanTopic } from "./scan-topic.ts";

/** Refuses a log that a newer Penlight wrote to; else says which version writes from here on. EVT-26. @throws LogError "log.newer" */
export async function checkSchema(log: MeasuredLog, clock: Clock): Promise<void> {
  let found = 0;
  await scanTopic(log, "setup", (record) => {
    found = logSchemaOf(record) ?? found;
  });
  if (found === LOG_SCHEMA) return;
  const record = { key: LOG_SCHEMA_KEY, value: encodeLogSchema(LOG_SCHEMA), timestampMs: Math.floor(clock.nowMs()) };
  await log.append("setup", [record]);
}
