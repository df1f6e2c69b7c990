import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const hasApt = () => existsSync("/etc/debian_version") && process.getuid?.() === 0;

/** Installs Debian packages where this is Debian and we are root. False: it is neither, or it did not work. */
export function installByApt(packages: readonly string[]): boolean {
  if (!hasApt()) return false;
  process.stdout.write(`installing Debian's ${packages.join(", ")} ...\n`);
  spawnSync("apt-get", ["update", "-q"], { stdio: "inherit" });
  const { status } = spawnSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...packages], {
    stdio: "inherit",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return status === 0;
}

/** What suites run beside Node and a browser: a command that succeeds where it is there, and Debian's packages. */
const PROGRAMS: readonly (readonly [program: string, args: readonly string[], packages: readonly string[]])[] = [
  ["java", ["-version"], ["openjdk-17-jre-headless"]],
  ["mvn", ["-v"], ["maven"]],
  ["openssl", ["version"], ["openssl"]],
  ["curl", ["--version"], ["curl"]],
  ["python3", ["-c", "import venv, ensurepip"], ["python3", "python3-venv"]],
];

/** Gets what is missing for the suites, where that can be done without asking; elsewhere each suite says what it needs. */
export function prepareMachine(): void {
  const missing = PROGRAMS.filter(([program, args]) => spawnSync(program, args).status !== 0);
  if (missing.length > 0) installByApt(missing.flatMap(([, , packages]) => packages));
}
