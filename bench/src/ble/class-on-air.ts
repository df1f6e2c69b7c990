import { DEMO_WORKSHEETS } from "@penlight/infra/demo/demo-class";
import { SystemClock } from "@penlight/infra/system-clock";
import { addressOf, type PenAir, Pupil, VirtualAir } from "@penlight/infra/test-ble";
import { forkRadio, NobleSource, type PenSource, runGateway } from "@penlight/pen-gateway";
import { createSteadyLesson, penIdsOf } from "@penlight/pen-gateway/simulator";
import { type EventLog, type PenId, Random, type RoomId, type StudentId } from "@penlight/proto";
import { hashOf } from "../result.ts";
import { DirectAir } from "./direct-air.ts";
import { cpuSecondsOf } from "./process-facts.ts";

const TURN_MS = 15;
const TIP_DOWN = 0.65;

export interface Heard {
  /** From the moment a pen gives a notification to its radio to the moment the gateway has it, ms, one a notification. */
  readonly latenciesMs: readonly number[];
  /** CPU time of the adapters' processes and of this one, seconds. */
  readonly adaptersCpu: number;
  readonly ownCpu: number;
  readonly dots: number;
  /** Of how many strokes and dots each pen put on paper. */
  readonly hash: string;
}

/** Nothing is kept: the way of the bytes to the gateway is what is measured. */
const NO_LOG: EventLog = { append: async () => {}, consume: async () => {}, close: async () => {} };

interface Measured {
  readonly pupils: readonly Pupil[];
  readonly source: PenSource;
  /** When each notification of a pen was given to its radio; the gateway takes them off. */
  readonly sent: ReadonlyMap<PenId, number[]>;
  readonly adapters: () => readonly number[];
  readonly seat: () => void;
}

/** The class over virtual adapters and noble's processes. */
export async function overTheAir(pens: number, adapters: number, durationMs: number): Promise<Heard> {
  const air = await VirtualAir.open(adapters);
  air.useHere();
  const pids: number[] = [];
  const source = new NobleSource({
    clock: new SystemClock(),
    random: new Random("bench"),
    isRegistered: () => true,
    tell: () => {},
    listAdapters: () => air.adapters,
    startRadio: (options) => {
      const child = forkRadio(options);
      pids.push(child.pid ?? 0);
      return child;
    },
  });
  const { pupils, sent } = seated(pens, air);
  air.hear = (news) => pupils.find(({ pen }) => pen.pen === news.pen)?.hear(news, nowMs());
  const seat = () => {
    for (const [index, { pen }] of pupils.entries()) {
      air.pen({ pen: pen.pen, address: addressOf(index), mtu: 247 });
      air.advertise(pen.pen);
    }
  };
  const heard = await measure({ pupils, source, sent, seat, adapters: () => pids }, durationMs);
  await air.close();
  return heard;
}

/** The same class, its bytes fed in directly. */
export async function direct(pens: number, durationMs: number): Promise<Heard> {
  const air = new DirectAir();
  const { pupils, sent } = seated(pens, air);
  const of = (pen: PenId) => pupils.find((each) => each.pen.pen === pen);
  air.subscribed = (pen, mtu) => of(pen)?.hear({ on: "subscribed", pen, adapter: 0, service: "16", mtu }, nowMs());
  air.written = (pen, bytes) => of(pen)?.hear({ on: "written", pen, hex: Buffer.from(bytes).toString("hex") }, nowMs());
  const seat = () => {
    for (const { pen } of pupils) air.advertise(pen.pen);
  };
  return measure({ pupils, source: air, sent, seat, adapters: () => [] }, durationMs);
}

function seated(pens: number, air: PenAir) {
  const sent = new Map<PenId, number[]>();
  const timed: PenAir = {
    advertise: (pen, on) => air.advertise(pen, on),
    drop: (pen) => air.drop(pen),
    move: (pen, address) => air.move(pen, address),
    notify: (pen, bytes) => {
      sent.get(pen)?.push(performance.now());
      air.notify(pen, bytes);
    },
  };
  const pupils = penIdsOf("bench", pens).map((pen) => {
    sent.set(pen, []);
    return new Pupil({ air: timed, pen });
  });
  return { pupils, sent };
}

async function measure({ pupils, source, sent, seat, adapters }: Measured, durationMs: number): Promise<Heard> {
  const latenciesMs: number[] = [];
  let measuring = false;
  const tapped: PenSource = {
    write: (pen, piece) => source.write(pen, piece),
    async *open(signal) {
      for await (const chunks of source.open(signal)) {
        for (const chunk of chunks) {
          const atMs = chunk.kind === "bytes" ? sent.get(chunk.pen)?.shift() : undefined;
          if (measuring && atMs !== undefined) latenciesMs.push(performance.now() - atMs);
        }
        yield chunks;
      }
    },
  };
  const stop = new AbortController();
  const options = { log: NO_LOG, clock: new SystemClock(), room: "bench" as RoomId, signal: stop.signal };
  const running = runGateway({ source: tapped, ...options });
  const turns = setInterval(() => {
    for (const pupil of pupils) pupil.turn(nowMs());
  }, TURN_MS);
  seat();
  await until(() => pupils.every(({ pen }) => pen.registered));
  beginAll(pupils, durationMs, TIP_DOWN);
  const before = { adapters: cpuSecondsOf(adapters()), own: process.cpuUsage() };
  measuring = true;
  await until(() => pupils.every((pupil) => !pupil.isBusy) && [...sent.values()].every((times) => times.length === 0));
  const own = process.cpuUsage(before.own);
  const adaptersCpu = cpuSecondsOf(adapters()) - before.adapters;
  clearInterval(turns);
  stop.abort();
  await running;
  const dots = pupils.reduce((sum, pupil) => sum + pupil.dots, 0);
  const hash = hashOf(pupils.map((pupil) => [pupil.pen.pen, pupil.paper.length, pupil.dots]));
  return { latenciesMs, adaptersCpu, ownCpu: (own.user + own.system) / 1e6, dots, hash };
}

/** Everybody writes from now on. */
export function beginAll(pupils: readonly Pupil[], durationMs: number, penDownShare: number): void {
  const students = pupils.map((_, i) => `s${i + 1}` as StudentId);
  const worksheet = DEMO_WORKSHEETS.fractions;
  const lesson = createSteadyLesson({ seed: "bench", students, worksheet, durationMs, penDownShare });
  for (const [i, pupil] of pupils.entries()) pupil.begin(lesson.actsOf(i), nowMs());
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((wake) => setTimeout(wake, 20));
}

function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
