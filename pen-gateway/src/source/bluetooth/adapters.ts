import { readdirSync } from "node:fs";
import { platform } from "node:process";
import type { TroubleCode } from "./radio-message.ts";

const FOLDER = "/sys/class/bluetooth";

/** Numbers of the machine's adapters (hci0 is 0), or why there are none. */
export function listAdapters(): readonly number[] | TroubleCode {
  if (platform !== "linux") return "bluetooth.system";
  let names: string[];
  try {
    names = readdirSync(FOLDER);
  } catch {
    return "bluetooth.kernel";
  }
  const adapters = names.flatMap((name) => /^hci(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  return adapters.length === 0 ? "bluetooth.no-adapter" : adapters.sort((a, b) => a - b);
}
