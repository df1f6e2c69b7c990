import type { PenAir } from "@penlight/infra/test-ble";
import type { PenChunk, PenSource } from "@penlight/pen-gateway";
import type { PenId } from "@penlight/proto";

const MTU = 247;

/** No radio at all: what a pen sends is heard in the next turn, what is written is there at once. */
export class DirectAir implements PenAir, PenSource {
  written: (pen: PenId, bytes: Uint8Array) => void = () => {};
  subscribed: (pen: PenId, mtu: number) => void = () => {};
  #heard: PenChunk[] = [];
  #wake: () => void = () => {};

  async *open(signal: AbortSignal): AsyncGenerator<readonly PenChunk[]> {
    signal.addEventListener("abort", () => this.#wake(), { once: true });
    while (!signal.aborted) {
      if (this.#heard.length > 0) yield this.#heard.splice(0);
      else
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
    }
  }
  async write(pen: PenId, bytes: Uint8Array): Promise<void> {
    this.written(pen, bytes);
  }
  advertise(pen: PenId): void {
    this.#hear({ kind: "connected", pen, receivedMs: nowMs(), mtu: MTU });
    this.subscribed(pen, MTU);
  }
  notify(pen: PenId, bytes: Uint8Array): void {
    this.#hear({ kind: "bytes", pen, receivedMs: nowMs(), bytes });
  }
  drop(): void {}
  move(): void {}

  #hear(chunk: PenChunk): void {
    this.#heard.push(chunk);
    this.#wake();
  }
}

function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
