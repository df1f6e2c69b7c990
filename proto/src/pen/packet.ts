import { ByteSink, type FieldsOf, type FieldValues, readFields, writeFields } from "./field.ts";
import { encodeFrame, type FrameReader, hasErrorByte, type Side } from "./frame.ts";
import { HOST_PACKETS, type PacketRow, type PacketTable, PEN_PACKETS } from "./packet-table.ts";

type TailOf<R> = R extends { readonly tail: infer T extends PacketRow["fields"] } ? Partial<FieldsOf<T>> : unknown;
type ErrorOf<R> = R extends { readonly error: true } ? { readonly error: number } : unknown;
type PacketOf<T extends PacketTable, K extends keyof T> = { readonly kind: K } & FieldsOf<T[K]["fields"]> &
  TailOf<T[K]> &
  ErrorOf<T[K]>;

export type PenPacketKind = keyof typeof PEN_PACKETS;
export type HostPacketKind = keyof typeof HOST_PACKETS;
export type PenPacketOf<K extends PenPacketKind> = PacketOf<typeof PEN_PACKETS, K>;
export type HostPacketOf<K extends HostPacketKind> = PacketOf<typeof HOST_PACKETS, K>;
/** What a pen says: one shape a row of PEN_PACKETS, told apart by `kind`. */
export type PenPacket = { [K in PenPacketKind]: PenPacketOf<K> }[PenPacketKind];
/** What a host says: one shape a row of HOST_PACKETS. */
export type HostPacket = { [K in HostPacketKind]: HostPacketOf<K> }[HostPacketKind];

/**
 * A response with an error code: 1 failed, 2 no permission (locked, or clock not set), 3 not supported, 4 wrong length,
 * 5 unknown command. `packet` is its payload where it holds all fields, null where it was left out.
 */
export interface Refusal {
  readonly kind: "refused";
  readonly of: PenPacketKind;
  readonly error: number;
  readonly packet: PenPacket | null;
}

/** A frame that is whole but says nothing that the tables know. */
export type Unreadable = "unknown-command" | "malformed";

type Indexed = readonly (readonly [kind: string, row: PacketRow])[];

function indexByCommand(table: PacketTable): readonly Indexed[] {
  return Array.from({ length: 256 }, (_, command) => Object.entries(table).filter(([, row]) => row.command === command));
}
const PEN_ROWS = indexByCommand(PEN_PACKETS);
const HOST_ROWS = indexByCommand(HOST_PACKETS);

function decodeRows(rows: Indexed, reader: FrameReader): FieldValues | null {
  for (const [kind, row] of rows) {
    const values = readFields({ bytes: reader.body, at: reader.payloadStart, end: reader.payloadEnd }, row.fields, row.tail);
    if (values === undefined) continue;
    values.kind = kind;
    if (row.error === true) values.error = reader.error;
    return values;
  }
  return null;
}

/** The packet in the frame that `reader.next()` has just found in a pen's bytes. */
export function decodePenFrame(reader: FrameReader): PenPacket | Refusal | Unreadable {
  const rows = PEN_ROWS[reader.command] ?? [];
  const first = rows[0];
  if (first === undefined) return "unknown-command";
  const packet = reader.hasPayload ? (decodeRows(rows, reader) as PenPacket | null) : null;
  if (reader.error !== 0) return { kind: "refused", of: first[0] as PenPacketKind, error: reader.error, packet };
  return packet ?? "malformed";
}

/** The packet in the frame that `reader.next()` has just found in a host's bytes. */
export function decodeHostFrame(reader: FrameReader): HostPacket | Unreadable {
  const rows = HOST_ROWS[reader.command] ?? [];
  if (rows.length === 0) return "unknown-command";
  return (reader.hasPayload ? (decodeRows(rows, reader) as HostPacket | null) : null) ?? "malformed";
}

const sink = new ByteSink();

function encodeRow(from: Side, row: PacketRow, values: FieldValues, error: number): Uint8Array {
  writeFields(sink, values, row.fields, row.tail);
  return encodeFrame(row.command, hasErrorByte(from, row.command) ? error : null, sink.take());
}

/** The frame, escaped, as a pen sends it. */
export function encodePenFrame(packet: PenPacket): Uint8Array {
  return encodeRow("pen", PEN_PACKETS[packet.kind], packet as unknown as FieldValues, 0);
}

/** A response with an error code; its payload is empty unless a packet is given. */
export function encodeRefusal(of: PenPacketKind, error: number, packet: PenPacket | null = null): Uint8Array {
  const row = PEN_PACKETS[of];
  return packet === null
    ? encodeFrame(row.command, error, new Uint8Array(0))
    : encodeRow("pen", row, packet as unknown as FieldValues, error);
}

/** Bytes of the packet's payload, before escaping: what a pen takes for the right length of it. */
export function hostPayloadBytes(packet: HostPacket): number {
  const row: PacketRow = HOST_PACKETS[packet.kind];
  writeFields(sink, packet as unknown as FieldValues, row.fields, row.tail);
  return sink.take().length;
}

/** The frame, escaped, as a host sends it; cut it with `cutFrame`. */
export function encodeHostFrame(packet: HostPacket): Uint8Array {
  return encodeRow("host", HOST_PACKETS[packet.kind], packet as unknown as FieldValues, "error" in packet ? packet.error : 0);
}
