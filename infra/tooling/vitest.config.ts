import { defineConfig } from "vitest/config";

const packages = ["proto", "pen-gateway", "stream-processor", "classroom-dashboard", "infra", "bench"];

/** Cheapest first: unit, deploy, contract, ble, kafka, sim, crash, e2e. A file's place decides its project. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    projects: [
      {
        test: {
          name: "unit",
          // No unit test leaves anything behind that another one could see, so they share their workers: a third of the time.
          pool: "threads",
          isolate: false,
          // A limit for what hangs, not for what is slow on a busy machine.
          testTimeout: 30_000,
          include: packages.map((name) => `${name}/test/**/*.test.ts`),
          exclude: ["infra/test/{contract,deploy,kafka,processes,sim,ble,e2e,crash}/**", "*/test/lesson/**"],
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
