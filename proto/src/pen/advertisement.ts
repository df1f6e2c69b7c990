import type { PenId } from "../ids.ts";
import { type Field, readFields } from "./field.ts";

/** NeoLAB's block of MAC addresses: what a pen's manufacturer data begins with. */
const MAC_BLOCK = "9c7bd2";

/**
 * Manufacturer data (AD type FF) as NeoLAB pens fill it: the identity MAC stands where a company id belongs, so a stack
 * that splits one off (0x7B9C) must put its two bytes back in front, `9C 7B`. PEN-2.
 */
const ADVERTISEMENT = {
  fields: [["mac", { hex: 6 }]],
  tail: [
    ["unknownByte", "u8"],
    ["company", "u16"],
    ["product", "u8"],
    ["colour", "u8"],
  ],
} as const satisfies { fields: readonly Field[]; tail: readonly Field[] };

export interface Advertisement {
  readonly pen: PenId;
  /** Of the long form only. */
  readonly company?: number;
  readonly product?: number;
  readonly colour?: number;
}

type Tail = Omit<Advertisement, "pen">;

/** Null: not a pen of ours. A long form that is not whole is read as the short one. */
export function decodeManufacturerData(bytes: Uint8Array): Advertisement | null {
  const said = readFields({ bytes, at: 0, end: bytes.length }, ADVERTISEMENT.fields, ADVERTISEMENT.tail);
  if (said === undefined) return null;
  const { mac, unknownByte: _, ...rest } = said as Tail & { mac: string; unknownByte?: number };
  if (!mac.startsWith(MAC_BLOCK)) return null;
  return rest.colour === undefined ? { pen: mac as PenId } : { pen: mac as PenId, ...rest };
}

/** Puts a company id that the Bluetooth stack split off back in front of the rest. */
export function joinManufacturerData(company: number, rest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(2 + rest.length);
  bytes[0] = company & 0xff;
  bytes[1] = company >> 8;
  bytes.set(rest, 2);
  return bytes;
}
