import { parseArgs } from "node:util";
import { parseVectorFile, type VectorFile, VectorFileError } from "./vector-file.ts";
import { differenceOf, runVector } from "./vector-run.ts";

const USAGE = "usage: npm run --silent vectors -- FILE [--json]";

export interface CommandResult {
  /** 0 all agree, 1 a vector differs, 2 there is nothing to run. */
  readonly exitCode: 0 | 1 | 2;
  readonly lines: readonly string[];
}

function refuse(message: string): CommandResult {
  return { exitCode: 2, lines: [message] };
}

/** The command `vectors`. `read` gives a file's text or throws as fs does. */
export function runVectorCommand(args: readonly string[], read: (name: string) => string): CommandResult {
  const asked = parseCommandLine(args);
  if (asked === null) return refuse(USAGE);
  let text: string;
  try {
    text = read(asked.name);
  } catch (error) {
    return refuse(`${asked.name}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})`);
  }
  try {
    return runVectors(parseVectorFile(text), asked.json);
  } catch (error) {
    if (error instanceof VectorFileError) return refuse(`${asked.name}: ${error.message}`);
    throw error;
  }
}

function parseCommandLine(args: readonly string[]): { readonly name: string; readonly json: boolean } | null {
  try {
    const options = { json: { type: "boolean", default: false } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [name] = positionals;
    return name !== undefined && positionals.length === 1 ? { name, json: values.json } : null;
  } catch {
    return null; // an unknown option: the usage line says what there is
  }
}

function runVectors(file: VectorFile, json: boolean): CommandResult {
  const lines: string[] = [];
  let failed = 0;
  for (const vector of file.vectors) {
    const outcome = runVector(vector, file);
    const difference = differenceOf(vector, outcome);
    if (difference !== null) failed++;
    const { events, writes, faults } = outcome;
    if (json) lines.push(JSON.stringify({ id: vector.id, events, writes, faults }));
    else if (difference === null) lines.push(`ok   ${vector.id} ${vector.title}`);
    else lines.push(`FAIL ${vector.id} ${vector.title}: ${difference}`);
  }
  if (!json) lines.push(`${file.vectors.length} vectors, ${failed} failed`);
  return { exitCode: failed === 0 ? 0 : 1, lines };
}
