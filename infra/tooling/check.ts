import { runSteps } from "./steps.ts";
import { fastSteps } from "./suites.ts";

process.exitCode = await runSteps(fastSteps);
