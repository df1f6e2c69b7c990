import {
  type DeadLetter,
  type DotBatch,
  decodeDeadLetter,
  decodeInk,
  dotsOf,
  type PenId,
  type PenTotals,
  type RoomId,
  type StoredRecord,
} from "@penlight/proto";
import { PROCESSOR_GROUP } from "@penlight/stream-processor";
import type { ClickHouseHistory } from "../history/clickhouse-history.ts";
import type { MeasuredLog } from "../open-log.ts";
import { type Difference, Differences } from "./difference.ts";
import { GatewayAudit, type LifeReport } from "./gateway-audit.ts";
import { gapName, partitionOfRoom, readGaps, readGuestsUnderWay, readPartition, readPens, readStrokes } from "./stores.ts";
import { type PenStrokes, StrokeAudit } from "./stroke-audit.ts";

/** Strokes that are looked at in one pass through the log; with more, pens are taken in turns. REC-5. */
export const PASS_STROKES_MAX = 200_000;
/** The clock offset of a stroke's copies may differ: so much more is read at both ends, ms. */
const EDGE_MS = 10_000;

export interface ReconcileOptions {
  readonly log: MeasuredLog;
  readonly history: Pick<ClickHouseHistory, "query">;
  readonly room: RoomId;
  readonly fromMs: number;
  readonly toMs: number;
  /** Tests make it small. */
  readonly passStrokesMax?: number;
}

export interface PenReport extends PenStrokes {
  readonly pen: PenId;
  readonly heard: PenTotals | null;
  /** Events that gap records say are lost. */
  readonly declaredLost: number;
}

export interface ReconcileReport {
  readonly room: RoomId;
  readonly fromMs: number;
  readonly toMs: number;
  readonly lives: readonly LifeReport[];
  readonly pens: readonly PenReport[];
  /** The first 10,000; all are counted. */
  readonly differences: readonly Difference[];
  readonly explained: number;
  readonly unexplained: number;
}

/** A record of the log that nobody can read, or whose dots are damaged. */
interface BadRecord {
  readonly reason: "undecodable" | "damaged-dots";
  readonly pen: PenId | null;
  readonly dots: number;
}

/** What the first pass through the log finds out. */
interface Survey {
  /** Strokes that began, by pen. */
  readonly strokes: Map<PenId, number>;
  /** Earliest host time of a stroke that came from a pen's memory, by pen, ms. */
  readonly earliestMs: Map<PenId, number>;
  readonly bad: Map<bigint, BadRecord>;
  /** Gaps by name, with their offsets. */
  readonly gaps: Map<string, { readonly pen: PenId; readonly offset: bigint; readonly lostEvents: number }>;
}

/** Holds the stores of a room against each other: what was heard, what the log has, what history has. REC rules. @throws LogError | HistoryError */
export async function reconcile(options: ReconcileOptions): Promise<ReconcileReport> {
  return new Reconciliation(options, await partitionOfRoom(options.log, options.room)).run();
}

class Reconciliation {
  readonly #options: ReconcileOptions;
  readonly #partition: number;
  readonly #differences = new Differences();
  readonly #gateways: GatewayAudit;
  readonly #pens = new Map<PenId, PenStrokes>();

  constructor(options: ReconcileOptions, partition: number) {
    this.#options = options;
    this.#partition = partition;
    this.#gateways = new GatewayAudit(this.#differences);
  }

