import { DOT_STRIDE, type DotBatch, decodeInk, dotsOf, type StrokeId, strokeIdOf } from "@penlight/proto";
import { lookOf } from "./ink-ledger.ts";
import type { SimulatedLog } from "./simulated-log.ts";

/** A batch of dots as it is in the log. */
export interface LoggedDots {
  readonly stroke: StrokeId;
  readonly source: DotBatch["source"];
  readonly firstDot: number;
  readonly looks: readonly string[];
}

/** Every dot in topic `ink`, in the order of the log. */
export function inkOfLog(log: SimulatedLog): LoggedDots[] {
  return log.records("ink").flatMap(({ value }) => {
    const record = decodeInk(value);
    if (record?.body.kind !== "dots") return [];
    const { batch } = record.body;
    const dots = dotsOf(batch) ?? new Int32Array(0);
    const looks = Array.from({ length: dots.length / DOT_STRIDE }, (_, dot) => lookOf(batch.pen, dots, dot * DOT_STRIDE));
    return [{ stroke: strokeIdOf(batch.pen, batch.page, batch.downMs), source: batch.source, firstDot: batch.firstDot, looks }];
  });
}
