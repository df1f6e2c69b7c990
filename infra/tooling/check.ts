import { runStages } from "./steps.ts";
import { fastSteps } from "./suites.ts";

process.exitCode = await runStages([fastSteps]);
