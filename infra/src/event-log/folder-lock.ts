import { createHash } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { LogError } from "@penlight/proto";

/** All of a Linux socket name, so that every version of libuv (some pad, some do not) means the same name. */
const ABSTRACT_NAME_LENGTH = 107;

/**
 * Holds a folder for this process until released. The lock is a local socket named after the folder: the operating
 * system gives it up when its owner dies, however that happens, so there is no stale lock to judge by pids and times.
 * It binds processes of one machine (on Linux: of one network namespace).
 * @throws LogError "log.locked"
 */
export async function lockFolder(folder: string): Promise<{ release(): Promise<void> }> {
  const address = addressOf(folder);
  const server = await listen(address).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE")
      throw new LogError("log.io", `${folder} cannot be locked: ${error.message}`, { cause: error });
    // A socket file (macOS) stays behind when its owner is killed; nobody answers there.
    if (address.startsWith(path.sep) && !(await answers(address))) {
      fs.rmSync(address, { force: true });
      return listen(address).catch(() => refused(folder));
    }
    return refused(folder);
  });
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function refused(folder: string): never {
  throw new LogError("log.locked", folder);
}

function addressOf(folder: string): string {
  const { dev, ino } = fs.statSync(folder, { bigint: true });
  const name = `penlight-${createHash("sha256").update(`${dev}:${ino}`).digest("hex").slice(0, 32)}`;
  if (process.platform === "linux") return `\0${name}`.padEnd(ABSTRACT_NAME_LENGTH, "-");
  if (process.platform === "win32") return `\\\\.\\pipe\\${name}`;
  return path.join(os.tmpdir(), `${name}.sock`);
}

function listen(address: string): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once("error", reject);
    server.listen(address, () => resolve(server));
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(address);
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("close", () => socket.destroy());
  });
}
