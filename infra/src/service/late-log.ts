import { type ConsumeOptions, type EventLog, LogError, type NewRecord, type TopicName } from "@penlight/proto";

/** A log that is not there yet: until it is, appends fail as they do while it is out of reach, and are repeated. OPS-2. */
export class LateLog implements EventLog {
  #log: EventLog | null = null;
  #failure: unknown = null;
  #closed = false;
  readonly #opening: Promise<void>;

  /** @param onFailure it will never be there; `check` throws why. */
  constructor(opening: Promise<EventLog>, onFailure: () => void) {
    this.#opening = opening.then(
      (log) => {
        this.#log = log;
        if (this.#closed) return log.close();
      },
      (error: unknown) => {
        this.#failure = error;
        onFailure();
      },
    );
  }

  append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    return this.#log?.append(topic, records) ?? Promise.reject(new LogError("log.unreachable", "it has not been reached yet"));
  }

  async consume(options: ConsumeOptions): Promise<void> {
    await this.#opening;
    this.check();
    await this.#log?.consume(options);
  }

  /** Does not wait for a log that did not come. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#log?.close();
  }

  /** @throws what opening it ended with */
  check(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}
