import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE } from "../tooling/cache.ts";

/** What keeps Python tests from running here; null: nothing. */
export function missingForPython(): string | null {
  const probe = "import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= (3, 10) else 1)";
  if (spawnSync("python3", ["-c", probe]).status === 0) return null;
  return "no Python 3.10 or newer with venv (Debian: sudo apt-get install -y python3-venv)";
}

/** The python of a virtual environment with these packages; made the first time, and kept in the user's cache. */
export function pythonWith(requirements: string): string {
  const hash = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const folder = path.join(CACHE, `python-${hash}`);
  const python = path.join(folder, "bin", "python");
  const stamp = path.join(folder, "complete");
  if (existsSync(stamp)) return python;
  mkdirSync(CACHE, { recursive: true });
  // A virtual environment cannot be moved, so another test run's half of one is not touched: one of the two stays unused.
  const own = existsSync(folder) ? mkdtempSync(`${folder}-`) : folder;
  const run = (program: string, args: readonly string[]): void => {
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stdout}${stderr}`);
  };
  try {
    run("python3", ["-m", "venv", own]);
    const pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--only-binary", ":all:", "-r", requirements];
    run(path.join(own, "bin", "python"), pip);
    writeFileSync(path.join(own, "complete"), "");
    return path.join(own, "bin", "python");
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    throw error;
  }
}
