import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Makes a folder a disk of its own, in memory; the returned function ends that. @throws Error with what `mount` said */
export function mountSmallDisk(folder: string, kib: number): () => void {
  mkdirSync(folder, { recursive: true });
  run("mount", ["-t", "tmpfs", "-o", `size=${kib}k`, "tmpfs", folder]);
  return () => run("umount", [folder]);
}

/** Why no small disk can be mounted here; null: it can. */
export function missingForSmallDisk(): string | null {
  if (process.platform !== "linux") return "a small disk needs Linux";
  if (process.getuid?.() !== 0) return "a small disk needs root, to mount it";
  const folder = mkdtempSync(path.join(os.tmpdir(), "penlight-disk-"));
  try {
    mountSmallDisk(folder, 64)();
    return null;
  } catch (error) {
    return `a small disk cannot be mounted here: ${String(error)}`;
  } finally {
    rmdirSync(folder);
  }
}

/** Takes all the room that is left on a folder's disk but so much; the returned function gives it back. */
export function fillDisk(folder: string, leftBytes: number): () => void {
  const file = path.join(folder, "filler");
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)));
  return () => rmSync(file, { force: true });
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw error ?? new Error(stderr.trim());
}
