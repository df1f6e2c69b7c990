import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../e2e/penlight-process.ts";
import { ServiceProcess } from "../processes/service-process.ts";
import { fillDisk, mountSmallDisk } from "../processes/small-disk.ts";
import { type Balance, balance } from "./checks.ts";

/** Room for the journals of the embedded log, which are as long as they ever get from the start on. */
const LOG_DISK_KIB = 96 * 1024;
const FULL_BYTES = 16 * 1024;
const FULL_MS = 15_000;

/**
 * One laptop whose disk is full in the middle of a lesson, and then has room again: the lesson goes on, and everything
 * that was written is in history.
 */
export async function fullLog(seed: number): Promise<{ readonly text: string; readonly balance: Balance }> {
  const folder = temporaryFolder();
  const log = path.join(folder.path, "log");
  const unmount = mountSmallDisk(log, LOG_DISK_KIB);
  const fromMs = Date.now();
  const args = ["--data", folder.path, "--port", "0", "--students", "10", "--speed", "6", "--seed", String(seed)];
  const service = new ServiceProcess("start", [...args, "--exit-when-done"], {});
  try {
    await service.said(/Penlight is at (http:\/\/\S+)/);
    await sleep(8_000);
    const giveBack = fillDisk(log, FULL_BYTES);
    await sleep(FULL_MS);
    giveBack();
    const code = await service.ended;
    if (code !== 0) throw new Error(`npm start ended with ${code}: ${service.error}`);
    const range = ["--data", folder.path, "--from", new Date(fromMs - 60_000).toISOString()];
    return {
      text: `the disk of the embedded log is full for ${FULL_MS / 1000} s`,
      balance: await balance("demo-room", [...range, "--to", new Date(Date.now() + 86_400_000).toISOString()], {}),
    };
  } finally {
    await service.kill();
    unmount();
    folder.remove();
  }
}
