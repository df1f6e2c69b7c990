import { optionsOf, refuse } from "../../tooling/usage.ts";
import { missingForPython } from "../python.ts";
import { AirClass } from "./air-class.ts";

/** `npm run air`: a class on a virtual air, and the whole of Penlight behind it. What stands after `--` goes to npm start. */

const PENS_MAX = 80;
const { values, positionals } = optionsOf("npm run air -- --pens N [-- options of npm start]", {
  options: { pens: { type: "string", default: "12" } },
  allowPositionals: true,
});
const pens = Number(values.pens);
const say = (text: string) => process.stdout.write(`${text}\n`);

function fail(text: string, exitCode: number): never {
  process.stderr.write(`penlight: ${text}\n`);
  process.exit(exitCode);
}

if (!(Number.isSafeInteger(pens) && pens >= 1 && pens <= PENS_MAX))
  refuse(`--pens is "${values.pens}"; it may be 1 to ${PENS_MAX}`);
const missing = missingForPython();
if (missing !== null) fail(`npm run air needs ${missing.replace(/^no /, "")}`, 69);

say(`${pens} pens on virtual radios: the first time this fetches bumble, which takes a minute ...`);
const classroom = await AirClass.open({ pens, args: positionals, say });
say("The class begins in a few seconds. Ctrl+C ends it.");
let ending = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (ending) process.exit(1);
    ending = true;
    void classroom.close().then(() => process.exit(0));
  });
}
await classroom.exited;
if (!ending) fail("npm start has ended", 1);
