import { decodeInk, type StrokeRow } from "@penlight/proto";
import { downHostMs } from "@penlight/proto/memory-history";
import { Differences } from "../../src/reconcile/difference.ts";
import { GatewayAudit } from "../../src/reconcile/gateway-audit.ts";
import { StrokeAudit } from "../../src/reconcile/stroke-audit.ts";
import type { World } from "./world.ts";

/** Differences that are named in a failure. */
const NAMED_MAX = 3;

/** What `npm run reconcile` would say of a lesson at rest: every loss between the stores is a difference without a reason. SIM-11. */
export function checkProof(world: World, rows: readonly StrokeRow[]): string[] {
  const differences = new Differences();
  const gateways = new GatewayAudit(differences);
  const records = world.log.records("ink");
  const whole = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
  const audit = new StrokeAudit({ differences, ...whole, processedTo: BigInt(records.length), refused: new Set() });
  const pieces = new Map<string, StrokeRow["pen"]>();
  for (const { value, offset } of records) {
    const record = decodeInk(value);
    if (record === null) return ["the log has a record that cannot be read"];
    gateways.take(record);
    if (record.body.kind !== "dots") continue;
    const { batch } = record.body;
    const stroke = audit.takeBatch(batch, record.receivedMs, offset);
    if (batch.syntheticStart && stroke !== null) pieces.set(stroke, batch.pen);
  }
  gateways.end();
  for (const row of rows) {
    audit.takeRow({ pen: row.pen, stroke: row.stroke, atMs: downHostMs(row), dots: row.version, places: 1, isHere: true });
    pieces.delete(row.stroke);
  }
  // That the whole of a piece has its dots is checked dot by dot elsewhere. EVT-22.
  for (const [stroke, pen] of pieces)
    audit.takeRow({ pen, stroke: stroke as StrokeRow["stroke"], atMs: 0, dots: 0, places: 0, isHere: false });
  audit.end();
  const unexplained = differences.listed.filter(({ explained }) => explained === null);
  return unexplained.slice(0, NAMED_MAX).map(({ kind, id, count }) => `the stores differ: ${kind} ${id} (${count})`);
}
