import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { PENS_PER_ADAPTER } from "@penlight/pen-gateway";
import { createLesson } from "@penlight/pen-gateway/simulator";
import type { AssignmentId } from "@penlight/proto";
import { DEMO_ROOM, demoClass } from "../../src/demo/demo-class.ts";
import { setupClient } from "../../src/setup-client.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { ROOT } from "../../tooling/steps.ts";
import { Pupil } from "./pupil.ts";
import { addressOf } from "./room.ts";
import { VirtualAir } from "./virtual-air.ts";

const TURN_MS = 15;
/** The pens connect meanwhile. */
const LEAD_IN_MS = 5000;

export interface AirClassOptions {
  readonly pens: number;
  /** More for `npm start`. */
  readonly args?: readonly string[];
  readonly say: (text: string) => void;
}

/** `npm start -- --pens bluetooth` in a process of its own, and around it a class on the virtual air. */
export class AirClass {
  /** The page. */
  readonly address: string;
  readonly pupils: readonly Pupil[];
  readonly exited: Promise<unknown>;
  readonly #air: VirtualAir;
  readonly #penlight: ChildProcess;
  readonly #turns: NodeJS.Timeout;
  readonly #folder: string;

  private constructor(air: VirtualAir, penlight: ChildProcess, address: string, pupils: readonly Pupil[], folder: string) {
    this.#air = air;
    this.#penlight = penlight;
    this.address = address;
    this.pupils = pupils;
    this.#folder = folder;
    this.exited = once(penlight, "exit");
    const clock = new SystemClock();
    air.hear = (news) => pupils.find(({ pen }) => pen.pen === news.pen)?.hear(news, clock.nowMs());
    this.#turns = setInterval(() => {
      for (const pupil of pupils) pupil.turn(clock.nowMs());
    }, TURN_MS);
  }

  static async open({ pens: students, args = [], say }: AirClassOptions): Promise<AirClass> {
    const air = await VirtualAir.open(Math.ceil(students / PENS_PER_ADAPTER));
    const folder = mkdtempSync(path.join(tmpdir(), "penlight-air-"));
    const adapters = air.adapters.map((adapter) => `hci${adapter}`).join(",");
    const own = ["--pens", "bluetooth", "--adapters", adapters, "--students", String(students), "--data", folder];
    const penlight = spawn(process.execPath, ["--import", "tsx", "infra/src/run/classroom.ts", ...own, ...args], {
      cwd: ROOT,
      env: air.env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const address = await addressSaid(penlight, say);
    const { pupils } = await seatClass(air, address, students);
    return new AirClass(air, penlight, address, pupils, folder);
  }

  async close(): Promise<void> {
    clearInterval(this.#turns);
    this.#penlight.kill("SIGTERM");
    await this.exited;
    await this.#air.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Passes on what it says, until it has said where it is. */
async function addressSaid(penlight: ChildProcess, say: (text: string) => void): Promise<string> {
  const lines = createInterface({ input: penlight.stdout as NodeJS.ReadableStream });
  return new Promise((found, failed) => {
    lines.on("line", (line) => {
      say(line);
      const address = /^Penlight is at (\S+)/.exec(line)?.[1];
      if (address !== undefined) found(address);
    });
    penlight.once("exit", (code) => failed(new Error(`npm start ended with ${code} before it was there`)));
  });
}

/** Registers the pens as a school would, puts them on the air, and lets the lesson begin. */
async function seatClass(air: VirtualAir, address: string, students: number) {
  const startMs = new SystemClock().nowMs() + LEAD_IN_MS;
  const class_ = { room: DEMO_ROOM, students, seed: 1, worksheet: "fractions", opensMs: startMs } as const;
  const { pens, worksheet, schoolClass } = demoClass({ ...class_, assignment: "" as AssignmentId });
  const put = setupClient({ address, token: null, signal: new AbortController().signal });
  const lesson = createLesson({
    seed: 1,
    students: schoolClass.students.map(({ id }) => id),
    worksheet,
    writesWhileAway: true,
  });
  const pupils: Pupil[] = [];
  for (const [index, pen] of pens.entries()) {
    await put("pens", pen.id, pen);
    const pupil = new Pupil({ air, pen: pen.id, addressOf: (turn) => addressOf(index, turn) });
    pupils.push(pupil);
    air.pen({ pen: pen.id, address: addressOf(index), mtu: [23, 64, 160, 185, 247][index % 5] as number });
    air.advertise(pen.id);
    pupil.begin(lesson.actsOf(index), startMs);
  }
  return { pupils };
}
