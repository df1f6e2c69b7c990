import { type PenChunk, type PenSource, PenSourceError } from "@penlight/pen-gateway";
import { type Lesson, type PupilAct, VirtualPen, type VirtualPenOptions } from "@penlight/pen-gateway/simulator";
import {
  type AnswerValue,
  type Clock,
  DOT_STRIDE,
  type ItemId,
  type PageAddress,
  type PenId,
  type Random,
  type RoomId,
  type StudentId,
} from "@penlight/proto";
import { FRAME_READY, FrameReader } from "@penlight/proto/pen";
import type { Faults } from "./faults.ts";
import type { Incarnation } from "./fence.ts";
import { type InkLedger, lookOfDotFrame } from "./ink-ledger.ts";
import { notificationsOf } from "./notifications.ts";
import type { Trace } from "./trace.ts";

/** Longest delay of a notification, ms. */
export const DELAY_MS_MAX = 1500;

export interface Intention {
  readonly student: StudentId;
  readonly item: ItemId;
  readonly answer: AnswerValue;
  readonly atMs: number;
  readonly final: boolean;
}

/** A gateway as the radio sees it. */
interface Host {
  readonly life: Incarnation;
  readonly room: RoomId;
  heard: PenChunk[];
  wake: () => void;
  /** Looks of the dots handed over. */
  readonly dots: string[];
}

export interface RadioOptions {
  readonly clock: Clock;
  readonly trace: Trace;
  readonly random: Random;
  readonly faults: Faults["link"];
  readonly losesInk: boolean;
  readonly ledger: InkLedger;
  /** Of every dot that is in topic `ink` now, or on the disk of the gateway's outbox. */
  readonly safeLooks: () => ReadonlySet<string>;
  /** World time of lesson time 0. */
  readonly startMs: number;
  readonly lesson: Lesson;
  readonly pens: readonly PenId[];
  /** Where the pen is that is about to be linked: whose gateway hears it. */
  readonly roomOf: (index: number) => RoomId;
  /** Where somebody writes before the lesson: a page of it, or of another note. */
  readonly otherPage: (random: Random) => PageAddress;
  /** Strokes in each pen's memory before the lesson; null: as the seed draws it. */
  readonly memoryStrokes: number | null;
}

/** All the pens of a class, their pupils, and the air between them and whichever gateways live. They outlive them. SIM-4. */
export class Radio {
  readonly options: RadioOptions;
  readonly desks: readonly Desk[];
  readonly truth: Intention[] = [];
  quiet = false;
  readonly #hosts = new Map<RoomId, Host>();

  constructor(options: RadioOptions) {
    this.options = options;
    this.desks = options.pens.map((pen, index) => new Desk(this, pen, index));
  }

  /** The gateway that lives in a room; null: none does. */
  hostIn(room: RoomId): Host | null {
    return this.#hosts.get(room) ?? null;
  }

  /** Everybody has handed in. */
  get handedIn(): boolean {
    return this.desks.every((desk) => desk.handedIn);
  }

  /** All ink that can be had is with the gateway. */
  get silent(): boolean {
    return this.desks.every((desk) => desk.silent);
  }

  /** A pen hands over what is in its memory. */
  get isSyncing(): boolean {
    return this.desks.some(({ pen }) => pen.linked && pen.memory.isTransferring);
  }

  /** What the owner of a pen has stored; null: the pen has none. */
  passwordOf(pen: PenId): string | null {
    return this.desks.find((each) => each.pen.pen === pen)?.password ?? null;
  }

  run(signal: AbortSignal): Promise<unknown> {
    return Promise.all(this.desks.map((desk) => desk.run(signal)));
  }

  source(life: Incarnation, room: RoomId): PenSource {
    const { clock } = this.options;
    return {
      open: (signal) => this.#open(life, room, signal),
      write: (pen, bytes) =>
        life.cross(`write to ${pen}`, async () => {
          const desk = this.desks.find((each) => each.pen.pen === pen);
          if (desk === undefined || !desk.pen.linked) throw new PenSourceError("source.not-connected", pen);
          const link = desk.links;
          await clock.sleep(this.options.random.between(5, 30));
          if (!desk.pen.linked || desk.links !== link) throw new PenSourceError("source.not-connected", pen);
          desk.pen.receive(bytes, clock.nowMs());
        }),
      reject: (pen) => this.desks.find((each) => each.pen.pen === pen)?.reject(),
    };
  }

