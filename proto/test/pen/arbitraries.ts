import * as fc from "fast-check";
import type { Field, FieldType, Numeric } from "../../src/pen/field.ts";
import type { PacketRow, PacketTable } from "../../src/pen/packet-table.ts";

const MAX = { u8: 0xff, u16: 0xffff, u24: 0xffffff, u32: 0xffffffff, u64: Number.MAX_SAFE_INTEGER } as const;

function numeric(type: Numeric): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: MAX[type] });
}

/** Any value that a field of this type can say. */
function anyValue(type: FieldType): fc.Arbitrary<unknown> {
  if (typeof type === "string") {
    if (type === "flag" || type === "bit7") return fc.boolean();
    if (type === "low7") return fc.integer({ min: 0, max: 127 });
    if (type === "rest") return fc.uint8Array({ maxLength: 40 });
    return numeric(type);
  }
  if ("ascii" in type)
    return fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: type.ascii }).map((codes) => String.fromCharCode(...codes));
  if ("hex" in type)
    return fc.uint8Array({ minLength: type.hex, maxLength: type.hex }).map((bytes) => Buffer.from(bytes).toString("hex"));
  if ("codes" in type) {
    const unnamed = fc.integer({ min: 0, max: 255 }).filter((code) => !(code in type.codes));
    return fc.oneof(fc.constantFrom(...Object.values(type.codes)), unnamed);
  }
  if ("list" in type) return fc.array(anyFields(type.list), { maxLength: 5 });
  if ("numbers" in type) return fc.array(numeric(type.numbers), { maxLength: 5 });
  if ("bytes" in type) return fc.uint8Array({ maxLength: 20 });
  if ("choice" in type) {
    const known = Object.entries(type.choice).map(([name, [, value]]) =>
      fc.record({ type: fc.constant(name), value: anyValue(value) }),
    );
    const unknown = fc.record({ type: fc.integer({ min: 0x20, max: 255 }), value: fc.uint8Array({ maxLength: 8 }) });
    return fc.oneof(...known, unknown);
  }
  throw new Error("fields without a value have no name");
}

function anyFields(fields: readonly Field[]): fc.Arbitrary<Record<string, unknown>> {
  const named = fields.filter(([name]) => name !== "");
  return fc.record(Object.fromEntries(named.map(([name, type]) => [name, anyValue(type)])));
}

/** Any packet of a row: all fields, and the tail up to any point (both halves of a shared byte, or neither). */
function anyPacket(kind: string, row: PacketRow): fc.Arbitrary<Record<string, unknown>> {
  const tail = (row.tail ?? []).filter(([name]) => name !== "");
  return fc
    .integer({ min: 0, max: tail.length })
    .chain((length) =>
      fc
        .tuple(anyFields(row.fields), anyFields(tail.slice(0, length)), fc.integer({ min: 0, max: 255 }))
        .map(([fields, more, error]) => ({ kind, ...fields, ...more, ...(row.error === true ? { error } : {}) })),
    );
}

/** The rows of a table, each with an arbitrary for its packets. */
export function rowsOf(table: PacketTable): (readonly [kind: string, packet: fc.Arbitrary<Record<string, unknown>>])[] {
  return Object.entries(table).map(([kind, row]) => [kind, anyPacket(kind, row)] as const);
}

/** Cuts bytes into pieces at the given places (any numbers, taken modulo the length). */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    pieces.push(bytes.subarray(from, cut));
    from = cut;
  }
  return pieces;
}
