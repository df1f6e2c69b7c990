import {
  type Clock,
  type EventLog,
  encodeSetup,
  type SetupDocuments,
  type SetupFault,
  type SetupKind,
  type SetupRecord,
  type SetupState,
  setupKeyOf,
  worksheetKey,
} from "@penlight/proto";
import { checkDocument, type KnownSetup, sameDocument, withDocument } from "./core/setup-rules.ts";

/** What is put as a document; what teachers say of cells has a way of its own (SET-10). */
export const DOCUMENT_KINDS = ["rooms", "classes", "pens", "worksheets", "assignments"] as const satisfies readonly SetupKind[];
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

export interface StoredSetup<Kind extends DocumentKind = DocumentKind> {
  readonly id: string;
  readonly version: number;
  readonly document: SetupDocuments[Kind];
}

/** A document to be put. */
export interface Wanted {
  readonly kind: DocumentKind;
  readonly document: SetupDocuments[DocumentKind];
  /** Only over this version; null: over any. */
  readonly ifMatch: number | null;
}

export type PutResult =
  | { readonly kind: "stored"; readonly stored: StoredSetup; readonly created: boolean }
  | { readonly kind: "invalid"; readonly faults: readonly SetupFault[] }
  /** `If-Match` names another version, or somebody else's PUT came first. */
  | { readonly kind: "outdated"; readonly version: number }
  | { readonly kind: "conflict"; readonly reason: string };

export interface SetupWriterOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly setup: SetupState;
  readonly signal: AbortSignal;
  /** What `setup` took last, the newest last. */
  readonly taken: readonly SetupRecord[];
  /** Resolves after the next change of `setup`. */
  readonly change: (signal: AbortSignal) => Promise<void>;
}

type Refused = Exclude<PutResult, { kind: "stored" }>;

interface Planned {
  readonly before: StoredSetup | null;
  /** Null: nothing has changed. */
  readonly record: SetupRecord | null;
}

/** Writes documents to topic `setup`: checked, numbered, one after the other. */
export class SetupWriter {
  readonly #options: SetupWriterOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: SetupWriterOptions) {
    this.#options = options;
  }

  get<Kind extends DocumentKind>(kind: Kind, id: string): StoredSetup<Kind> | null {
    return storedOf(this.#options.setup, kind, id);
  }

  list<Kind extends DocumentKind>(kind: Kind): StoredSetup<Kind>[] {
    const { setup } = this.#options;
    return [...setup[kind].keys()].sort().flatMap((id) => storedOf(setup, kind, id) ?? []);
  }

  /**
   * Resolves once the document is durable and folded: who asks afterwards gets it. An unchanged document is not
   * written again. `ifMatch`: only over this version. @throws LogError
   */
  async put(kind: DocumentKind, document: SetupDocuments[DocumentKind], ifMatch: number | null): Promise<PutResult> {
    const [result] = await this.putAll([{ kind, document, ifMatch }]);
    return result as PutResult;
  }

  /**
   * Several at once, each checked as if those before it were there: one wait for the disk, and one change for all who read.
   * When one is refused nothing is written, and it is the only result. @throws LogError
   */
  putAll(wanted: readonly Wanted[]): Promise<PutResult[]> {
    const done = this.#last.then(() => this.#putAll(wanted));
    this.#last = done.catch(() => {});
    return done;
  }

  /** What is wrong with a document of the right shape, as everything is set up now. SET-2. */
  faultsOf(kind: DocumentKind, document: SetupDocuments[DocumentKind]): SetupFault[] {
    return checkDocument({ kind, document } as Parameters<typeof checkDocument>[0], this.#options.setup);
  }

  async #putAll(wanted: readonly Wanted[]): Promise<PutResult[]> {
    const { log, clock } = this.#options;
    const planned: Planned[] = [];
    let known: KnownSetup = this.#options.setup;
    for (const each of wanted) {
      const next = this.#plan(each, known);
      if ("kind" in next) return [next];
      planned.push(next);
      known = withDocument(known, each.kind, recordId(each.kind, each.document), each.document);
    }
    const timestampMs = clock.nowMs();
    const records = planned.flatMap(({ record }) =>
      record === null ? [] : [{ key: setupKeyOf(record.kind, record.id), value: encodeSetup(record), timestampMs }],
    );
    if (records.length > 0) await log.append("setup", records);
    const results: PutResult[] = [];
    for (const each of planned) results.push(await this.#outcomeOf(each));
    return results;
  }

  #plan({ kind, document, ifMatch }: Wanted, setup: KnownSetup): Planned | Refused {
    const id = recordId(kind, document);
    const before = storedOf(this.#options.setup, kind, id);
    const version = before?.version ?? 0;
    if (ifMatch !== null && ifMatch !== version) return { kind: "outdated", version };
    const faults = checkDocument({ kind, document } as Parameters<typeof checkDocument>[0], setup);
    if (faults.length > 0) return { kind: "invalid", faults };
    if (before !== null && sameDocument(before.document, document)) return { before, record: null };
    if (before !== null && kind === "worksheets") {
      return { kind: "conflict", reason: "a worksheet version never changes; put the new one with a higher version" };
    }
    return { before, record: { kind, id, version: version + 1, document } as SetupRecord };
  }

  async #outcomeOf({ before, record }: Planned): Promise<PutResult> {
    if (record === null) return { kind: "stored", stored: before as StoredSetup, created: false };
    const { kind, id, version, document } = record as SetupRecord & { readonly kind: DocumentKind };
    const stored = await this.#folded(kind, id, version);
    if (stored === null) return { kind: "conflict", reason: "the dashboard is stopping" };
    // Another dashboard's PUT may have taken the number first; by now it may have put a next one, too. SET-6.
    const first = this.#options.taken.findLast((each) => each.kind === kind && each.id === id && each.version === version);
    return first !== undefined && sameDocument(first.document, document)
      ? { kind: "stored", stored, created: before === null }
      : { kind: "outdated", version: stored.version };
  }

  async #folded(kind: DocumentKind, id: string, version: number): Promise<StoredSetup | null> {
    const { setup, signal, change } = this.#options;
    for (;;) {
      const stored = storedOf(setup, kind, id);
      if (stored !== null && stored.version >= version) return stored;
      if (signal.aborted) return null;
      await change(signal);
    }
  }
}

/** On the topic each worksheet version is a record of its own. */
function recordId(kind: DocumentKind, document: SetupDocuments[DocumentKind]): string {
  return kind === "worksheets" ? worksheetKey(document.id, (document as SetupDocuments["worksheets"]).version) : document.id;
}

function storedOf<Kind extends DocumentKind>(setup: SetupState, kind: Kind, id: string): StoredSetup<Kind> | null {
  const documents = setup[kind] as unknown as ReadonlyMap<string, SetupDocuments[Kind]>;
  const document = documents.get(id);
  const version = setup.versions.get(setupKeyOf(kind, id));
  return document === undefined || version === undefined ? null : { id, version, document };
}