  /** The gateway is dead: nobody hears the pens, and they notice after a while. */
  detach(life: Incarnation): void {
    const host = [...this.#hosts.values()].find((each) => each.life === life);
    if (host === undefined) return;
    this.#hosts.delete(host.room);
    const { ledger, safeLooks } = this.options;
    const safe = safeLooks();
    ledger.excuse(
      host.dots.filter((look) => !safe.has(look)),
      "the gateway died with it",
    );
    for (const desk of this.desks) if (desk.room === host.room) desk.hostIsGone();
  }

  /** A notification arrives, or a link comes or goes. */
  hear(host: Host | null, chunk: PenChunk, looks: readonly string[]): void {
    if (host === null || host !== this.hostIn(host.room)) {
      this.options.ledger.excuse(looks, "the gateway died with it");
      return;
    }
    host.dots.push(...looks);
    host.heard.push(chunk);
    host.wake();
  }

  async *#open(life: Incarnation, room: RoomId, signal: AbortSignal): AsyncGenerator<readonly PenChunk[]> {
    const host: Host = { life, room, heard: [], wake: () => {}, dots: [] };
    this.#hosts.set(room, host);
    const stop = () => host.wake();
    signal.addEventListener("abort", stop);
    while (!signal.aborted) {
      if (host.heard.length === 0) {
        await new Promise<void>((resolve) => {
          host.wake = resolve;
        });
        continue;
      }
      yield await life.cross("hear", async () => host.heard.splice(0));
    }
    signal.removeEventListener("abort", stop);
    this.detach(life);
  }
}

/** One pupil with a pen. The link is polled like a BLE connection: once an interval. */
export class Desk {
  readonly pen: VirtualPen;
  readonly password: string | null;
  handedIn = false;
  strokes = 0;
  /** Links made so far. */
  links = 0;
  /** Where it was linked last, or will be. */
  room: RoomId;
  readonly #index: number;
  /** What it had written before anybody set its clock is home: from then on any gateway can date its ink. PEN-10. */
  #mayWalk = false;
  readonly #radio: Radio;
  readonly #student: StudentId;
  readonly #random: Random;
  readonly #acts: Iterator<PupilAct>;
  readonly #intervalMs: number;
  readonly #roomBytes: number;
  readonly #reader = new FrameReader("pen");
  readonly #isLegacy: boolean;
  readonly #keepsRest: boolean;
  #act: PupilAct | null;
  #connectMs: number;
  #dropMs = Number.POSITIVE_INFINITY;
  #isRejected = false;
  #linkedTo: Host | null = null;
  #inFlight = 0;
  #arrivesMs = 0;

  constructor(radio: Radio, pen: PenId, index: number) {
    const { random, lesson, startMs, losesInk } = radio.options;
    this.#radio = radio;
    this.#index = index;
    this.room = radio.options.roomOf(index);
    this.#random = random.fork(`desk ${index}`);
    this.#student = lesson.students[index] as StudentId;
    this.#acts = lesson.actsOf(index);
    this.#act = this.#nextAct();
    this.#intervalMs = this.#random.pick([7.5, 15, 20, 30]);
    this.#roomBytes = this.#random.pick([20, 60, 182]);
    this.#connectMs = startMs + this.#random.between(-2000, 500);
    this.#isLegacy = this.#random.chance(0.2);
    this.#keepsRest = losesInk && this.#random.chance(0.3);
    const past = drawPast(random.fork(`past ${index}`));
    this.pen = new VirtualPen({
      pen,
      protocol: this.#isLegacy ? "2.10" : "2.20",
      versionBytes: this.#random.pick([64, 65, 69, 70]),
      clockOffsetMs: this.#random.integer(-400_000_000, 400_000_000),
      keepsCutStroke: this.#keepsRest ? "rest" : "whole",
      ...past,
    });
    this.password = past.password ?? null;
    this.#writeBefore(random.fork(`before ${index}`));
  }

