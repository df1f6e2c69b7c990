import { listAdapters } from "./adapters.ts";
import { NOTIFICATIONS_PER_SECOND_MAX } from "./flood-gate.ts";
import { type Noble, openNoble } from "./noble.ts";
import { pause, withinMs } from "./patience.ts";
import { Radio, StuckError } from "./radio.ts";
import type { RadioNews, RadioOrder, TroubleCode } from "./radio-message.ts";

/** The process of one adapter. Arguments: its number, and notifications a second of one pen at most. BLE-3. */

/** The adapter says whether it is on, once a second. */
const STATE_MS_MAX = 4000;
const RESET_MS_MAX = 2000;
/** The last words are on their way to the source by then. */
const LAST_WORDS_MS = 50;

const adapter = Number(process.argv[2]);
const notificationsPerSecondMax = Number(process.argv[3] ?? NOTIFICATIONS_PER_SECOND_MAX);
let radio: Radio | null = null;

// The terminal's Ctrl+C is heard by every process; this one ends when the source says so, or is gone itself.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
process.on("disconnect", () => process.exit(0));
process.on("message", (order: RadioOrder) => {
  if (order.do === "close") void close();
  else radio?.order(order);
});
// An error of noble's own, somewhere in a callback: a fresh process is worth more than a doubtful one.
process.on("uncaughtException", (error) => void end("bluetooth.failed", String(error.stack ?? error)));
process.on("unhandledRejection", (error) => void end("bluetooth.failed", String(error)));

const news: RadioNews[] = [];
let sending = false;

/** One message a turn: a class at work sends thousands of notifications a second. */
function tell(each: RadioNews): void {
  news.push(each);
  if (sending) return;
  sending = true;
  setImmediate(() => {
    sending = false;
    if (process.connected) process.send?.(news.splice(0));
  });
}

let ending = false;
async function end(code: TroubleCode, detail: string): Promise<void> {
  if (ending) return;
  ending = true;
  tell({ on: "down", code, detail });
  await pause(LAST_WORDS_MS);
  process.exit(1);
}

async function close(): Promise<void> {
  ending = true;
  await radio?.close();
  process.exit(0);
}

/** Why the adapter cannot be opened, by what noble and the system say. */
function codeOf(error: unknown): TroubleCode {
  const { code, message } = error as NodeJS.ErrnoException;
  const said = `${code ?? ""} ${message}`;
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND" || /No native build was found/.test(said))
    return "bluetooth.not-installed";
  if (/EAFNOSUPPORT|Address family not supported/.test(said)) return "bluetooth.kernel";
  if (/EPERM|EACCES|Operation not permitted|Permission denied/.test(said)) return "bluetooth.permission";
  if (/ENODEV|No such device/.test(said)) return "bluetooth.adapter-gone";
  return "bluetooth.failed";
}

/** Resolves once the adapter is on; ends the process when it says that it never will. */
async function poweredOn(noble: Noble): Promise<void> {
  const states = new Promise<string>((done) => {
    if (noble.state !== "unknown") done(noble.state);
    noble.on("stateChange", (state: string) => done(state));
  });
  const state = await withinMs(STATE_MS_MAX, () => states);
  if (state === "poweredOn") return;
  const codes: Readonly<Record<string, TroubleCode>> = {
    poweredOff: "bluetooth.off",
    unauthorized: "bluetooth.permission",
    unsupported: "bluetooth.old",
  };
  const code = codes[state] ?? "bluetooth.stuck";
  await end(code === "bluetooth.off" ? whyOff() : code, `hci${adapter} says "${state}"`);
}

/** One that is not there looks as if it were off. */
function whyOff(): TroubleCode {
  const found = listAdapters();
  if (typeof found === "string") return found;
  return found.includes(adapter) ? "bluetooth.off" : "bluetooth.adapter-gone";
}

/** Links of a process that died are still there: pens that nobody listens to. BLE-8. */
async function reset(noble: Noble): Promise<void> {
  // The last thing that noble asks for after a reset is the adapter's address.
  const done = new Promise<void>((resolve) => noble._bindings.once("addressChange", () => resolve()));
  noble.reset();
  if ((await withinMs(RESET_MS_MAX, () => done)) === "late") await end("bluetooth.stuck", `hci${adapter} does not reset`);
}

try {
  const noble = await openNoble(adapter);
  await poweredOn(noble);
  if (!ending) await reset(noble);
  noble.on("stateChange", (state: string) => {
    if (state !== "poweredOn") void end("bluetooth.off", `hci${adapter} says "${state}"`);
  });
  if (!ending) {
    const fail = (error: unknown) => {
      const code = error instanceof StuckError ? "bluetooth.stuck" : "bluetooth.failed";
      void end(code, `hci${adapter}: ${error instanceof Error ? error.message : String(error)}`);
    };
    radio = new Radio({ noble, tell, fail, notificationsPerSecondMax });
    tell({ on: "up", address: noble.address.replaceAll(":", "") });
    await radio.run().catch(fail);
  }
} catch (error) {
  await end(codeOf(error), `hci${adapter}: ${error instanceof Error ? error.message : String(error)}`);
}
