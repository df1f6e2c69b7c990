import { runSteps } from "./steps.ts";
import { fastSteps, slowSteps } from "./suites.ts";

process.exitCode = await runSteps([...fastSteps, ...slowSteps]);
