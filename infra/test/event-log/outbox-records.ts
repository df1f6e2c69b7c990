import {
  decodeInk,
  encodeInk,
  type GapBody,
  type InkBody,
  type InkRecord,
  type NewRecord,
  type PenId,
  packDots,
} from "@penlight/proto";
import type { MemoryStore } from "@penlight/proto/memory-log";
import type { OutboxStore } from "../../src/event-log/outbox-store.ts";

export const LIFE = 77;
export const START_MS = 1_790_000_000_000;
const DOTS_OF_A_BATCH = 4;

/** Record `seq` of one life of a gateway: every fourth one a tick, the others dots of three pens in turn. */
export function numberedInk(seq: number, life = LIFE): NewRecord {
  const receivedMs = START_MS + seq * 10;
  const body: InkBody = seq % 4 === 0 ? { kind: "tick", pens: [] } : { kind: "dots", batch: batchOf(seq) };
  return { key: "room-1", value: encodeInk({ receivedMs, body, origin: { life, seq } }), timestampMs: receivedMs };
}

function batchOf(seq: number) {
  return {
    pen: penOf(seq),
    page: { section: 3, owner: 27, note: 603, page: 1 },
    downMs: 1000 + seq,
    clockOffsetMs: START_MS,
    firstDot: 0,
    dotCount: DOTS_OF_A_BATCH,
    ink: packDots(new Int32Array(DOTS_OF_A_BATCH * 7).fill(seq), 0, DOTS_OF_A_BATCH),
    maxForce: 852,
    tip: "pen" as const,
    color: 0,
    syntheticStart: false,
    source: "live" as const,
    end: { upMs: 2000 + seq, synthetic: false, lostDots: 0 },
  };
}

export function penOf(seq: number): PenId {
  return `00000000000${(seq % 3) + 1}` as PenId;
}

export function inkIn(store: MemoryStore): InkRecord[] {
  const ink = [...store.partitions].filter(([name]) => name.startsWith("ink/")).flatMap(([, partition]) => partition.records);
  return ink.map((record) => decodeInk(record.value) as InkRecord);
}

/** Numbers of the records, in the order in which they came, without repeats. */
export function seqsOf(records: readonly InkRecord[]): number[] {
  return [...new Set(records.flatMap((each) => (each.origin === undefined ? [] : [each.origin.seq])))];
}

export function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

/** Takes everything out, as a delivery does. */
export async function drain(store: OutboxStore): Promise<InkRecord[]> {
  const all: InkRecord[] = [];
  for (let read = await store.next(); read !== null; read = await store.next()) {
    all.push(...read.records.map(({ value }) => decodeInk(value) as InkRecord));
    await store.delivered(read);
  }
  return all;
}

export function goneIn(records: readonly InkRecord[]): GapBody[] {
  return records.flatMap((each) => (each.body.kind === "gap" ? [each.body] : []));
}

export function goneSeqs(records: readonly InkRecord[]): number[] {
  return goneIn(records).flatMap(({ gone }) => seqsOfRuns(gone?.runs ?? []));
}

export function seqsOfRuns(runs: readonly number[]): number[] {
  const seqs: number[] = [];
  for (let at = 0; at < runs.length; at += 2) {
    for (let i = 0; i < (runs[at + 1] as number); i++) seqs.push((runs[at] as number) + i);
  }
  return seqs;
}
