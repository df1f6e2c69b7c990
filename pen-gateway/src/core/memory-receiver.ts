import { decodeMemoryChunk, type HostPacket, type PenPacketOf } from "@penlight/proto/pen";
import type { FaultCounter } from "./fault-counter.ts";
import type { EventList } from "./link-event.ts";

/** So often a chunk is asked for again; then the transfer is given up. */
export const CHUNK_REFUSALS_MAX = 3;

/** Chunks that may wait to be stored; a pen sends the next one only after the answer, so one is usual. */
const WAITING_MAX = 16;

/**
 * Chunks of a pen's memory: what is damaged is asked for again, what is whole is acknowledged only once it is stored. A
 * chunk whose dots fail their checksum is asked for once more (the pen still has the ink); if it comes back bad, its good
 * dots are taken. PEN-9.
 */
export class MemoryReceiver {
  readonly #events: EventList;
  readonly #faults: FaultCounter;
  readonly #send: (packet: HostPacket) => void;
  /** packet id -> is it the last one */
  readonly #waiting = new Map<number, boolean>();
  #refusedId = -1;
  #refusals = 0;

  constructor(events: EventList, faults: FaultCounter, send: (packet: HostPacket) => void) {
    this.#events = events;
    this.#faults = faults;
    this.#send = send;
  }

  reset(): void {
    this.#waiting.clear();
    this.#refusedId = -1;
    this.#refusals = 0;
  }

  take(packet: PenPacketOf<"offlineChunk">): void {
    const { packetId } = packet;
    if (packetId !== this.#refusedId) {
      this.#refusedId = packetId;
      this.#refusals = 0;
    }
    const chunk = decodeMemoryChunk(packet);
    if (typeof chunk === "string") {
      this.#faults.add("chunk-damaged");
      this.#refuse(packetId);
      return;
    }
    if (chunk.badDots > 0) {
      this.#faults.add("dot-checksum", null, chunk.badDots);
      if (this.#refusals === 0) {
        this.#events.push({ kind: "memory-refused", packetId, chunk });
        this.#refusals++;
        this.#send({ kind: "offlineAck", error: 1, packetId, more: true });
        return;
      }
    }
    this.#refusals = 0;
    if (this.#waiting.size >= WAITING_MAX) this.#waiting.clear();
    this.#waiting.set(packetId, packet.position === "last");
    this.#events.push({ kind: "memory-chunk", chunk });
  }

  /** The chunk's strokes are durable: the pen may forget them. A chunk that nobody waits for is ignored. */
  stored(packetId: number): void {
    const last = this.#waiting.get(packetId);
    if (last === undefined) return;
    this.#waiting.delete(packetId);
    this.#send({ kind: "offlineAck", error: 0, packetId, more: !last });
  }

  #refuse(packetId: number): void {
    if (this.#refusals >= CHUNK_REFUSALS_MAX) {
      this.#faults.add("chunk-abandoned");
      this.#events.push({ kind: "memory-abandoned", packetId });
      return;
    }
    this.#refusals++;
    this.#events.push({ kind: "memory-refused", packetId, chunk: null });
    this.#send({ kind: "offlineAck", error: 1, packetId, more: true });
  }
}
