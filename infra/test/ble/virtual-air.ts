import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { PenId } from "@penlight/proto";
import { pythonWith } from "../python.ts";

const SCRIPT = fileURLToPath(new URL("air.py", import.meta.url));
/** Python packages, for `pythonWith`. */
export const REQUIREMENTS = fileURLToPath(new URL("requirements.txt", import.meta.url));
/** Read by the preload. */
const PORT = "PENLIGHT_TEST_HCI_PORT";
const PRELOAD = fileURLToPath(new URL("hci-preload.cjs", import.meta.url));

/** A pen as it is on the air; see air.py. */
export interface AirPenOptions {
  readonly pen: PenId;
  /** LE address, e.g. "C0:00:00:00:00:01". */
  readonly address: string;
  readonly name?: string;
  readonly services?: readonly ("128" | "16")[];
  readonly mtu?: number;
  /** dBm by adapter; default: all hear it equally well. */
  readonly signals?: Readonly<Record<number, number>>;
  /** Hex digits; default: the pen's MAC. */
  readonly manufacturer?: string;
}

export type AirNews =
  | { readonly on: "subscribed"; readonly pen: PenId; readonly adapter: number; readonly service: string; readonly mtu: number }
  | { readonly on: "written"; readonly pen: PenId; readonly hex: string }
  | { readonly on: "lost"; readonly pen: PenId; readonly reason: number };

/** bumble's virtual air, in a process of its own. */
export class VirtualAir {
  /** What a process sees whose adapters are to be on this air. */
  readonly env: NodeJS.ProcessEnv;
  readonly adapters: readonly number[];
  hear: (news: AirNews) => void = () => {};
  readonly #process: ChildProcess;
  readonly #socket: Socket;

  private constructor(process: ChildProcess, socket: Socket, hciPort: number, adapters: number) {
    this.#process = process;
    this.#socket = socket;
    this.env = { ...globalThis.process.env, NODE_OPTIONS: `--require ${PRELOAD}`, [PORT]: String(hciPort) };
    this.adapters = Array.from({ length: adapters }, (_, i) => i);
    createInterface(socket).on("line", (line) => this.hear(JSON.parse(line) as AirNews));
  }

  static async open(adapters: number): Promise<VirtualAir> {
    const process = spawn(pythonWith(REQUIREMENTS), [SCRIPT, String(adapters)], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(createInterface(process.stdout), "line")) as [string];
    const { hci, test } = JSON.parse(line) as { hci: number; test: number };
    const socket = connect({ port: test, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    return new VirtualAir(process, socket, hci, adapters);
  }

  /** All adapters hear it equally well. */
  get everywhere(): Readonly<Record<number, number>> {
    return Object.fromEntries(this.adapters.map((adapter) => [adapter, -50]));
  }

  pen({ pen, address, name, services, mtu, signals, manufacturer }: AirPenOptions): void {
    this.#do({
      ...{ do: "pen", pen, address, name: name ?? "Neosmartpen", services: services ?? ["16"], mtu: mtu ?? 247 },
      ...{ signals: signals ?? this.everywhere, manufacturer: manufacturer ?? pen },
    });
  }
  advertise(pen: PenId, on = true): void {
    this.#do({ do: "advertise", pen, on });
  }
  move(pen: PenId, address: string): void {
    this.#do({ do: "address", pen, address });
  }
  notify(pen: PenId, bytes: Uint8Array): void {
    this.#do({ do: "notify", pen, hex: Buffer.from(bytes).toString("hex") });
  }
  /** The link ends as when the pen goes out of range. */
  drop(pen: PenId, reason = 8): void {
    this.#do({ do: "drop", pen, reason });
  }
  refuse(pen: PenId, writes: number): void {
    this.#do({ do: "refuse", pen, writes });
  }
  deaf(pen: PenId, on = true): void {
    this.#do({ do: "deaf", pen, on });
  }
  /** dBm by adapter: it is heard there and nowhere else. */
  signals(pen: PenId, signals: Readonly<Record<number, number>>): void {
    this.#do({ do: "signals", pen, signals });
  }
  /** It takes what is written, and answers nothing. */
  mute(pen: PenId, on = true): void {
    this.#do({ do: "mute", pen, on });
  }
  unplug(adapter: number): void {
    this.#do({ do: "unplug", adapter });
  }
  plug(adapter: number): void {
    this.#do({ do: "plug", adapter });
  }

  /** The processes that this one starts are on this air, until it is closed. */
  useHere(): void {
    Object.assign(process.env, this.env);
  }

  async close(): Promise<void> {
    if (process.env[PORT] === this.env[PORT]) for (const name of ["NODE_OPTIONS", PORT]) delete process.env[name];
    this.#socket.destroy();
    if (this.#process.exitCode === null) await once(this.#process, "exit");
  }

  #do(what: object): void {
    this.#socket.write(`${JSON.stringify(what)}\n`);
  }
}
