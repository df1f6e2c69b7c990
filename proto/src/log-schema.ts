import { LogError, type StoredRecord } from "./port/event-log.ts";

/**
 * Version of what the records of all topics mean. Raised only when a Penlight that does not know of a change would misread
 * what is written after it; a field more is no reason. EVT-26.
 */
export const LOG_SCHEMA = 1;

/** Key of the record of topic `setup` that holds the version that was written last. */
export const LOG_SCHEMA_KEY = "schema/records";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export function encodeLogSchema(version: number): Uint8Array {
  return encoder.encode(JSON.stringify({ kind: "schema", id: "records", version }));
}

/** The version that the record tells; null: it tells another thing. @throws LogError "log.newer" */
export function logSchemaOf({ key, value }: Pick<StoredRecord, "key" | "value">, known: number = LOG_SCHEMA): number | null {
  if (key !== LOG_SCHEMA_KEY) return null;
  const version = versionOf(value);
  if (version > known) throw new LogError("log.newer", `its records are of version ${version}, this Penlight knows ${known}`);
  return version;
}

/** What cannot be read is of a version that nobody here knows. */
function versionOf(value: Uint8Array): number {
  try {
    const { version } = JSON.parse(decoder.decode(value)) as { readonly version?: unknown };
    return typeof version === "number" ? version : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
