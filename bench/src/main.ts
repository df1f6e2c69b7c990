import type { BenchOptions, BenchResult } from "./result.ts";

interface BenchModule {
  run(options: BenchOptions): Promise<BenchResult[]>;
}

/** Every bench by its name; loaded only when it runs. */
const BENCHES: Readonly<Record<string, () => Promise<BenchModule>>> = {
  decode: () => import("./decode.ts"),
  "decode-offline": () => import("./decode-offline.ts"),
  sync: () => import("./sync.ts"),
  pipeline: () => import("./pipeline.ts"),
  lesson: () => import("./lesson.ts"),
  school: () => import("./school.ts"),
  "kafka-lesson": () => import("./kafka-lesson.ts"),
  browser: () => import("./browser.ts"),
  log: () => import("./log.ts"),
  history: () => import("./history.ts"),
  growth: () => import("./growth.ts"),
  drain: () => import("./drain.ts"),
  readers: () => import("./readers.ts"),
  "take-over": () => import("./take-over.ts"),
  partitions: () => import("./partitions.ts"),
  ble: () => import("./ble.ts"),
  day: () => import("./day.ts"),
  "fan-out": () => import("./fan-out.ts"),
  recognition: () => import("./recognition.ts"),
  marks: () => import("./marks.ts"),
};

const chromium = process.env.CHROME_PATH || "/usr/bin/chromium";
const args = process.argv.slice(2);
const smoke = args.includes("--smoke");
const WITHOUT = "--without=";
const without = args.filter((each) => each.startsWith(WITHOUT)).map((each) => each.slice(WITHOUT.length));
const names = args.filter((each) => !each.startsWith("--"));
const unknown = [
  ...[...names, ...without].filter((name) => !Object.hasOwn(BENCHES, name)),
  ...args.filter((each) => each.startsWith("--") && each !== "--smoke" && !each.startsWith(WITHOUT)),
];
if (unknown.length > 0) {
  process.stderr.write(
    `penlight: there is no bench or option ${unknown.join(", ")}; npm run bench -- [${Object.keys(BENCHES).join("|")}] [--smoke] [--without=NAME]\n`,
  );
  process.exit(78);
}
for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
  if (without.includes(name)) continue;
  const module = await (BENCHES[name] as () => Promise<BenchModule>)();
  for (const result of await module.run({ smoke, chromium })) process.stdout.write(`${JSON.stringify(result)}\n`);
}
process.exit(0);
