import {
  type AssignmentId,
  type BoardMark,
  type Clock,
  type EventLog,
  encodeSetup,
  LogError,
  markId,
  type SaidMark,
  type SetupState,
  type StoredMark,
  setupKeyOf,
  type TeacherMark,
  type WantedMark,
} from "@penlight/proto";
import { sameDocument } from "./core/setup-rules.ts";

/** Cells that one request may mark. SET-10. */
export const MARKS_MAX = 500;

export interface Saying {
  readonly by: string;
  /** Nothing is written over another word than the one that was seen. */
  readonly strict: boolean;
  readonly marks: readonly WantedMark[];
}

export interface MarkWriterOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly setup: SetupState;
  readonly signal: AbortSignal;
  /** Resolves after the next change of `setup`. */
  readonly change: (signal: AbortSignal) => Promise<void>;
}

interface Planned {
  readonly wanted: WantedMark;
  readonly before: StoredMark | null;
  /** Null: another word stands than the one that was seen. */
  readonly next: StoredMark | null;
}

/** Writes what teachers say to topic `setup`: numbered, one request after the other. EVT-24, SET-10. */
export class MarkWriter {
  readonly #options: MarkWriterOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: MarkWriterOptions) {
    this.#options = options;
  }

  /** Resolves once all of it is durable and folded. Marks are checked. @throws LogError */
  say(assignment: AssignmentId, saying: Saying): Promise<SaidMark[]> {
    const done = this.#last.then(() => this.#say(assignment, saying));
    this.#last = done.catch(() => {});
    return done;
  }

  async #say(assignment: AssignmentId, { by, strict, marks }: Saying): Promise<SaidMark[]> {
    const { setup, log, clock } = this.#options;
    const atMs = Math.floor(clock.nowMs());
    const planned = marks.map((wanted): Planned => {
      const { student, item, verdict, seen } = wanted;
      const before = setup.markOf(assignment, student, item);
      const version = before?.version ?? 0;
      if (strict && seen !== undefined && seen !== version) return { wanted, before, next: null };
      const mark = { id: markId(assignment, student, item), assignment, student, item, verdict, by, atMs };
      return { wanted, before, next: { mark, version: version + 1 } };
    });
    const next = planned.flatMap((each) => each.next ?? []);
    const records = next.map(({ mark, version }) => ({
      key: setupKeyOf("marks", mark.id),
      value: encodeSetup({ kind: "marks", id: mark.id, version, document: mark }),
      timestampMs: atMs,
    }));
    if (records.length > 0) await log.append("setup", records);
    for (const each of next) await this.#folded(each);
    return planned.map((each) => this.#outcomeOf(each));
  }

  async #folded({ mark, version }: StoredMark): Promise<void> {
    const { setup, signal, change } = this.#options;
    while ((setup.versions.get(setupKeyOf("marks", mark.id)) ?? 0) < version) {
      if (signal.aborted) throw new LogError("log.closed", "the dashboard is stopping");
      await change(signal);
    }
  }

  #outcomeOf({ wanted, before, next }: Planned): SaidMark {
    const { student, item, seen } = wanted;
    if (next === null)
      return { student, item, outcome: "outdated", version: before?.version ?? 0, before: boardMarkOf(before) };
    const { assignment } = next.mark;
    const stands = this.#options.setup.markOf(assignment, student, item);
    // Another dashboard's word took the number first. SET-11.
    if (stands !== null && stands.version === next.version && !sameDocument(stands.mark, next.mark))
      return { student, item, outcome: "outdated", version: stands.version, before: boardMarkOf(stands) };
    const isOther = seen !== undefined && seen !== (before?.version ?? 0);
    return { student, item, outcome: isOther ? "overwrote" : "stored", version: next.version, before: boardMarkOf(before) };
  }
}

/** Null: nothing was said, or it was withdrawn. */
function boardMarkOf(stored: StoredMark | null): BoardMark | null {
  const { verdict = null, by = "", atMs = 0 } = stored?.mark ?? ({} as Partial<TeacherMark>);
  return stored === null || verdict === null ? null : { verdict, by, atMs, version: stored.version };
}
