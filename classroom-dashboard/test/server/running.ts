import { keyAnswerOf, type ServerMessage } from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { MemoryLog } from "@penlight/proto/memory-log";
import { vi } from "vitest";
import { WebSocket } from "ws";
import { type DashboardAddress, type DashboardOptions, runDashboard } from "../../server/index.ts";
import { ROOM, setupRecord, setupRecords, TestClock } from "./lesson-fixture.ts";

// Real servers on a machine that may be busy with other suites; no test asserts how long anything takes.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** A whole dashboard on a free port of loopback, with the log and the history in memory. */
export interface Running {
  readonly address: DashboardAddress;
  readonly log: MemoryLog;
  readonly history: MemoryHistory;
  readonly base: string;
}

/** Everything that a test file has started. Call `stop` in afterEach. */
export class Bench {
  readonly #stops: (() => Promise<void>)[] = [];

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }

  async start(change: Partial<DashboardOptions> & { log?: MemoryLog; history?: MemoryHistory } = {}): Promise<Running> {
    const clock = new TestClock();
    const log = change.log ?? new MemoryLog({ clock });
    const history = change.history ?? new MemoryHistory();
    const stopping = new AbortController();
    let ended: Promise<void> = Promise.resolve();
    const address = await new Promise<DashboardAddress>((resolve, reject) => {
      let at: DashboardAddress | null = null;
      ended = runDashboard({
        log,
        history,
        clock,
        signal: stopping.signal,
        worthOf: (item, answer, verdict) => {
          const isRight =
            verdict === null ? JSON.stringify(answer) === JSON.stringify(keyAnswerOf(item)) : verdict.kind === "right";
          return { state: isRight ? "right" : "wrong", points: isRight ? item.points : 0 };
        },
        onListening: (opened) => {
          at = opened;
        },
        onReady: () => at !== null && resolve(at),
        ...change,
      });
      ended.catch(reject);
    });
    this.#stops.push(async () => {
      stopping.abort();
      await ended;
    });
    return { address, log, history, base: `http://127.0.0.1:${address.port}` };
  }

  connect(base: string, room: string = ROOM, headers: Record<string, string> = {}): Client {
    const client = new Client(base, room, headers);
    this.#stops.push(async () => client.socket.terminate());
    return client;
  }
}

export async function fill(log: MemoryLog, students = 3, items = 2): Promise<void> {
  await log.append("setup", setupRecords(students, items).map(setupRecord));
}

/** A viewer's socket whose messages can be waited for. */
export class Client {
  readonly messages: ServerMessage[] = [];
  readonly socket: WebSocket;
  /** Status of a refused upgrade. */
  readonly refused: Promise<number>;
  #wake = () => {};

  constructor(base: string, room: string, headers: Record<string, string>) {
    this.socket = new WebSocket(`${base.replace("http", "ws")}/api/v1/rooms/${room}/live`, { headers });
    this.socket.on("error", () => {});
    this.socket.on("message", (data) => {
      this.messages.push(JSON.parse(data.toString()) as ServerMessage);
      this.#wake();
    });
    this.refused = new Promise((resolve) => {
      this.socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    });
  }

  async next<Type extends ServerMessage["type"]>(type: Type): Promise<Extract<ServerMessage, { type: Type }>> {
    for (;;) {
      const index = this.messages.findIndex((message) => message.type === type);
      const found = this.messages[index];
      if (found !== undefined) {
        this.messages.splice(0, index + 1);
        return found as Extract<ServerMessage, { type: Type }>;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }
}
