import { setTimeout as sleep } from "node:timers/promises";
import {
  type BluetoothTrouble,
  NobleSource,
  type NobleSourceOptions,
  type PenChunk,
  type PenSource,
  runGateway,
} from "@penlight/pen-gateway";
import { createSteadyLesson, penIdsOf } from "@penlight/pen-gateway/simulator";
import {
  DOT_STRIDE,
  decodeInk,
  dotsOf,
  type EventLog,
  type InkRecord,
  type PenId,
  Random,
  type RoomId,
  type StudentId,
} from "@penlight/proto";
import { DEMO_WORKSHEETS } from "../../src/demo/demo-class.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { lookOf } from "../sim/ink-ledger.ts";
import { Pupil, type PupilOptions } from "./pupil.ts";
import { type AirPenOptions, VirtualAir } from "./virtual-air.ts";

const TURN_MS = 15;
/** Nothing that is waited for takes so long; what hangs says what it hung on. */
const WAIT_MS_MAX = 60_000;

export interface RoomOptions {
  readonly adapters: number;
  /** How many pens of the school there are; they are on the air when `seat` puts them there. */
  readonly pens: number;
  readonly source?: Partial<NobleSourceOptions>;
}

/** A classroom on the virtual air: bumble's radios, noble in its processes, the gateway's own loop, and what it recorded. */
export class Room {
  readonly air: VirtualAir;
  readonly pens: readonly PenId[];
  readonly source: NobleSource;
  readonly pupils = new Map<PenId, Pupil>();
  readonly records: InkRecord[] = [];
  readonly troubles: (BluetoothTrouble | null)[] = [];
  /** Bytes that the source gave of each pen, one list a link. */
  readonly heard = new Map<PenId, Uint8Array[][]>();
  readonly clock = new SystemClock();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #turns: NodeJS.Timeout;

