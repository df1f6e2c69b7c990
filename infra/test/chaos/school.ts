import path from "node:path";
import type { Board } from "@penlight/proto";
import { type CuttableProxy, openCuttableProxy } from "../e2e/cuttable-proxy.ts";
import { eventually, temporaryFolder } from "../e2e/penlight-process.ts";
import { startKafka, type TestKafka } from "../kafka/broker.ts";
import { freePorts } from "../kafka/broker-node.ts";
import { fillDisk, missingForSmallDisk, mountSmallDisk } from "../processes/small-disk.ts";
import { Supervised } from "./supervised.ts";

export const ROOMS = ["room-a", "room-b"];
const STUDENTS = 10;
/** A lesson takes about three minutes. */
const SPEED = 4;
/** The disk of the first room's outbox. */
const OUTBOX_DISK_KIB = 24 * 1024;
const HEALTHY_MS_MAX = 180_000;
const UNDELIVERED = /ended with ink that the event log did not take/;
const PASSWORD = "a-password-of-the-tests";

export interface SchoolOptions {
  readonly seed: number;
  /** Something went wrong that no fault explains. */
  readonly failed: (what: string) => void;
}

/**
 * Real processes: three brokers, the history server, two processors, two dashboards, and a gateway with a simulated class
 * in each of two rooms, whose way to the brokers leads through proxies that can be cut. A class that has handed in is
 * followed by the next one until `finish`.
 */
export class School {
  readonly folder = temporaryFolder();
  readonly kafka: TestKafka;
  readonly history: Supervised;
  readonly processors: readonly Supervised[];
  readonly dashboards: readonly Supervised[];
  readonly gateways: readonly Supervised[];
  /** For processes that are run to their end. */
  readonly env: Readonly<Record<string, string>>;
  /** Why the first room's outbox is not on a small disk of its own; null: it is. */
  readonly missingDisk = missingForSmallDisk();
  readonly startMs = Date.now();
  readonly #proxies: readonly CuttableProxy[];
  readonly #dashboardPorts: readonly number[];
  readonly #lessons = ROOMS.map(() => 0);
  #isFinishing = false;
  /** The first gateway can put nothing anywhere, or could not a moment ago. */
  #isDiskFull = false;
  #unmount = () => {};

