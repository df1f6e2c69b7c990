import { describe, expect, test } from "vitest";
import { SealKey, seal } from "../../src/port/sealed.ts";

describe("[REG-9] sealed text", () => {
  test("its reader opens it, about the same thing, and nobody else does", () => {
    const [key, other] = [new SealKey(), new SealKey()];
    const sealed = seal('{"old":"4711"}', key.publicKey, "pen 1");
    expect(key.open(sealed, "pen 1")).toBe('{"old":"4711"}');
    expect(other.open(sealed, "pen 1")).toBeNull();
    expect(key.open(sealed, "pen 2")).toBeNull();
    expect(Buffer.from(sealed, "base64").toString("latin1")).not.toContain("4711");
  });

  test("one changed bit, a cut, or noise is opened by nobody; two of the same text differ, and are of one length", () => {
    const key = new SealKey();
    const bytes = Buffer.from(seal("4711", key.publicKey, ""), "base64");
    for (const at of [0, 40, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      expect(key.open(changed.toString("base64"), "")).toBeNull();
    }
    for (const noise of ["", "AAAA", bytes.subarray(0, 60).toString("base64")]) expect(key.open(noise, "")).toBeNull();
    expect(seal("4711", key.publicKey, "")).not.toBe(seal("4711", key.publicKey, ""));
    expect(seal("4711", key.publicKey, "").length).toBe(seal("a longer password", key.publicKey, "").length);
  });

  test("a key that is none is an error", () => {
    expect(() => seal("4711", new Uint8Array(5), "")).toThrow();
  });
});