  private constructor(air: VirtualAir, { pens, source }: RoomOptions) {
    this.air = air;
    this.pens = penIdsOf("air", pens);
    const registered = new Set(this.pens);
    this.source = new NobleSource({
      clock: this.clock,
      random: new Random("air"),
      isRegistered: (pen) => registered.has(pen),
      tell: (trouble) => void this.troubles.push(trouble),
      listAdapters: () => air.adapters,
      ...source,
    });
    air.useHere();
    air.hear = (news) => this.pupils.get(news.pen)?.hear(news, this.clock.nowMs());
    this.#turns = setInterval(() => {
      for (const pupil of this.pupils.values()) pupil.turn(this.clock.nowMs());
    }, TURN_MS);
    const options = { log: this.#log(), clock: this.clock, room: "air" as RoomId, signal: this.#stop.signal };
    this.#running = runGateway({ source: this.#tapped(), ...options });
  }

  static async open(options: RoomOptions): Promise<Room> {
    return new Room(await VirtualAir.open(options.adapters), options);
  }

  /** Puts a pen on the air. */
  seat(index: number, pen: Partial<AirPenOptions> = {}, pupil: Partial<PupilOptions> = {}): Pupil {
    const id = this.pens[index] as PenId;
    const seated = new Pupil({ air: this.air, pen: id, ...pupil });
    this.pupils.set(id, seated);
    this.air.pen({ pen: id, address: addressOf(index), ...pen });
    this.air.advertise(id);
    return seated;
  }

  seatAll(pen: (index: number) => Partial<AirPenOptions> = () => ({})): Pupil[] {
    return this.pens.map((_, index) => this.seat(index, pen(index)));
  }

  /** The pen goes out of range; when it advertises again, it does so under another address. */
  leave(pupil: Pupil, address: string): void {
    const { pen } = pupil.pen;
    pupil.silence();
    this.air.advertise(pen, false);
    this.air.drop(pen);
    this.air.move(pen, address);
  }

  /** Somebody pulls an adapter out. */
  unplug(adapter: number): void {
    for (const pupil of this.pupils.values()) if (pupil.links.at(-1)?.adapter === adapter) pupil.silence();
    this.air.unplug(adapter);
  }

  /** Waits for a state, not for a time. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    const untilMs = performance.now() + WAIT_MS_MAX;
    while (!isSo()) {
      if (performance.now() > untilMs)
        throw new Error(`it never came to this: ${what}; ${JSON.stringify(this.source.radio())}`);
      await sleep(20);
    }
  }

  async allReady(pupils: readonly Pupil[] = [...this.pupils.values()]): Promise<void> {
    await this.until("every pen is registered", () => pupils.every((pupil) => pupil.pen.registered));
  }

  /** All pupils write for so long, at 100 dots a second while the tip is down. */
  begin(durationMs: number, penDownShare: number, pupils: readonly Pupil[] = [...this.pupils.values()]): void {
    const students = pupils.map((_, i) => `s${i + 1}` as StudentId);
    const lesson = createSteadyLesson({
      seed: "air",
      students,
      worksheet: DEMO_WORKSHEETS.fractions,
      durationMs,
      penDownShare,
    });
    for (const [i, pupil] of pupils.entries()) pupil.begin(lesson.actsOf(i), this.clock.nowMs());
  }

  /** Everything that was written on paper has come to the gateway, or never will. */
  async allWritten(pupils: readonly Pupil[] = [...this.pupils.values()]): Promise<void> {
    await this.until("all pupils have written what they wanted", () => pupils.every((pupil) => !pupil.isBusy));
    await this.until("all notifications are heard", () =>
      pupils.every((pupil) => {
        const sent = pupil.links.at(-1)?.notifications ?? [];
        return !pupil.pen.linked || byteCount(sent) === byteCount(this.heardOf(pupil.pen.pen).at(-1) ?? []);
      }),
    );
  }

  /** An adapter has this pen, as the source sees it. */
  hasPen(pen: PenId): boolean {
    return this.source.radio().pens.some((each) => each.pen === pen);
  }

  heardOf(pen: PenId): readonly Uint8Array[][] {
    return this.heard.get(pen) ?? [];
  }

  /** What every dot of a pen in topic `ink` looks like, in the order of the records. */
  looksOf(pen: PenId, source: "live" | "memory" = "live"): string[] {
    return this.records.flatMap(({ body }) => {
      if (body.kind !== "dots" || body.batch.pen !== pen || body.batch.source !== source) return [];
      return looks(pen, dotsOf(body.batch) ?? new Int32Array(0));
    });
  }

  /** Ends the gateway in good order. */
  async end(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#turns);
    await this.end();
    await this.air.close();
  }

  #tapped(): PenSource {
    const { source, heard } = this;
    return {
      async *open(signal: AbortSignal) {
        for await (const chunks of source.open(signal)) {
          for (const chunk of chunks) note(heard, chunk);
          yield chunks;
        }
      },
      write: (pen, bytes) => source.write(pen, bytes),
      reject: (pen) => source.reject(pen),
      radio: () => source.radio(),
    };
  }

  #log(): EventLog {
    return {
      append: async (_topic, records) => {
        for (const { value } of records) {
          const record = decodeInk(value);
          if (record !== null) this.records.push(record);
        }
      },
      consume: async () => {},
      close: async () => {},
    };
  }
}

function note(heard: Map<PenId, Uint8Array[][]>, chunk: PenChunk): void {
  const links = heard.get(chunk.pen) ?? [];
  heard.set(chunk.pen, links);
  if (chunk.kind === "connected") links.push([]);
  if (chunk.kind === "bytes") (links.at(-1) ?? []).push(chunk.bytes);
}

/** Random static addresses, as pens have them. */
export function addressOf(index: number, turn = 0): string {
  return `C0:00:00:00:${turn.toString(16).padStart(2, "0")}:${(index + 1).toString(16).padStart(2, "0")}`.toUpperCase();
}

export function looks(pen: PenId, dots: Int32Array): string[] {
  return Array.from({ length: dots.length / DOT_STRIDE }, (_, dot) => lookOf(pen, dots, dot * DOT_STRIDE));
}

export function paperLooks(pupil: Pupil): string[] {
  return pupil.paper.flatMap(({ dots }) => looks(pupil.pen.pen, dots));
}

export function byteCount(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

export function joined(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString("hex");
}
