/** Stored ink, read again by the rules of this program. */
export { RoomSetup, WorksheetIndex } from "./core/room-setup.ts";
export { readStored } from "./core/stored-ink.ts";
