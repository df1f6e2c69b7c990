import { simulateTraffic } from "@penlight/pen-gateway/simulator";
import type { Worksheet } from "@penlight/proto";
import f from "./src/demo/worksheets/fractions-decimals-12.json" with { type: "json" };
for (let r = 0; r < 3; r++) { let t = performance.now(); let n = 0; 
for (const turn of simulateTraffic({ seed: 1, pens: 500, worksheet: f as unknown as Worksheet, durationMs: 20_000, family: "new" })) n += turn.length;
console.log("gen ms", performance.now() - t, n);}