  private constructor(kafka: TestKafka, proxies: readonly CuttableProxy[], ports: readonly number[], options: SchoolOptions) {
    const [historyPort = 0, ...dashboardPorts] = ports;
    this.kafka = kafka;
    this.#proxies = proxies;
    this.#dashboardPorts = dashboardPorts;
    this.env = {
      PENLIGHT_KAFKA_BROKERS: kafka.brokers.join(","),
      PENLIGHT_KAFKA_REPLICATION: "3",
      PENLIGHT_CLICKHOUSE_URL: `http://127.0.0.1:${historyPort}`,
      PENLIGHT_CLICKHOUSE_USER: "penlight",
      PENLIGHT_CLICKHOUSE_PASSWORD: PASSWORD,
    };
    const { env } = this;
    const { failed, seed } = options;
    const ops = ["--ops-port", "0"];
    this.history = new Supervised({
      name: "history",
      command: "history",
      args: () => ["--data", path.join(this.folder.path, "history"), "--history-port", String(historyPort)],
      env: { PENLIGHT_HISTORY_WRITER_PASSWORD: PASSWORD },
      failed,
    });
    this.processors = [1, 2].map(
      (number) => new Supervised({ name: `processor ${number}`, command: "processor", args: () => ops, env, failed }),
    );
    this.dashboards = dashboardPorts.map(
      (port, i) =>
        new Supervised({
          name: `dashboard ${i + 1}`,
          command: "dashboard",
          args: () => ["--port", String(port), ...ops],
          env,
          failed,
        }),
    );
    const brokers = proxies.map(({ port }) => `127.0.0.1:${port}`).join(",");
    this.gateways = ROOMS.map(
      (room, i) =>
        new Supervised({
          name: `gateway of ${room}`,
          command: "gateway",
          args: () => [
            ...["--room", room, "--data", this.#gatewayFolder(room), "--students", String(STUDENTS)],
            ...["--speed", String(SPEED), "--seed", String(1000 * seed + 100 * i + (this.#lessons[i] as number))],
            ...["--exit-when-done", "--dashboard-url", `http://127.0.0.1:${dashboardPorts[i]}`, ...ops],
          ],
          env: { ...env, PENLIGHT_KAFKA_BROKERS: brokers },
          // With neither log nor disk its last ink has nowhere to go, and it says so.
          mayEnd: (what) => this.#isDiskFull && UNDELIVERED.test(what),
          again: () => {
            this.#lessons[i] = (this.#lessons[i] as number) + 1;
            return !this.#isFinishing;
          },
          failed,
        }),
    );
    if (this.missingDisk === null) this.#unmount = mountSmallDisk(this.outboxFolder, OUTBOX_DISK_KIB);
  }

  static async open(options: SchoolOptions): Promise<School> {
    const proxies: CuttableProxy[] = [];
    const kafka = await startKafka({
      nodes: 3,
      listeners: { ROOMS: "PLAINTEXT" },
      reachedBy: async (_, port) => {
        const proxy = await openCuttableProxy(port);
        proxies.push(proxy);
        return proxy.port;
      },
    });
    const school = new School(kafka, proxies, await freePorts(3), options);
    for (const service of school.#services) service.start();
    await school.healthy();
    return school;
  }

  get #services(): readonly Supervised[] {
    return [this.history, ...this.processors, ...this.dashboards, ...this.gateways];
  }

  #gatewayFolder(room: string): string {
    return path.join(this.folder.path, room);
  }

  get outboxFolder(): string {
    return path.join(this.#gatewayFolder(ROOMS[0] as string), `outbox-${ROOMS[0]}`);
  }

  /** Takes all the room that is left there but so much; the returned function gives it back. */
  fillOutboxDisk(leftBytes: number): () => void {
    this.#isDiskFull = true;
    return fillDisk(this.outboxFolder, leftBytes);
  }

  cut(): void {
    for (const proxy of this.#proxies) proxy.cut();
  }

  mend(): void {
    this.#isDiskFull = false;
    for (const proxy of this.#proxies) proxy.mend();
  }

  /** Resolves when every service says that it is ready and every broker answers. */
  async healthy(): Promise<void> {
    await this.kafka.ready();
    await eventually(
      "everything is well again",
      async () => {
        const services = [...this.processors, ...this.dashboards, ...this.gateways.filter((each) => each.isRunning)];
        const ready = await Promise.all([this.#historyAnswers(), ...services.map((each) => each.isReady())]);
        return ready.every(Boolean);
      },
      HEALTHY_MS_MAX,
    );
  }

  /** Who is not well, with what it said last. */
  async ailing(): Promise<string> {
    const services = [...this.processors, ...this.dashboards, ...this.gateways];
    const said = await Promise.all(
      services.map(async (each) => ((await each.isReady()) ? [] : [`${each.name}: ${each.lately}`])),
    );
    return [...((await this.#historyAnswers()) ? [] : ["history"]), ...said.flat()].join("; ");
  }

  async #historyAnswers(): Promise<boolean> {
    const response = await fetch(`${this.env.PENLIGHT_CLICKHOUSE_URL}/ping`).catch(() => null);
    return response?.ok ?? false;
  }

  /** No more lessons: resolves when the classes of now have handed in and their gateways have ended. */
  async finish(): Promise<void> {
    this.#isFinishing = true;
    await eventually("the classes have handed in", async () => this.gateways.every((each) => !each.isRunning), 600_000);
  }

  async boards(room: string): Promise<readonly Board[]> {
    return Promise.all(
      this.#dashboardPorts.map(async (port) => {
        const response = await fetch(`http://127.0.0.1:${port}/api/v1/rooms/${room}/board`);
        if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
        return (await response.json()) as Board;
      }),
    );
  }

  /** Everything ends in good order. Resolves to the names of those that did not. */
  async stop(): Promise<readonly string[]> {
    const services = [...this.gateways, ...this.dashboards, ...this.processors, this.history];
    const codes = await Promise.all(services.map((each) => each.stop()));
    return services.filter((_, i) => (codes[i] ?? 0) !== 0).map(({ name }) => name);
  }

  async close(): Promise<void> {
    await this.stop();
    for (const proxy of this.#proxies) await proxy.close();
    await this.kafka.stop();
    this.#unmount();
    this.folder.remove();
  }
}
