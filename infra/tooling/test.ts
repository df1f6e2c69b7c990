import { runStages } from "./steps.ts";
import { fastSteps, slowSteps } from "./suites.ts";

process.exitCode = await runStages([fastSteps, ...slowSteps.map((step) => [step])]);
