/** Stored ink, read again by the rules of this program. */
export type { CellRecord } from "./core/cell-record.ts";
export { RECOGNIZERS } from "./core/ink-reader.ts";
export { RoomSetup, type Sheet, WorksheetIndex } from "./core/room-setup.ts";
export { readStored } from "./core/stored-ink.ts";
