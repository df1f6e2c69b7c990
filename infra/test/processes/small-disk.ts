import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";

/** Makes a folder a disk of its own, in memory; the returned function ends that. @throws Error with what `mount` said */
export function mountSmallDisk(folder: string, kib: number): () => void {
  mkdirSync(folder, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kib}k`, "tmpfs", folder], { stdio: "pipe" });
  return () => execFileSync("umount", [folder], { stdio: "pipe" });
}

/** Why no small disk can be mounted here; null: it can. */
export function missingForSmallDisk(): string | null {
  if (process.platform !== "linux") return "a small disk needs Linux";
  return process.getuid?.() === 0 ? null : "a small disk needs root, to mount it";
}
