import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { CACHE } from "./cache.ts";

/**
 * A Python with these packages (pinned, `name==version`), in a virtual environment of its own, made when it is not there yet.
 * Resolves to the interpreter, or to what is missing.
 */
export function findPython(requirements: readonly string[]): { readonly path: string } | { readonly missing: string } {
  const hash = createHash("sha256").update(requirements.join("\n")).digest("hex").slice(0, 12);
  const home = path.join(CACHE, `python-${hash}`);
  const interpreter = (of: string) => path.join(of, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  if (existsSync(interpreter(home))) return { path: interpreter(home) };
  const python = process.platform === "win32" ? "python" : "python3";
  if (spawnSync(python, ["--version"]).status !== 0) return { missing: `no ${python}: install Python 3.9 or newer` };
  mkdirSync(CACHE, { recursive: true });
  // Made under another name: two suites may make the same one, and half of one is none.
  const half = `${home}.${process.pid}`;
  process.stdout.write(`making a Python environment with ${requirements.join(", ")} ...\n`);
  const venv = spawnSync(python, ["-m", "venv", half], { encoding: "utf8" });
  if (venv.status !== 0) {
    rmSync(half, { recursive: true, force: true });
    return { missing: `python3 -m venv failed (Debian: sudo apt-get install -y python3-venv): ${lastLine(venv.stderr)}` };
  }
  const pip = spawnSync(
    interpreter(half),
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", ...requirements],
    { encoding: "utf8" },
  );
  if (pip.status !== 0) {
    rmSync(half, { recursive: true, force: true });
    return { missing: `pip could not install ${requirements.join(", ")}: ${lastLine(pip.stderr)}` };
  }
  if (existsSync(home)) rmSync(half, { recursive: true, force: true });
  else renameSync(half, home);
  return { path: interpreter(home) };
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}
