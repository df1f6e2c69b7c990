import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parseVectorFile, type VectorFile, VectorFileError } from "./vector-file.ts";
import { differenceOf, runVector } from "./vector-run.ts";

const USAGE = "usage: npm run --silent vectors -- FILE [--json]";

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function parseCommandLine(): { readonly name: string; readonly json: boolean } {
  try {
    const { values, positionals } = parseArgs({
      options: { json: { type: "boolean", default: false } },
      allowPositionals: true,
    });
    const [name] = positionals;
    if (name !== undefined && positionals.length === 1) return { name, json: values.json };
  } catch {
    // an unknown option: the usage line says what there is
  }
  return fail(USAGE);
}

function readVectorFile(name: string): VectorFile {
  let text: string;
  try {
    text = readFileSync(name, "utf8");
  } catch (error) {
    return fail(`${name}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})`);
  }
  try {
    return parseVectorFile(text);
  } catch (error) {
    if (error instanceof VectorFileError) return fail(`${name}: ${error.message}`);
    throw error;
  }
}

const { name, json } = parseCommandLine();
const file = readVectorFile(name);
const lines: string[] = [];
let failed = 0;
for (const vector of file.vectors) {
  const outcome = runVector(vector, file);
  const difference = differenceOf(vector, outcome);
  if (difference !== null) failed++;
  if (json) lines.push(JSON.stringify({ id: vector.id, events: outcome.events, writes: outcome.writes }));
  else
    lines.push(difference === null ? `ok   ${vector.id} ${vector.title}` : `FAIL ${vector.id} ${vector.title}: ${difference}`);
}
if (!json) lines.push(`${file.vectors.length} vectors, ${failed} failed`);
process.stdout.write(`${lines.join("\n")}\n`);
process.exitCode = failed === 0 ? 0 : 1;