  async run(): Promise<ReconcileReport> {
    const { log, history, room, fromMs, toMs } = this.#options;
    const committed = await log.committedOffsets(PROCESSOR_GROUP, "ink");
    const processedTo = committed[this.#partition] ?? 0n;
    const survey = await this.#survey();
    const lives = this.#gateways.end();
    const refused = await this.#readLetters(survey, processedTo);
    await this.#checkGaps(survey, processedTo);
    for (const pen of await readPens(history, { room, fromMs, toMs })) {
      if (!survey.strokes.has(pen)) survey.strokes.set(pen, 0);
    }
    for (const pens of groupsOf(survey.strokes, this.#options.passStrokesMax ?? PASS_STROKES_MAX)) {
      await this.#checkStrokes(pens, survey, refused, committed);
    }
    const { listed, counts } = this.#differences;
    return { room, fromMs, toMs, lives, pens: this.#penReports(), differences: listed, ...counts };
  }

  #read(take: (record: StoredRecord) => void): Promise<void> {
    const { log, room, fromMs } = this.#options;
    return readPartition(log, { topic: "ink", partition: this.#partition, since: { sinceMs: fromMs - EDGE_MS } }, (record) => {
      if (record.key === room) take(record);
    });
  }

  async #survey(): Promise<Survey> {
    const { fromMs, toMs } = this.#options;
    const survey: Survey = { strokes: new Map(), earliestMs: new Map(), bad: new Map(), gaps: new Map() };
    await this.#read(({ value, timestampMs, offset }) => {
      if (timestampMs < fromMs || timestampMs > toMs) return;
      const record = decodeInk(value);
      if (record === null) {
        survey.bad.set(offset, { reason: "undecodable", pen: null, dots: 0 });
        this.#gateways.unreadable();
        return;
      }
      this.#gateways.take(record);
      const { body } = record;
      if (body.kind === "dots") surveyBatch(survey, body.batch, offset);
      else if (body.kind === "gap") {
        const name = gapName(body.pen, record.receivedMs, body.reason);
        survey.gaps.set(name, { pen: body.pen, offset, lostEvents: body.lostEvents });
      }
    });
    return survey;
  }

  /** Ids of strokes that history refused. Tells unreadable records of which no dead letter was kept. */
  async #readLetters({ bad }: Survey, processedTo: bigint): Promise<Set<string>> {
    const { log, room, fromMs } = this.#options;
    const refused = new Set<string>();
    const kept = new Set<bigint>();
    await readPartition(log, { topic: "dead.letters", partition: 0, since: { sinceMs: fromMs - EDGE_MS } }, ({ value }) => {
      const letter = decodeDeadLetter(value);
      if (letter === null || letter.topic !== "ink" || letter.partition !== this.#partition) return;
      if (letter.reason === "history.refused") for (const id of strokesIn(letter, room)) refused.add(id);
      else if (bad.has(letter.offset)) kept.add(letter.offset);
    });
    for (const [offset, { reason, pen, dots }] of bad) {
      const id = `ink/${this.#partition}/${offset} ${reason}`;
      if (kept.has(offset) || offset >= processedTo) continue;
      this.#differences.add({ kind: "not-dead-lettered", pen, id, count: Math.max(1, dots), explained: null });
    }
    return refused;
  }

  async #checkGaps({ gaps }: Survey, processedTo: bigint): Promise<void> {
    const { history, room, fromMs, toMs } = this.#options;
    const kept = await readGaps(history, { fromMs, toMs });
    for (const [name, { pen, offset, lostEvents }] of gaps) {
      if (kept.has(name)) continue;
      const explained = offset >= processedTo ? "the processor has not come so far" : null;
      this.#differences.add({ kind: "gap-missing", pen, id: `${room}/${name}`, count: lostEvents, explained });
    }
  }

  async #checkStrokes(
    pens: ReadonlySet<PenId>,
    survey: Survey,
    refused: ReadonlySet<string>,
    processed: readonly bigint[],
  ): Promise<void> {
    const { log, history, room, fromMs, toMs } = this.#options;
    const processedTo = processed[this.#partition] ?? 0n;
    const audit = new StrokeAudit({ differences: this.#differences, fromMs, toMs, processedTo, refused });
    await this.#read(({ value, timestampMs, offset }) => {
      const record = decodeInk(value);
      if (record?.body.kind !== "dots" || !pens.has(record.body.batch.pen)) return;
      const { batch } = record.body;
      // What came later is read too, as far as it belongs to what is looked at.
      if (timestampMs > toMs && batch.downMs + batch.clockOffsetMs > toMs + EDGE_MS) return;
      audit.takeBatch(batch, record.receivedMs, offset);
    });
    const earliestMs = Math.min(fromMs, ...Array.from(pens, (pen) => survey.earliestMs.get(pen) ?? fromMs));
    const range = { room, pens: [...pens], fromMs: earliestMs - EDGE_MS, toMs: toMs + EDGE_MS };
    for (const row of await readStrokes(history, range)) audit.takeRow(row);
    const sinceMs = fromMs - EDGE_MS;
    audit.end(await readGuestsUnderWay(log, { room, strokes: audit.missing, sinceMs, processed }));
    for (const [pen, amounts] of audit.pens) this.#pens.set(pen, amounts);
  }

  #penReports(): PenReport[] {
    const { heard, declaredLost } = this.#gateways;
    const none = () => ({ dots: 0, strokes: 0 });
    const pens = new Set([...heard.keys(), ...declaredLost.keys(), ...this.#pens.keys()]);
    return [...pens].sort().map((pen) => ({
      pen,
      heard: heard.get(pen) ?? null,
      ...(this.#pens.get(pen) ?? { log: none(), history: none(), deadLettered: none(), underWay: none() }),
      declaredLost: declaredLost.get(pen) ?? 0,
    }));
  }
}

function surveyBatch(survey: Survey, batch: DotBatch, offset: bigint): void {
  const { pen, firstDot, source, downMs, clockOffsetMs, dotCount } = batch;
  survey.strokes.set(pen, (survey.strokes.get(pen) ?? 0) + (firstDot === 0 ? 1 : 0));
  if (source === "memory") {
    const atMs = downMs + clockOffsetMs;
    survey.earliestMs.set(pen, Math.min(survey.earliestMs.get(pen) ?? atMs, atMs));
  }
  if (dotsOf(batch) === null) survey.bad.set(offset, { reason: "damaged-dots", pen, dots: dotCount });
}

/** Pens in groups of which none has more strokes than fit into a pass, one pen at least. */
function groupsOf(strokes: ReadonlyMap<PenId, number>, strokesMax: number): Set<PenId>[] {
  const groups: Set<PenId>[] = [];
  let sum = Number.POSITIVE_INFINITY;
  for (const [pen, count] of strokes) {
    if (sum + count > strokesMax) {
      groups.push(new Set());
      sum = 0;
    }
    groups.at(-1)?.add(pen);
    sum += count;
  }
  return groups;
}

/** A row that history refused for good: `bytes` is JSON {detail, batch}. EVT-21. */
function strokesIn(letter: DeadLetter, room: RoomId): string[] {
  try {
    const { batch } = JSON.parse(new TextDecoder().decode(letter.bytes)) as {
      batch: { strokes: { stroke: string; room: string }[] };
    };
    return batch.strokes.filter((row) => row.room === room).map((row) => row.stroke);
  } catch {
    return [];
  }
}
