import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PenClaims } from "@penlight/pen-gateway";
import { decodeSetup, type EventLog, logSchemaOf, type PenId, parsePenId, type RoomId, SetupState } from "@penlight/proto";

/**
 * Which pens are the school's, as topic `setup` says, for a gateway that connects no others. What was known last is kept in
 * a file: a gateway that starts while the log cannot be reached still knows its pens. BLE-2.
 */
export class RegisteredPens {
  readonly #setup = new SetupState();
  readonly #file: string;
  readonly #claims: PenClaims;
  /** From the file, until the log has told more. */
  #kept: ReadonlySet<PenId>;
  #caughtUp: () => void = () => {};
  /** Resolves once everything that was in the log at the start is known. */
  readonly known = new Promise<void>((resolve) => {
    this.#caughtUp = resolve;
  });

  constructor(file: string, room: RoomId) {
    this.#file = file;
    this.#claims = new PenClaims(this.#setup, room);
    this.#kept = readKept(file);
  }

  has(pen: PenId): boolean {
    return this.#setup.pens.has(pen) || this.#kept.has(pen);
  }

  /** So long a pen is left to the gateway of another room, ms. REG-8. */
  claimDelayMs(pen: PenId, nowMs: number): number {
    return this.#claims.delayMs(pen, nowMs);
  }

  get hasRooms(): boolean {
    return this.#setup.rooms.size > 0;
  }

  /** Until the signal aborts. @throws LogError */
  async follow(log: EventLog, signal: AbortSignal): Promise<void> {
    await log.consume({
      topic: "setup",
      group: null,
      from: "start",
      signal,
      openPartition: ({ startOffset, endOffset }) => {
        let next = startOffset;
        const look = () => {
          if (next >= endOffset) this.#reachedEnd();
        };
        look();
        return {
          onBatch: async (records) => {
            for (const record of records) {
              const document = logSchemaOf(record) === null ? decodeSetup(record.value) : null;
              if (document !== null) this.#setup.apply(document);
              next = record.offset + 1n;
            }
            if (records.length > 0) look();
            return next;
          },
        };
      },
    });
  }

  #reachedEnd(): void {
    this.#caughtUp();
    const pens = [...this.#setup.pens.keys()].sort();
    if (pens.length === this.#kept.size && pens.every((pen) => this.#kept.has(pen))) return;
    this.#kept = new Set(pens);
    mkdirSync(path.dirname(this.#file), { recursive: true });
    writeFileSync(`${this.#file}.new`, `${JSON.stringify({ pens })}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }
}

/** A file that is not there, or was torn, knows nothing. */
function readKept(file: string): ReadonlySet<PenId> {
  try {
    const { pens } = JSON.parse(readFileSync(file, "utf8")) as { readonly pens: readonly string[] };
    return new Set(pens.flatMap((pen) => parsePenId(pen) ?? []));
  } catch {
    return new Set();
  }
}
