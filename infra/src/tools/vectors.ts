import { readFileSync } from "node:fs";
import { runVectorCommand } from "./vector-command.ts";

const { exitCode, lines } = runVectorCommand(process.argv.slice(2), (name) => readFileSync(name, "utf8"));
const text = lines.map((line) => `${line}\n`).join("");
if (exitCode === 2) process.stderr.write(text);
else process.stdout.write(text);
process.exitCode = exitCode;
