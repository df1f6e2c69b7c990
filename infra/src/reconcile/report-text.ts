import { DIFFERENCES } from "./difference.ts";
import { lifeName } from "./gateway-audit.ts";
import type { PenReport, ReconcileReport } from "./reconcile.ts";

/** Differences that a person is shown of each kind; `--json` has more. */
const SHOWN_MAX = 20;

const COLUMNS: readonly { readonly head: string; readonly of: (pen: PenReport) => string | number }[] = [
  { head: "pen", of: ({ pen }) => pen },
  { head: "heard", of: ({ heard }) => (heard === null ? "-" : heard.liveDots) },
  { head: "memory", of: ({ heard }) => (heard === null ? "-" : heard.memoryDots) },
  { head: "log", of: ({ log }) => log.dots },
  { head: "strokes", of: ({ log }) => log.strokes },
  { head: "history", of: ({ history }) => history.dots },
  { head: "strokes", of: ({ history }) => history.strokes },
  { head: "dead", of: ({ deadLettered }) => deadLettered.dots },
  { head: "under way", of: ({ underWay }) => underWay.dots },
  { head: "lost", of: ({ declaredLost }) => declaredLost },
];

/** The report for a person: lives, a line a pen (dots where it does not say strokes), differences, and the sum. */
export function reportText(report: ReconcileReport): string {
  const { room, fromMs, toMs, lives, pens, explained, unexplained } = report;
  const strokes = pens.reduce((sum, { log }) => sum + log.strokes, 0);
  const dots = pens.reduce((sum, { log }) => sum + log.dots, 0);
  return [
    `room ${room}, ${timeText(fromMs)} to ${timeText(toMs)}`,
    ...lives.map(
      ({ life, gateway, firstMs, lastMs, records, endedInOrder }) =>
        `gateway ${gateway ?? "?"}, life ${lifeName(life)}: ${timeText(firstMs)} to ${timeText(lastMs)}, ${records} records, ${endedInOrder ? "ended in good order" : "goes on, or was killed"}`,
    ),
    "",
    ...table([COLUMNS.map(({ head }) => head), ...pens.map((pen) => COLUMNS.map(({ of }) => String(of(pen))))]),
    "",
    ...differenceLines(report),
    `${strokes} strokes, ${dots} dots in the log; ${explained} differences explained, ${unexplained} unexplained`,
  ].join("\n");
}

function differenceLines({ differences }: ReconcileReport): string[] {
  const lines: string[] = [];
  for (const [kind, text] of Object.entries(DIFFERENCES)) {
    const found = differences.filter((each) => each.kind === kind);
    if (found.length === 0) continue;
    lines.push(`${kind}: ${text}`);
    for (const { pen, id, count, explained } of found.slice(0, SHOWN_MAX)) {
      lines.push(`  ${id}${pen === null || id.includes(pen) ? "" : ` (pen ${pen})`}: ${count}; ${explained ?? "UNEXPLAINED"}`);
    }
    if (found.length > SHOWN_MAX) lines.push(`  ... and ${found.length - SHOWN_MAX} more; --json lists them`);
  }
  if (lines.length > 0) lines.push("");
  return lines;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => (row[at] as string).length))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] as number) : cell.padStart(widths[at] as number)))
      .join("  ")
      .trimEnd(),
  );
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
