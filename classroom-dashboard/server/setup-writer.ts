import {
  type Clock,
  type EventLog,
  encodeSetup,
  type SetupDocuments,
  type SetupKind,
  type SetupRecord,
  type SetupState,
  setupKeyOf,
  worksheetKey,
} from "@penlight/proto";
import type { SetupFault } from "./core/setup-fault.ts";
import { checkDocument, sameDocument } from "./core/setup-rules.ts";

/** What is put as a document; what teachers say of cells has a way of its own (SET-10). */
export const DOCUMENT_KINDS = ["rooms", "classes", "pens", "worksheets", "assignments"] as const satisfies readonly SetupKind[];
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

export interface StoredSetup<Kind extends DocumentKind = DocumentKind> {
  readonly id: string;
  readonly version: number;
  readonly document: SetupDocuments[Kind];
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
  put(kind: DocumentKind, document: SetupDocuments[DocumentKind], ifMatch: number | null): Promise<PutResult> {
    const done = this.#last.then(() => this.#put(kind, document, ifMatch));
    this.#last = done.catch(() => {});
    return done;
  }

  /** What is wrong with a document of the right shape, as everything is set up now. SET-2. */
  faultsOf(kind: DocumentKind, document: SetupDocuments[DocumentKind]): SetupFault[] {
    return checkDocument({ kind, document } as Parameters<typeof checkDocument>[0], this.#options.setup);
  }

  async #put(kind: DocumentKind, document: SetupDocuments[DocumentKind], ifMatch: number | null): Promise<PutResult> {
    const { setup, log, clock, taken } = this.#options;
    const id = recordId(kind, document);
    const known = storedOf(setup, kind, id);
    const version = known?.version ?? 0;
    if (ifMatch !== null && ifMatch !== version) return { kind: "outdated", version };
    const faults = this.faultsOf(kind, document);
    if (faults.length > 0) return { kind: "invalid", faults };
    if (known !== null && sameDocument(known.document, document)) return { kind: "stored", stored: known, created: false };
    if (known !== null && kind === "worksheets") {
      return { kind: "conflict", reason: "a worksheet version never changes; put the new one with a higher version" };
    }
    const record = { kind, id, version: version + 1, document } as SetupRecord;
    await log.append("setup", [{ key: setupKeyOf(kind, id), value: encodeSetup(record), timestampMs: clock.nowMs() }]);
    const stored = await this.#folded(kind, id, version + 1);
    if (stored === null) return { kind: "conflict", reason: "the dashboard is stopping" };
    // Another dashboard's PUT may have taken the number first; by now it may have put a next one, too. SET-6.
    const first = taken.findLast((each) => each.kind === kind && each.id === id && each.version === record.version);
    return first !== undefined && sameDocument(first.document, document)
      ? { kind: "stored", stored, created: known === null }
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
