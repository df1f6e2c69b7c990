import { type AssignmentId, encodeSetup, type PenId, type SetupRecord, setupKeyOf, worksheetKey } from "@penlight/proto";
import { type DemoClass, demoClass } from "../../src/demo/demo-class.ts";
import { openKafkaLog } from "../../src/event-log/kafka-log.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { Pupil } from "../ble/pupil.ts";
import { addressOf } from "../ble/room.ts";
import { VirtualAir } from "../ble/virtual-air.ts";
import { eventually } from "../e2e/penlight-process.ts";
import type { District } from "./district.ts";

const TURN_MS = 15;
/** The rooms; the gateway of each has the adapter of the same number. */
const ROOMS = ["west", "east"] as const;

/** Two rooms with a gateway's process each, and the pens of both classes, which both hear equally well. */
export class SharedPens {
  readonly pupils: readonly Pupil[];
  readonly #district: District;
  readonly #air: VirtualAir;
  readonly #clock = new SystemClock();
  readonly #turns: NodeJS.Timeout;

  private constructor(district: District, air: VirtualAir, pens: readonly PenId[]) {
    this.#district = district;
    this.#air = air;
    this.pupils = pens.map((pen) => new Pupil({ air, pen }));
    air.hear = (news) => this.pupils.find(({ pen }) => pen.pen === news.pen)?.hear(news, this.#clock.nowMs());
    this.#turns = setInterval(() => {
      for (const pupil of this.pupils) pupil.turn(this.#clock.nowMs());
    }, TURN_MS);
  }

  /** Both gateways are there, and each room has a lesson with a class of its own; no pen is on the air yet. */
  static async open(district: District, students: number): Promise<SharedPens> {
    const air = await VirtualAir.open(ROOMS.length);
    const clock = new SystemClock();
    const classes = ROOMS.map((room) => {
      const lesson = { assignment: `lesson-${room}` as AssignmentId, opensMs: Math.round(clock.nowMs()) - 1000 };
      return demoClass({ room, students, seed: 3, worksheet: "fractions", ...lesson });
    });
    // One append: whoever knows the pens knows the lessons.
    await put(district, clock, classes.flatMap(recordsOf));
    const names = ["NODE_OPTIONS", "PENLIGHT_TEST_HCI_PORT"];
    const env = Object.fromEntries(names.map((name) => [name, air.env[name] ?? ""]));
    const gateways = ROOMS.map((room, adapter) => {
      const where = ["--adapters", `hci${adapter}`, "--room", room, "--data", district.gatewayData];
      return district.start("gateway", ["--pens", "bluetooth", ...where], env);
    });
    for (const gateway of gateways) {
      await gateway.ready();
      await eventually("its adapter is on", async () => (await gateway.part("radio"))?.ready);
    }
    return new SharedPens(
      district,
      air,
      classes.flatMap(({ pens }) => pens.map(({ id }) => id)),
    );
  }

  /** Every pen goes on the air at once, under addresses of this turn. */
  advertise(turn: number): void {
    for (const [index, { pen }] of this.pupils.entries()) {
      if (turn === 0) this.#air.pen({ pen: pen.pen, address: addressOf(index, turn), mtu: 247 });
      else this.#air.move(pen.pen, addressOf(index, turn));
      this.#air.advertise(pen.pen);
    }
  }

  /** Every pen goes out of reach. */
  leave(): void {
    for (const pupil of this.pupils) {
      pupil.silence();
      this.#air.advertise(pupil.pen.pen, false);
      this.#air.drop(pupil.pen.pen);
    }
  }

  /** Adapters that have connected each pen so far, once every pen is at work. */
  async connections(): Promise<number[][]> {
    await eventually("every pen is registered", async () => this.pupils.every(({ pen }) => pen.registered));
    return this.pupils.map(({ links }) => links.map(({ adapter }) => adapter));
  }

  async allGone(): Promise<void> {
    await eventually("every link is gone", async () => this.pupils.every(({ pen }) => !pen.linked));
  }

  async close(): Promise<void> {
    clearInterval(this.#turns);
    await this.#district.close();
    await this.#air.close();
  }
}

function recordsOf({ room, schoolClass, worksheet, pens, assignment }: DemoClass): SetupRecord[] {
  return [
    { kind: "rooms", id: room.id, version: 1, document: room },
    { kind: "classes", id: schoolClass.id, version: 1, document: schoolClass },
    { kind: "worksheets", id: worksheetKey(worksheet.id, worksheet.version), version: 1, document: worksheet },
    ...pens.map((document) => ({ kind: "pens", id: document.id, version: 1, document }) as const),
    { kind: "assignments", id: assignment.id, version: 1, document: assignment },
  ];
}

async function put({ env }: District, clock: SystemClock, records: readonly SetupRecord[]): Promise<void> {
  const { PENLIGHT_KAFKA_BROKERS = "", PENLIGHT_KAFKA_PREFIX: prefix = "" } = env;
  const log = await openKafkaLog({ brokers: PENLIGHT_KAFKA_BROKERS.split(","), prefix, clientId: "penlight-test", clock });
  const timestampMs = clock.nowMs();
  try {
    const list = records.map((record) => {
      return { key: setupKeyOf(record.kind, record.id), value: encodeSetup(record), timestampMs };
    });
    await log.append("setup", list);
  } finally {
    await log.close();
  }
}
