import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { RadioNews, RadioOrder } from "./radio-message.ts";

const ENTRY = fileURLToPath(new URL("./radio-process.ts", import.meta.url));
/** A process that was told to end has done so by then. */
const CLOSE_MS_MAX = 3000;

/** The process of an adapter, from outside. */
export interface RadioChild {
  order(order: RadioOrder): void;
  readonly pid: number | undefined;
  /** Ends it: links first, then itself. */
  close(): Promise<void>;
}

export interface RadioChildOptions {
  readonly adapter: number;
  readonly heard: (news: readonly RadioNews[]) => void;
  /** Once: whatever it was. */
  readonly ended: () => void;
  readonly notificationsPerSecondMax: number;
}

export type StartRadio = (options: RadioChildOptions) => RadioChild;

export function forkRadio({ adapter, heard, ended, notificationsPerSecondMax }: RadioChildOptions): RadioChild {
  const child = fork(ENTRY, [String(adapter), String(notificationsPerSecondMax)], {
    serialization: "advanced",
    // It has little to remember, and there are several of them on a small computer.
    execArgv: ["--import", import.meta.resolve("tsx"), "--max-old-space-size=64", "--max-semi-space-size=1"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const exited = new Promise<void>((done) => {
    child.once("error", () => done());
    child.once("exit", () => done());
  });
  child.on("message", (news) => heard(news as RadioNews[]));
  void exited.then(ended);
  return { pid: child.pid, order: (order) => send(child, order), close: () => close(child, exited) };
}

function send(child: ChildProcess, order: RadioOrder): void {
  // What is said to a process that is just ending is answered by its end.
  if (child.connected) child.send(order, () => {});
}

async function close(child: ChildProcess, exited: Promise<void>): Promise<void> {
  send(child, { do: "close" });
  const timer = setTimeout(() => child.kill("SIGKILL"), CLOSE_MS_MAX);
  await exited;
  clearTimeout(timer);
}
