import {
  DOT_STRIDE,
  type DotBatch,
  decodeInk,
  dotsOf,
  type PenId,
  type StoredRecord,
  type StrokeId,
  strokeIdOf,
} from "@penlight/proto";
import { lookOf } from "./ink-ledger.ts";
import type { SimulatedLog } from "./simulated-log.ts";

/** A batch of dots as it is in the log. */
export interface LoggedDots {
  readonly stroke: StrokeId;
  readonly pen: PenId;
  readonly source: DotBatch["source"];
  /** Nobody heard its pen-down. */
  readonly syntheticStart: boolean;
  readonly firstDot: number;
  readonly looks: readonly string[];
  /** A copy that a processor passed on to another room. ANS-14. */
  readonly isPassedOn: boolean;
}

/** Every dot in topic `ink`, in the order of the log. */
export function inkOfLog(log: SimulatedLog): LoggedDots[] {
  return inkOfRecords(log.records("ink"));
}

/** The dots in records of topic `ink`; other records have none. */
export function inkOfRecords(records: readonly StoredRecord[]): LoggedDots[] {
  return records.flatMap(({ value }) => {
    const record = decodeInk(value);
    if (record?.body.kind !== "dots") return [];
    const { batch } = record.body;
    const dots = dotsOf(batch) ?? new Int32Array(0);
    const looks = Array.from({ length: dots.length / DOT_STRIDE }, (_, dot) => lookOf(batch.pen, dots, dot * DOT_STRIDE));
    const { pen, source, syntheticStart, firstDot } = batch;
    const isPassedOn = record.origin === undefined;
    return [{ stroke: strokeIdOf(pen, batch.page, batch.downMs), pen, source, syntheticStart, firstDot, looks, isPassedOn }];
  });
}
