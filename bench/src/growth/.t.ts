import { measurePens } from "./pens.ts";
import { medianOf } from "../result.ts";
const t=Date.now(); const r = measurePens({ strokes: Number(process.argv[2]), rounds: Number(process.argv[3]) });
console.log(r.usPerDot.map(x=>[medianOf(x).toFixed(3), medianOf(x)/medianOf(r.usPerDot[0]!), x.map(y=>y.toFixed(3)).join(" ")]), r.dots, r.hash, Date.now()-t, "ms");
