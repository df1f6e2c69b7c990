import path from "node:path";
import type { Board } from "@penlight/proto";
import type { CommandName } from "../../src/config.ts";
import { eventually, temporaryFolder } from "../e2e/penlight-process.ts";
import type { TestKafka } from "../kafka/broker.ts";
import { freePorts } from "../kafka/broker-node.ts";
import { ServiceProcess } from "./service-process.ts";
import { mountSmallDisk } from "./small-disk.ts";

let made = 0;

/** Fresh topics on a broker, a history server, and whatever services a test starts; nothing of it is left at the end. */
export class District {
  readonly folder = temporaryFolder();
  readonly env: Record<string, string>;
  readonly #services: ServiceProcess[] = [];
  readonly #historyPort: number;
  readonly #disks: (() => void)[] = [];

  private constructor(kafka: TestKafka, historyPort: number) {
    this.#historyPort = historyPort;
    this.env = {
      PENLIGHT_KAFKA_BROKERS: kafka.brokers.join(","),
      PENLIGHT_KAFKA_PREFIX: `processes-${process.pid}-${made++}.`,
      PENLIGHT_CLICKHOUSE_URL: `http://127.0.0.1:${historyPort}`,
      PENLIGHT_CLICKHOUSE_USER: "penlight",
      PENLIGHT_CLICKHOUSE_PASSWORD: "a-password-of-the-tests",
    };
  }

  static async open(kafka: TestKafka): Promise<District> {
    const [historyPort = 0] = await freePorts(1);
    return new District(kafka, historyPort);
  }

  start(command: CommandName, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): ServiceProcess {
    const ops = ["gateway", "processor", "dashboard", "history"].includes(command) ? ["--ops-port", "0"] : [];
    const service = new ServiceProcess(command, [...args, ...ops], { ...this.env, ...env });
    this.#services.push(service);
    return service;
  }

  /** Resolves when it answers. A second one goes on with the data of the first. */
  async history(): Promise<ServiceProcess> {
    const args = ["--data", path.join(this.folder.path, "history"), "--history-port", String(this.#historyPort)];
    const service = this.start("history", args, {
      PENLIGHT_HISTORY_WRITER_PASSWORD: this.env.PENLIGHT_CLICKHOUSE_PASSWORD ?? "",
    });
    await service.said(/history is at (http:\/\/\S+)/);
    return service;
  }

  async dashboard(): Promise<{ readonly service: ServiceProcess; readonly url: string }> {
    const service = this.start("dashboard", ["--port", "0"]);
    const url = (await service.said(/Penlight is at (http:\/\/\S+?)\/\s/)).replace(/\/$/, "");
    await service.ready();
    return { service, url };
  }

  /** A simulated class at many times the pace of life, that ends when it has handed in. */
  gateway(dashboardUrl: string, students: number, speed = 20): ServiceProcess {
    const args = ["--students", String(students), "--speed", String(speed), "--seed", "5", "--exit-when-done"];
    return this.start("gateway", [...args, "--data", this.gatewayData, "--dashboard-url", dashboardUrl]);
  }

  get gatewayData(): string {
    return path.join(this.folder.path, "gateway");
  }

  /** A folder becomes a disk of its own, of this size, until the end. */
  mount(folder: string, kib: number): void {
    this.#disks.push(mountSmallDisk(folder, kib));
  }

  /** Asks the history as one of our processes does. */
  async query(sql: string): Promise<string> {
    const { PENLIGHT_CLICKHOUSE_URL: url, PENLIGHT_CLICKHOUSE_PASSWORD: password = "" } = this.env;
    const headers = { "x-clickhouse-user": "penlight", "x-clickhouse-key": password, "x-clickhouse-database": "penlight" };
    const response = await fetch(url as string, { method: "POST", body: sql, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text.trim();
  }

  /** Everything ends, in whatever state it is. */
  async close(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.kill()));
    for (const unmount of this.#disks.splice(0)) unmount();
    this.folder.remove();
  }
}

export async function boardAt(url: string): Promise<Board> {
  const response = await fetch(`${url}/api/v1/rooms/demo-room/board`);
  if (!response.ok) throw new Error(`${response.status}`);
  return (await response.json()) as Board;
}

/** The board once the sheets are collected and no cell is open any more. */
export function finalBoard(url: string): Promise<Board> {
  return eventually(
    "the class has handed in",
    async () => {
      const board = await boardAt(url);
      const settled = board.cells.every((cell) => !["writing", "not-started"].includes(cell.state));
      return board.assignment?.closesMs !== null && settled ? board : null;
    },
    120_000,
  );
}

/** Strokes that the pupils made, as the gateway counted them. */
export function strokesMade(gateway: ServiceProcess): number {
  return Number(/handed-in .*?strokes=(\d+)/.exec(gateway.error)?.[1]);
}
