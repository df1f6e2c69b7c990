import type { AnswerRow, AssignmentId, Clock, RereadOrder } from "@penlight/proto";
import { applicable, notAppliedOf, type RereadReport } from "./reread.ts";

/** So long a processor has to store what is read again, ms. */
const APPLY_MS_MAX = 30_000;
const LOOK_MS = 500;

export interface ApplyOptions {
  readonly by: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Says so to the dashboard. @throws SetupClientError */
  readonly order: (assignment: AssignmentId, order: Pick<RereadOrder, "by" | "recognizers">) => Promise<void>;
  /** What history has now. @throws HistoryError */
  readonly answersOf: (assignment: AssignmentId) => Promise<readonly AnswerRow[]>;
}

/** How many answers were to be read again, and how many of them history did not have so in time. */
export interface Applied {
  readonly wanted: number;
  readonly left: number;
}

/** Has what would be read differently stored as new versions, and waits until history has them. ANS-96, SET-21. */
export async function applyReread(report: RereadReport, options: ApplyOptions): Promise<Applied> {
  const { by, clock, signal, order, answersOf } = options;
  const assignment = report.assignment as AssignmentId;
  const wanted = applicable(report);
  if (wanted.length === 0) return { wanted: 0, left: 0 };
  await order(assignment, { by, recognizers: [...new Set(wanted.map(({ now }) => now.recognizer))].sort() });
  const untilMs = clock.nowMs() + APPLY_MS_MAX;
  for (;;) {
    const left = notAppliedOf(wanted, await answersOf(assignment)).length;
    if (left === 0 || clock.nowMs() >= untilMs || signal.aborted) return { wanted: wanted.length, left };
    await clock.sleep(LOOK_MS, signal);
  }
}

export function appliedText({ wanted, left }: Applied): string {
  if (wanted === 0) return "nothing to apply: no answer of another recogniser would be read differently";
  if (left === 0) return `${wanted} answers were read again and stored as new versions; what teachers marked stays theirs`;
  return (
    `${wanted} answers are to be read again, ${left} of them are not stored yet: ` +
    "is a processor of this version running, and is its room heard? It does so then"
  );
}
