import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vitest/config";

const ROOT = new URL("../../", import.meta.url);
const packages = ["proto", "pen-gateway", "stream-processor", "classroom-dashboard", "infra", "bench"];

/**
 * Transformed modules are kept from run to run. Their keys have the module's path and text, and the configuration; how its
 * imports resolve and what becomes of its types hangs on these, too.
 */
const keyOfSurroundings: Plugin = {
  name: "key-of-surroundings",
  configureVitest({ experimental_defineCacheKeyGenerator }) {
    const files = ["tsconfig.json", ...packages.map((name) => `${name}/package.json`)];
    const text = files.map((file) => readFileSync(new URL(file, ROOT), "utf8")).join("\n");
    experimental_defineCacheKeyGenerator(() => text);
  },
};

/** What is no test of one file. */
const others = ["infra/test/{contract,deploy,kafka,processes,sim,ble,e2e,crash}/**", "*/test/lesson/**"];

/** None of these tests leaves anything behind that another one could see, so they share their workers: a third of the time. */
const shared = {
  pool: "threads",
  isolate: false,
  // All cores: the default leaves one for Vite, which has nothing to do once modules are kept.
  maxWorkers: "100%",
  // A limit for what hangs, not for what is slow on a busy machine.
  testTimeout: 30_000,
  include: packages.map((name) => `${name}/test/**/*.test.ts`),
} as const;

/** Cheapest first: unit, slow, deploy, contract, ble, kafka, sim, crash, e2e. A file's place, and `.slow` in its name, decide its project. */
export default defineConfig({
  root: ROOT.pathname,
  plugins: [keyOfSurroundings],
  test: {
    experimental: { fsModuleCache: true, fsModuleCachePath: "node_modules/.cache/modules" },
    projects: [
      { test: { ...shared, name: "unit", exclude: [...others, "**/*.slow.test.ts"] } },
      {
        test: {
          ...shared,
          name: "slow",
          testTimeout: 120_000,
          include: packages.map((name) => `${name}/test/**/*.slow.test.ts`),
        },
      },
      { test: { name: "deploy", include: ["infra/test/deploy/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 300_000 } },
      {
        test: {
          name: "contract",
          include: ["infra/test/contract/**/*.test.ts", "*/test/lesson/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "kafka",
          include: ["infra/test/kafka/**/*.test.ts"],
          // One broker, or cluster, at a time.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "processes",
          include: ["infra/test/processes/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      { test: { name: "sim", include: ["infra/test/sim/**/*.test.ts"], testTimeout: 600_000 } },
      {
        test: {
          name: "ble",
          include: ["infra/test/ble/**/*.test.ts"],
          globalSetup: "infra/test/ble/prepare.ts",
          // They mostly wait for radios.
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      { test: { name: "crash", include: ["infra/test/crash/**/*.test.ts"], testTimeout: 600_000, hookTimeout: 120_000 } },
      {
        test: {
          name: "e2e",
          include: ["infra/test/e2e/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
