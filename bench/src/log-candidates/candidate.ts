/** Something that could carry the event log: ordered records, durable before they are acknowledged. */
export interface LogCandidate {
  /** Resolves when the record would survive a power cut. Several may be outstanding. */
  append(value: Uint8Array): Promise<void>;
  /** Every record in order, in pieces. */
  readAll(visit: (value: Uint8Array) => void): Promise<void>;
  close(): Promise<void>;
}

export interface NamedCandidate {
  readonly name: string;
  open(folder: string): Promise<LogCandidate>;
}

interface Waiting<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Group commit for a candidate that has none: what comes in one turn of the event loop, or while a write runs, is one write. */
export class Grouping<Item> {
  #waiting: Waiting<Item>[] = [];
  #running: Promise<void> | null = null;
  readonly #write: (items: readonly Item[]) => Promise<void> | void;

  constructor(write: (items: readonly Item[]) => Promise<void> | void) {
    this.#write = write;
  }

  add(item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      try {
        await this.#write(group.map(({ item }) => item));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
      // A turn for everybody else, also where the write was synchronous.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.#running = null;
  }
}
