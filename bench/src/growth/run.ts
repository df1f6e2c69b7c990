import { measurePens } from "./pens.ts";

/** One measured growth; printed as one line of JSON by this process, which ends afterwards. */
const [strokes, rounds] = process.argv.slice(2).map(Number);
if (strokes === undefined || rounds === undefined) throw new Error("run.ts requires strokes a pen and rounds");
process.stdout.write(`${JSON.stringify(measurePens({ strokes, rounds }))}\n`);
