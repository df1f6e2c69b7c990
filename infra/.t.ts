import { simulateTraffic } from "@penlight/pen-gateway/simulator";
import { PenLink } from "@penlight/pen-gateway";
import type { Worksheet } from "@penlight/proto";
import f from "./src/demo/worksheets/fractions-decimals-12.json" with { type: "json" };
for (const family of ["new", "legacy"] as const) {
let t = performance.now(); let n = 0, bytes = 0; const all = [];
for (const turn of simulateTraffic({ seed: 1, pens: 500, worksheet: f as unknown as Worksheet, durationMs: 10_000, family })) for (const x of turn) { n++; bytes += x.bytes.length; all.push(x); }
console.log(family, "gen ms", performance.now() - t, n, bytes);
t = performance.now(); const links = new Map(); let dots = 0, strokes = 0; const ev: any = {};
for (const x of all) { let l = links.get(x.pen); if (!l) { l = new PenLink({ pen: x.pen }); l.open(0, 185); links.set(x.pen, l); } for (const e of l.receive(x.bytes, x.atMs)) { if (e.kind === "dots") dots += e.to - e.from; if (e.kind === "stroke-end") strokes++; if (e.kind === "fault") ev[e.fault.kind] = (ev[e.fault.kind] ?? 0) + 1; } }
console.log("link ms", performance.now() - t, { dots, strokes, perStroke: dots / strokes, dotsPerPenSec: dots / 5000, ev });
}
