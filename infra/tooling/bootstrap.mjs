// The only plain JavaScript of the repository: it must run before anything is installed, also on a Node too old for the rest.
// It installs what the lock file names (once), builds the web page when its sources have changed, and hands over.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const NODE_MIN = [20, 19];

/** command -> what it runs, which packages it needs, whether it needs the built web page */
const COMMANDS = {
  // For an image: what a command does before it runs, as layers of their own.
  install: { entry: null, packages: "runtime", web: false },
  build: { entry: null, packages: "runtime", web: true },
  start: { entry: "infra/src/run/classroom.ts", packages: "runtime", web: true },
  history: { entry: "infra/src/run/history.ts", packages: "runtime", web: false },
  gateway: { entry: "infra/src/run/gateway.ts", packages: "runtime", web: false },
  processor: { entry: "infra/src/run/processor.ts", packages: "runtime", web: false },
  dashboard: { entry: "infra/src/run/dashboard.ts", packages: "runtime", web: true },
  "dead-letters": { entry: "infra/src/run/dead-letters.ts", packages: "runtime", web: false },
  reconcile: { entry: "infra/src/run/reconcile.ts", packages: "runtime", web: false },
  truth: { entry: "infra/src/run/truth.ts", packages: "runtime", web: false },
  broker: { entry: "infra/tooling/broker.ts", packages: "runtime", web: false },
  explain: { entry: "infra/src/run/explain.ts", packages: "runtime", web: false },
  reread: { entry: "infra/src/run/reread.ts", packages: "runtime", web: false },
  recognition: { entry: "infra/src/run/recognition.ts", packages: "runtime", web: false },
  vectors: { entry: "infra/src/tools/vectors.ts", packages: "runtime", web: false },
  air: { entry: "infra/test/ble/main.ts", packages: "all", web: true },
  chaos: { entry: "infra/test/chaos/main.ts", packages: "all", web: true },
  sim: { entry: "infra/test/sim/main.ts", packages: "all", web: false },
  bench: { entry: "bench/src/main.ts", packages: "all", web: true },
  check: { entry: "infra/tooling/check.ts", packages: "all", web: false },
  test: { entry: "infra/tooling/test.ts", packages: "all", web: true },
};

function fail(text) {
  process.stderr.write(`penlight: ${text}\n`);
  process.exit(1);
}

function say(text) {
  process.stderr.write(`penlight: ${text}\n`);
}

function checkNode() {
  const version = process.versions.node.split(".").map(Number);
  const tooOld = version[0] < NODE_MIN[0] || (version[0] === NODE_MIN[0] && version[1] < NODE_MIN[1]);
  if (tooOld) {
    fail(
      `this is Node ${process.versions.node}; Penlight needs ${NODE_MIN.join(".")} or newer. Install one from https://nodejs.org and run the same command again.`,
    );
  }
}

/** Runs npm ci when the lock file is not the one that was installed last, or more packages are needed than then. */
function install(packages) {
  const hash = createHash("sha256")
    .update(readFileSync(path.join(ROOT, "package-lock.json")))
    .digest("hex");
  const stampFile = path.join(ROOT, "node_modules", ".penlight-installed.json");
  const stamp = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, "utf8")) : null;
  if (stamp !== null && stamp.hash === hash && (stamp.packages === "all" || packages === "runtime")) return;
  say(
    `installing packages (${stamp === null ? "first start" : "the lock file has changed or more are needed"}); this takes a minute or two ...`,
  );
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  // Who has developed here once keeps the development packages, also when `npm start` is the first command after a pull.
  const kept = stamp?.packages === "all" ? "all" : packages;
  if (kept === "runtime") args.push("--omit=dev");
  const npm = process.env.npm_execpath;
  const done =
    npm === undefined
      ? spawnSync("npm", args, { cwd: ROOT, stdio: ["ignore", 2, 2], shell: process.platform === "win32" })
      : spawnSync(process.execPath, [npm, ...args], { cwd: ROOT, stdio: ["ignore", 2, 2] });
  if (done.status !== 0) {
    fail(
      "npm ci failed (its message is above). Check that this machine reaches an npm registry, and that the disk has 2 GB free, then run the same command again.",
    );
  }
  writeFileSync(stampFile, JSON.stringify({ hash, packages: kept }));
}

function hashTree(hash, directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === "dist" || entry.name === "node_modules") continue;
    const full = path.join(directory, entry.name);
    if (entry.isDirectory()) hashTree(hash, full);
    else hash.update(entry.name).update(readFileSync(full));
  }
}

async function buildWeb() {
  const dashboard = path.join(ROOT, "classroom-dashboard");
  const hash = createHash("sha256").update(readFileSync(path.join(ROOT, "package-lock.json")));
  hashTree(hash, path.join(dashboard, "web"));
  hashTree(hash, path.join(ROOT, "proto", "src"));
  const digest = hash.digest("hex");
  const dist = path.join(dashboard, "web", "dist");
  const stampFile = path.join(dist, ".built-from");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === digest) return;
  say("building the web page ...");
  const { build } = await import("vite");
  await build({ configFile: path.join(dashboard, "vite.config.ts"), logLevel: "warn" });
  mkdirSync(dist, { recursive: true });
  writeFileSync(stampFile, digest);
}

checkNode();
const [name, ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name ?? "") ? COMMANDS[name] : undefined;
if (command === undefined) fail(`no command "${name}"; there are ${Object.keys(COMMANDS).join(", ")}.`);
install(command.packages);
// A page is not needed to be told the options.
if (command.web && !args.includes("--help") && !args.includes("-h")) await buildWeb();
if (command.entry === null) process.exit(0);
const { register } = await import("tsx/esm/api");
register();
process.argv.splice(1, process.argv.length - 1, path.join(ROOT, command.entry), ...args);
await import(pathToFileURL(path.join(ROOT, command.entry)).href);
