import { describe, expect, it } from "vitest";
import { encodeLogSchema, LOG_SCHEMA, LOG_SCHEMA_KEY, logSchemaOf } from "../src/log-schema.ts";
import { decodeSetup } from "../src/setup-state.ts";

const told = (version: number) => ({ key: LOG_SCHEMA_KEY, value: encodeLogSchema(version) });

describe("version of the records", () => {
  it("[EVT-26] is a record of topic setup that is no document; a larger one than is known is refused", () => {
    expect(logSchemaOf(told(LOG_SCHEMA))).toBe(LOG_SCHEMA);
    expect(logSchemaOf(told(3), 4)).toBe(3);
    expect(logSchemaOf({ key: "rooms/attic", value: encodeLogSchema(99) })).toBeNull();
    expect(decodeSetup(told(1).value)).toBeNull();
    const newer = { code: "log.newer", message: expect.stringContaining("of version 5, this Penlight knows 4") };
    expect(() => logSchemaOf(told(5), 4)).toThrow(expect.objectContaining(newer));
  });

  it("[EVT-26] what cannot be read is newer than anything", () => {
    const refused = expect.objectContaining({ code: "log.newer" });
    expect(() => logSchemaOf({ key: LOG_SCHEMA_KEY, value: new Uint8Array([1]) })).toThrow(refused);
    expect(() => logSchemaOf({ key: LOG_SCHEMA_KEY, value: new TextEncoder().encode("{}") })).toThrow(refused);
  });
});
