import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { type PenChunk, type PenSource, PenSourceError, runGateway } from "@penlight/pen-gateway";
import type { PenId, RoomId } from "@penlight/proto";
import { openEmbeddedLog } from "../../src/event-log/embedded-log.ts";
import { openPenNotes } from "../../src/pen-notes.ts";
import { SystemClock } from "../../src/system-clock.ts";
import type { RadioLine } from "./pens-by-socket.ts";

/**
 * A gateway with its log and its notes on disk, as a process: `gateway-by-socket.ts PORT FOLDER`. Its radio is a socket to
 * whoever has the pens, so that they outlive it. SIGTERM ends it in good order.
 */
class SocketSource implements PenSource {
  readonly #socket: Socket;
  readonly #clock: SystemClock;

  constructor(socket: Socket, clock: SystemClock) {
    this.#socket = socket;
    this.#clock = clock;
  }

  async *open(signal: AbortSignal): AsyncGenerator<readonly PenChunk[]> {
    const lines = createInterface(this.#socket);
    signal.addEventListener("abort", () => lines.close(), { once: true });
    for await (const line of lines) {
      const { pen, mtu, hex } = JSON.parse(line) as RadioLine;
      const heard = { pen, receivedMs: this.#clock.nowMs() };
      yield [
        mtu === undefined
          ? { kind: "bytes", ...heard, bytes: new Uint8Array(Buffer.from(hex, "hex")) }
          : { kind: "connected", ...heard, mtu },
      ];
    }
  }

  write(pen: PenId, bytes: Uint8Array): Promise<void> {
    const line: RadioLine = { pen, hex: Buffer.from(bytes).toString("hex") };
    return new Promise((taken, failed) => {
      this.#socket.write(`${JSON.stringify(line)}\n`, (error) =>
        error ? failed(new PenSourceError("source.not-written", error.message)) : taken(),
      );
    });
  }
}

const [port, folder] = process.argv.slice(2) as [string, string];
const clock = new SystemClock();
const directory = path.join(folder, "log");
mkdirSync(directory, { recursive: true });
const log = await openEmbeddedLog({ directory, clock });
const pens = await openPenNotes({ directory: folder, room: "crash", file: null, clock });
const socket = connect({ port: Number(port), host: "127.0.0.1", noDelay: true });
await once(socket, "connect");
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
await runGateway({ source: new SocketSource(socket, clock), log, clock, room: "crash" as RoomId, signal: stop.signal, pens });
socket.destroy();
await log.close();
