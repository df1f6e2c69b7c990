import type { PenId } from "@penlight/proto";
import {
  type ChunkDamage,
  decodeMemoryChunk,
  type HostPacket,
  MEMORY_DOT_BYTES,
  MEMORY_STROKE_BYTES,
  type PenPacketOf,
} from "@penlight/proto/pen";
import type { FaultCounter } from "./fault-counter.ts";
import type { EventList } from "./link-event.ts";
import { printOf } from "./sequence.ts";

export interface DamagedChunk {
  readonly pen: PenId;
  readonly packetId: number;
  readonly damage: ChunkDamage;
  /** The frame as it came. */
  readonly bytes: Uint8Array;
}

/** So often a chunk is asked for again; then its bytes are kept as they are. */
export const CHUNK_REFUSALS_MAX = 3;

/** Chunks that may wait to be stored; a pen sends the next one only after the answer, so one is usual. */
const WAITING_MAX = 16;

/**
 * Chunks of a pen's memory: what is damaged is asked for again, what is whole is acknowledged only once it is stored. A
 * chunk whose dots fail their checksum is asked for once more (the pen still has the ink); if it comes back bad, its good
 * dots are taken. One that comes with the same unreadable bytes each time is handed over as bytes, and acknowledged when those are stored. PEN-9.
 */
export class MemoryReceiver {
  readonly #events: EventList;
  readonly #faults: FaultCounter;
  readonly #send: (packet: HostPacket) => void;
  /** packet id -> is it the last one */
  readonly #waiting = new Map<number, boolean>();
  #refusedId = -1;
  #refusals = 0;
  /** It was asked for again because of bad dots. */
  #askedForDots = false;
  /** Of the bytes that were refused last, and whether they were the same each time. */
  #print = 0;
  #isSame = true;

  constructor(events: EventList, faults: FaultCounter, send: (packet: HostPacket) => void) {
    this.#events = events;
    this.#faults = faults;
    this.#send = send;
  }

  reset(): void {
    this.#waiting.clear();
    this.#refusedId = -1;
    this.#forgive();
  }

  take(packet: PenPacketOf<"offlineChunk">): void {
    const { packetId } = packet;
    if (packetId !== this.#refusedId) {
      this.#refusedId = packetId;
      this.#forgive();
    }
    const chunk = decodeMemoryChunk(packet);
    if (typeof chunk === "string") {
      this.#faults.add("chunk-damaged");
      this.#refuse(packet, chunk);
      return;
    }
    if (chunk.badDots > 0) {
      this.#faults.add("dot-checksum", null, chunk.badDots);
      if (!this.#askedForDots && this.#refusals < CHUNK_REFUSALS_MAX) {
        this.#askedForDots = true;
        this.#events.push({ kind: "memory-refused", packetId, chunk });
        this.#refusals++;
        this.#send({ kind: "offlineAck", error: 1, packetId, more: true });
        return;
      }
    }
    this.#expect(packet);
    this.#events.push({ kind: "memory-chunk", chunk });
  }

  /** The chunk's strokes are durable: the pen may forget them. A chunk that nobody waits for is ignored. */
  stored(packetId: number): void {
    const last = this.#waiting.get(packetId);
    if (last === undefined) return;
    this.#waiting.delete(packetId);
    this.#send({ kind: "offlineAck", error: 0, packetId, more: !last });
  }

  #forgive(): void {
    this.#refusals = 0;
    this.#askedForDots = false;
  }

  #expect({ packetId, position }: PenPacketOf<"offlineChunk">): void {
    this.#forgive();
    if (this.#waiting.size >= WAITING_MAX) this.#waiting.clear();
    this.#waiting.set(packetId, position === "last");
  }

  #refuse(packet: PenPacketOf<"offlineChunk">, damage: ChunkDamage): void {
    const { packetId, body } = packet;
    const print = printOf(body, 0, body.length);
    this.#isSame = this.#refusals === 0 || (this.#isSame && print === this.#print);
    this.#print = print;
    if (this.#refusals >= CHUNK_REFUSALS_MAX) {
      this.#giveUp(packet, damage);
      return;
    }
    this.#refusals++;
    this.#events.push({ kind: "memory-refused", packetId, chunk: null });
    this.#send({ kind: "offlineAck", error: 1, packetId, more: true });
  }

  /** The same bytes each time: that is what the pen has. Other ones each time: the air did it, and the pen has the ink still. */
  #giveUp(packet: PenPacketOf<"offlineChunk">, damage: ChunkDamage): void {
    this.#forgive();
    if (!this.#isSame) {
      this.#events.push({ kind: "memory-abandoned", packetId: packet.packetId });
      return;
    }
    this.#faults.add("chunk-abandoned", null, dotsDeclared(packet));
    this.#expect(packet);
    this.#events.push({ kind: "memory-damaged", packet, damage });
  }
}

/** About as many dots as a chunk says it has. */
function dotsDeclared({ size, strokes }: PenPacketOf<"offlineChunk">): number {
  return Math.max(1, Math.floor((size - strokes * MEMORY_STROKE_BYTES) / MEMORY_DOT_BYTES));
}
