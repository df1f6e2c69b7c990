import { decodeInk, encodeInk, type InkRecord, type NewRecord, type PenId } from "@penlight/proto";

/** What the outbox can give up, in this order; everything else is kept. OUT-4. */
export const SHEDDABLE = ["ticks", "ink"] as const;
export type Sheddable = (typeof SHEDDABLE)[number];

/** Ticks belong to no pen: their gap record names this one. EVT-17. */
const NO_PEN = "000000000000" as PenId;
/** Time is part of a gap's identity (HIS-4): two gap records of one outbox are at least this far apart, ms. */
const GAP_STEP_MS = 0.001;

/** Null: not to be given up. */
export function sheddableAs(value: Uint8Array): Sheddable | null {
  const ink = decodeInk(value);
  return ink === null ? null : kindOf(ink);
}

function kindOf({ body }: InkRecord): Sheddable | null {
  return body.kind === "tick" ? "ticks" : body.kind === "dots" ? "ink" : null;
}

/** One gap record in the making. */
interface Gone {
  readonly key: string;
  readonly kind: Sheddable;
  readonly pen: PenId;
  readonly life: number;
  /** First, count, first, count ... */
  readonly runs: number[];
  lostEvents: number;
  lastMs: number;
}

export interface ShedResult<Kept extends NewRecord> {
  readonly kept: readonly Kept[];
  /** Gap records, to stand where the others stood. */
  readonly gaps: readonly NewRecord[];
  readonly counts: Readonly<Record<Sheddable, number>>;
}

/**
 * Takes kinds out of records and tells what is gone, a gap record for each room, life, kind and pen. EVT-17. `afterMs`:
 * time of the last gap record before these.
 */
export function shed<Kept extends NewRecord>(
  records: readonly Kept[],
  kinds: readonly Sheddable[],
  afterMs: number,
): ShedResult<Kept> {
  const kept: Kept[] = [];
  const gone = new Map<string, Gone>();
  const counts = { ticks: 0, ink: 0 };
  for (const record of records) {
    const ink = decodeInk(record.value);
    const kind = ink === null ? null : kindOf(ink);
    if (ink === null || kind === null || !kinds.includes(kind)) {
      kept.push(record);
      continue;
    }
    counts[kind]++;
    const pen = ink.body.kind === "dots" ? ink.body.batch.pen : NO_PEN;
    const life = ink.origin?.life ?? 0;
    const name = `${record.key}/${kind}/${pen}/${life}`;
    const found = gone.get(name) ?? { key: record.key, kind, pen, life, runs: [], lostEvents: 0, lastMs: 0 };
    gone.set(name, found);
    add(found, ink);
  }
  let gapMs = afterMs;
  const gaps = Array.from(gone.values(), (each) => {
    gapMs = Math.max(each.lastMs, gapMs + GAP_STEP_MS);
    return gapRecord(each, gapMs);
  });
  return { kept, gaps, counts };
}

function gapRecord({ key, kind, pen, life, runs, lostEvents }: Gone, receivedMs: number): NewRecord {
  const numbers = runs.length === 0 ? {} : { gone: { life, runs } };
  const body = { kind: "gap" as const, pen, lostEvents, reason: `outbox-${kind}`, ...numbers };
  return { key, value: encodeInk({ receivedMs, body }), timestampMs: receivedMs };
}

function add(gone: Gone, { body, origin, receivedMs }: InkRecord): void {
  gone.lostEvents += body.kind === "dots" ? body.batch.dotCount : 1;
  gone.lastMs = Math.max(gone.lastMs, receivedMs);
  if (origin === undefined) return;
  const { runs } = gone;
  const last = runs.length - 2;
  if (last >= 0 && (runs[last] as number) + (runs[last + 1] as number) === origin.seq)
    runs[last + 1] = (runs[last + 1] as number) + 1;
  else runs.push(origin.seq, 1);
}
