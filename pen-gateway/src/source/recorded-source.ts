import type { PenId } from "@penlight/proto";
import type { PenChunk, PenSource, RadioReport } from "./pen-source.ts";
import { recordingLine } from "./recording.ts";

/** A source that writes down what another one hears, and is that other one in everything else. PEN-20. */
export class RecordedSource implements PenSource {
  readonly #source: PenSource;
  readonly #append: (line: string) => void;

  /** @param append takes one line, without the line break. */
  constructor(source: PenSource, append: (line: string) => void) {
    this.#source = source;
    this.#append = append;
  }

  async *open(signal: AbortSignal): AsyncGenerator<readonly PenChunk[]> {
    for await (const chunks of this.#source.open(signal)) {
      for (const chunk of chunks) this.#append(recordingLine(chunk));
      yield chunks;
    }
  }

  write(pen: PenId, bytes: Uint8Array): Promise<void> {
    return this.#source.write(pen, bytes);
  }

  reject(pen: PenId): void {
    this.#source.reject?.(pen);
  }

  radio(): RadioReport | null {
    return this.#source.radio?.() ?? null;
  }
}
