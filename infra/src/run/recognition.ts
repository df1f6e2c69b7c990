import path from "node:path";
import { runRecognition } from "../recognition/command.ts";

/** Holds the recogniser of writing against handwriting whose truth is known. */
const root = path.resolve(import.meta.dirname, "../../..");
process.exitCode = runRecognition(process.argv.slice(2), { root, say: (text) => process.stdout.write(`${text}\n`) });