  /** On the bus, yesterday, or in another lesson: the pen was with nobody who heard it. */
  #writeBefore(random: Random): void {
    const { startMs, ledger, otherPage, memoryStrokes } = this.#radio.options;
    if (random.chance(0.5) && memoryStrokes === null) return;
    const count = memoryStrokes ?? random.integer(1, 20);
    const pauseMsMax = Math.min(MINUTE_MS, EARLIER_MS_MAX / count);
    let downMs = startMs - (memoryStrokes === null ? random.between(MINUTE_MS * 2, EARLIER_MS_MAX) : EARLIER_MS_MAX);
    for (let stroke = 0; stroke < count && downMs < startMs - MINUTE_MS; stroke++) {
      const dots = Int32Array.from(
        Array.from({ length: random.integer(1, 30) }, (_, i) => {
          const place = [random.integer(1000, 8000), random.integer(1000, 12_000), random.integer(1, 850)];
          return [9 * (i + 1), ...place, random.integer(60, 120), random.integer(60, 120), random.integer(0, 359)];
        }).flat(),
      );
      const paper = { page: otherPage(random), downMs, upMs: downMs + 9 * (dots.length / DOT_STRIDE) + 5, dots };
      ledger.made(this.pen.pen, dots, paper);
      this.strokes++;
      this.pen.begin(paper);
      this.pen.advance(paper.upMs);
      downMs = paper.upMs + random.between(200, pauseMsMax);
    }
  }

  get silent(): boolean {
    const { pen } = this;
    return (
      this.handedIn && !pen.writing && !pen.hasFrames && this.#inFlight === 0 && pen.memory.strokes.length === 0 && pen.linked
    );
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#radio.options;
    while (!signal.aborted) {
      const nowMs = clock.nowMs();
      this.#write(nowMs);
      this.#mayWalk ||= this.pen.linked && this.pen.registered && this.pen.memory.strokes.length === 0;
      if (!this.pen.linked) this.#connect(nowMs);
      else if (nowMs >= this.#dropMs) this.#drop(nowMs);
      else this.#speak(nowMs);
      await clock.sleep(this.#intervalMs, signal);
    }
  }

  /** The link is kept for a while by a radio that nobody listens to any more. */
  hostIsGone(): void {
    this.#dropMs = Math.min(this.#dropMs, this.#radio.options.clock.nowMs() + this.#random.between(0, 800));
  }

  /** What it said of itself arrived damaged: the gateway takes it for another one, and lets go of it. PEN-2. */
  reject(): void {
    this.#isRejected = this.pen.linked;
    if (this.#isRejected) this.#dropMs = this.#radio.options.clock.nowMs();
  }

  #write(nowMs: number): void {
    const { startMs, ledger } = this.#radio.options;
    for (;;) {
      if (!this.pen.advance(nowMs)) return;
      const act = this.#act;
      if (act === null || startMs + timeOf(act) > nowMs) return;
      this.#act = this.#nextAct();
      if (act.kind === "hand-in") this.handedIn = true;
      if (act.kind === "intention") this.#radio.truth.push({ student: this.#student, ...act, atMs: startMs + act.atMs });
      if (act.kind !== "stroke") continue;
      const { page, downMs, upMs, dots } = act.stroke;
      const paper = { page, downMs: startMs + downMs, upMs: startMs + upMs, dots };
      ledger.made(this.pen.pen, dots, paper);
      this.strokes++;
      this.pen.begin(paper);
    }
  }

  #connect(nowMs: number): void {
    const { quiet } = this.#radio;
    const host = this.#radio.hostIn(this.room);
    if (host === null || nowMs < this.#connectMs) return;
    this.pen.link();
    this.links++;
    this.#linkedTo = host;
    const everyMs = quiet ? Number.POSITIVE_INFINITY : this.#radio.options.faults.dropEveryMs;
    this.#dropMs = Number.isFinite(everyMs) ? nowMs - everyMs * Math.log(1 - this.#random.unit()) : everyMs;
    this.#radio.options.trace.note(`${this.pen.pen} linked`);
    this.#radio.hear(host, { kind: "connected", pen: this.pen.pen, receivedMs: nowMs, mtu: this.#roomBytes + 3 }, []);
  }

  #drop(nowMs: number): void {
    const { options, quiet } = this.#radio;
    // Where ink cannot be lost, what is in the air arrives before the link goes.
    if (!options.losesInk && this.#inFlight > 0) return;
    // Quiet came after this drop was drawn; a link to a dead gateway goes all the same.
    if (quiet && !this.#isRejected && this.#linkedTo === this.#radio.hostIn(this.room)) {
      this.#dropMs = Number.POSITIVE_INFINITY;
      return;
    }
    this.#isRejected = false;
    this.#forgetWaiting();
    this.pen.unlink();
    options.trace.note(`${this.pen.pen} unlinked`);
    this.#connectMs = nowMs + this.#random.between(200, 2500);
    this.#radio.hear(this.#linkedTo, { kind: "lost", pen: this.pen.pen, receivedMs: nowMs }, []);
    this.#linkedTo = null;
    if (this.#mayWalk) this.room = options.roomOf(this.#index);
  }

  /** A pen that keeps only the rest of a cut stroke takes for heard what waited to be sent. */
  #forgetWaiting(): void {
    if (!this.#keepsRest || !this.pen.writing) return;
    const looks = this.pen.takeFrames().flatMap((frame) => this.#lookOf(frame) ?? []);
    this.#radio.options.ledger.excuse(looks, "lost in the air");
  }

  #speak(nowMs: number): void {
    if (!this.pen.hasFrames) return;
    const { faults, ledger } = this.#radio.options;
    const delayMs = !this.#radio.quiet && this.#random.chance(faults.delayed) ? this.#random.between(20, DELAY_MS_MAX) : 0;
    this.#arrivesMs = Math.max(this.#arrivesMs, nowMs + delayMs);
    for (const { bytes, looks } of notificationsOf(this.pen.takeFrames(), this.#roomBytes, (frame) => this.#lookOf(frame))) {
      if (this.#chance(faults.lost)) {
        ledger.excuse(looks, "lost in the air");
        continue;
      }
      if (bytes.length > 1 && this.#chance(faults.cut)) {
        ledger.excuse(looks, "lost in the air");
        this.#send(bytes.subarray(0, this.#random.integer(1, bytes.length - 1)), []);
        continue;
      }
      this.#send(bytes, looks);
      // The legacy family has no event counter: nobody could tell a copy from new ink.
      if (!this.#isLegacy && this.#chance(faults.doubled)) this.#send(bytes, []);
    }
  }

  #chance(rate: number): boolean {
    return !this.#radio.quiet && this.#random.chance(rate);
  }

  #lookOf(frame: Uint8Array): string | null {
    this.#reader.push(frame);
    return this.#reader.next() === FRAME_READY ? lookOfDotFrame(this.pen.pen, this.#reader) : null;
  }

  #send(bytes: Uint8Array, looks: readonly string[]): void {
    const { clock, ledger } = this.#radio.options;
    const host = this.#linkedTo;
    const link = this.links;
    this.#inFlight++;
    void clock.sleep(this.#arrivesMs - clock.nowMs()).then(() => {
      this.#inFlight--;
      const { pen } = this.pen;
      if (!this.pen.linked || this.links !== link) return ledger.excuse(looks, "lost in the air");
      this.#radio.hear(host, { kind: "bytes", pen, receivedMs: clock.nowMs(), bytes }, looks);
    });
  }

  #nextAct(): PupilAct | null {
    const { value, done } = this.#acts.next();
    return done === true ? null : (value as PupilAct);
  }
}

function timeOf(act: PupilAct): number {
  return act.kind === "stroke" ? act.stroke.downMs : act.kind === "away" ? act.fromMs : act.atMs;
}

/** Ink of this long ago is dated within a second without ever having heard the clock: 100 ppm of it. PEN-10. */
const EARLIER_MS_MAX = 2.5 * 3_600_000;
const MINUTE_MS = 60_000;

/** Clocks that run wrong, by years and by parts per million, and locks. Drawn apart: older seeds keep their weather. */
function drawPast(random: Random): Pick<VirtualPenOptions, "clockOffsetMs" | "driftPpm" | "password"> {
  const years = random.chance(0.3) ? { clockOffsetMs: -Math.round(random.between(1, 30) * 365 * 86_400_000) } : {};
  return { ...years, driftPpm: random.integer(-100, 100), password: random.chance(0.2) ? "4711" : null };
}
