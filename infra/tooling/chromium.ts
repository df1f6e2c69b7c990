import { existsSync } from "node:fs";
import path from "node:path";
import { installByApt } from "./apt.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** For whoever starts one: no window, no sandbox (containers have none), and not a word to anybody outside. */
export const CHROMIUM_ARGS: readonly string[] = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A Chromium by CHROME_PATH or on the PATH; else, on Debian as root, by apt; else what a person has to type. */
export async function findChromium(): Promise<{ readonly path: string } | { readonly missing: string }> {
  const named = process.env.CHROME_PATH;
  if (named !== undefined && named !== "") {
    return existsSync(named) ? { path: named } : { missing: `CHROME_PATH is ${named}, and there is no such file` };
  }
  const found = onPath();
  if (found !== null) return { path: found };
  const installed = installByApt(["chromium", "fonts-noto-cjk"]) ? onPath() : null;
  if (installed !== null) return { path: installed };
  return { missing: "no Chromium: install one (Debian: sudo apt-get install -y chromium fonts-noto-cjk) or set CHROME_PATH" };
}

function onPath(): string | null {
  for (const directory of (process.env.PATH ?? "").split(path.delimiter)) {
    for (const name of NAMES) {
      const file = path.join(directory, name);
      if (existsSync(file)) return file;
    }
  }
  return null;
}
