export * from "./advertisement.ts";
export * from "./faults.ts";
export type { Field, FieldsOf, FieldType, ValueOf } from "./field.ts";
export { hexOf } from "./field.ts";
export * from "./frame.ts";
export * from "./memory.ts";
export * from "./packet.ts";
export * from "./packet-table.ts";
export * from "./protocol-level.ts";
