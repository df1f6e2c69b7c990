import { DOT_STRIDE, type Random, type StudentId } from "@penlight/proto";
import { type PenChunk, PenSourceError } from "../pen-source.ts";
import type { Air } from "./air.ts";
import type { PlannedStroke, PupilAct } from "./pupil-act.ts";
import { truthLine } from "./truth.ts";
import type { PaperStroke, VirtualPen } from "./virtual-pen.ts";

/** What becomes of ink that was not heard when the link was lost. */
export type UnheardInk =
  /** The pen keeps it in its memory, as real pens do. */
  | "memory"
  /** It is written once more when the link is back, under the same pen-down time. */
  | "again";

export interface DeskOptions {
  readonly student: StudentId;
  readonly pen: VirtualPen;
  readonly air: Air;
  readonly acts: Iterator<PupilAct>;
  readonly random: Random;
  /** World time of lesson time 0: the pens' clocks stand on it. */
  readonly startMs: number;
  /** Acts that ended before this lesson time are history already. */
  readonly resumeAtMs: number;
  readonly unheard: UnheardInk;
  /** The pupil writes on while the pen is not linked, into the pen's memory. */
  readonly writesUnlinked: boolean;
  readonly truth: (line: string) => void;
}

interface HostWrite {
  readonly bytes: Uint8Array;
  readonly dueMs: number;
  readonly taken: () => void;
  readonly failed: (error: PenSourceError) => void;
}

const RECONNECT_MS = [250, 2500] as const;
/** A connect takes about so long, ms. */
const CONNECTING_MS = 1000;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * One pupil, pen and radio. Sans-I/O: told the time, it says what the gateway hears and when it wants to be told the time
 * again. `nowMs` is gateway clock, `lessonMs` lesson time; both go at the same pace.
 */
export class Desk {
  readonly pen: VirtualPen;
  /** Gateway clock at which there is something to do. */
  nextMs: number;
  handedIn = false;
  /** Strokes that this desk has put on paper. */
  strokes = 0;
  dots = 0;
  /** Links that were lost. */
  drops = 0;
  readonly #options: DeskOptions;
  readonly #writes: HostWrite[] = [];
  #act: PupilAct | null;
  #again: PaperStroke[] = [];
  #eventMs = NEVER;
  #connectMs: number;
  #dropMs = NEVER;
  #backMs = 0;

  constructor(options: DeskOptions, connectMs: number) {
    this.#options = options;
    this.pen = options.pen;
    this.#connectMs = connectMs;
    this.nextMs = connectMs;
    this.#act = this.#pullAct();
  }

  /** All ink is with the gateway and the pupil has handed in. */
  get finished(): boolean {
    const { pen } = this;
    return this.handedIn && !pen.writing && !pen.hasFrames && this.#again.length === 0 && pen.memory.strokes.length === 0;
  }

  /** It is about to be connected. */
  isConnecting(nowMs: number): boolean {
    return !this.pen.linked && this.#connectMs - nowMs <= CONNECTING_MS;
  }

  /** A write of the host; it reaches the pen with the next connection event. */
  write(bytes: Uint8Array, nowMs: number): Promise<void> {
    const { pen } = this;
    if (!pen.linked) return Promise.reject(new PenSourceError("source.not-connected", pen.pen));
    return new Promise((taken, failed) => {
      this.#writes.push({ bytes, dueMs: this.#event(nowMs), taken, failed });
      this.nextMs = Math.min(this.nextMs, this.#eventMs);
    });
  }

  wake(nowMs: number, lessonMs: number, hear: (chunk: PenChunk) => void): void {
    const worldMs = this.#options.startMs + lessonMs;
    if (!this.pen.linked) this.#connect(nowMs, hear);
    else this.#drop(nowMs, hear);
    if (this.pen.linked && nowMs >= this.#eventMs) this.#takeWrites(nowMs, worldMs);
    this.#act = this.#follow(nowMs, lessonMs, worldMs);
    if (this.pen.linked && nowMs >= this.#eventMs) this.#speak(nowMs, hear);
    this.nextMs = this.#next(nowMs, lessonMs);
  }

  #connect(nowMs: number, hear: (chunk: PenChunk) => void): void {
    if (nowMs < this.#connectMs) return;
    const { pen, air } = this.#options;
    pen.link();
    air.open(nowMs);
    this.#eventMs = NEVER;
    hear({ kind: "connected", pen: pen.pen, receivedMs: nowMs, mtu: air.mtu });
  }

  #drop(nowMs: number, hear: (chunk: PenChunk) => void): void {
    const { pen, air, random, unheard } = this.#options;
    const planned = nowMs >= this.#dropMs;
    const off = pen.off && !pen.hasFrames;
    if (!planned && !off && !(nowMs >= this.#eventMs && air.drops())) return;
    if (unheard === "again") this.#again = [...pen.takeUnsent(), ...this.#again];
    pen.unlink();
    if (!off) this.drops++;
    hear({ kind: "lost", pen: pen.pen, receivedMs: nowMs });
    for (const write of this.#writes.splice(0)) write.failed(new PenSourceError("source.not-connected", pen.pen));
    this.#eventMs = NEVER;
    this.#dropMs = NEVER;
    this.#connectMs = Math.max(this.#backMs, nowMs + random.between(RECONNECT_MS[0], RECONNECT_MS[1]));
  }

  #takeWrites(nowMs: number, worldMs: number): void {
    while (this.#writes.length > 0 && (this.#writes[0] as HostWrite).dueMs <= nowMs) {
      const write = this.#writes.shift() as HostWrite;
      this.pen.receive(write.bytes, worldMs);
      write.taken();
    }
  }

  /** Lets the pupil do everything that is due; answers the act that is not. */
  #follow(nowMs: number, lessonMs: number, worldMs: number): PupilAct | null {
    const { pen } = this;
    let act = this.#act;
    for (;;) {
      if (!pen.advance(worldMs)) return act;
      const may = pen.registered || this.#options.writesUnlinked;
      const again = this.#again[0];
      if (again !== undefined) {
        if (!may) return act;
        this.#again.shift();
        pen.begin(again);
        continue;
      }
      if (act === null || timeOf(act) > lessonMs) return act;
      if (act.kind === "stroke" && !may) return act;
      this.#perform(act, nowMs, lessonMs);
      act = this.#pullAct();
    }
  }

  #perform(act: PupilAct, nowMs: number, lessonMs: number): void {
    const { startMs, student, truth } = this.#options;
    switch (act.kind) {
      case "stroke":
        this.pen.begin(onPaper(act.stroke, startMs));
        this.strokes++;
        this.dots += act.stroke.dots.length / DOT_STRIDE;
        break;
      case "intention":
        truth(truthLine(student, Math.round(nowMs), act));
        break;
      case "away":
        this.#backMs = nowMs + act.toMs - lessonMs;
        if (this.pen.linked) this.#dropMs = nowMs;
        else this.#connectMs = Math.max(this.#connectMs, this.#backMs);
        break;
      case "hand-in":
        this.handedIn = true;
        break;
    }
  }

  #speak(nowMs: number, hear: (chunk: PenChunk) => void): void {
    const { pen, air } = this.#options;
    this.#eventMs = NEVER;
    if (!pen.hasFrames) return;
    air.carry(pen.takeFrames(), (bytes) => hear({ kind: "bytes", pen: pen.pen, receivedMs: nowMs, bytes }));
  }

  /** An act that is due and was not done waits for the link: the connection or a write of the host wakes this desk then. */
  #next(nowMs: number, lessonMs: number): number {
    const { pen } = this;
    const aheadMs = this.#act === null ? 0 : timeOf(this.#act) - lessonMs;
    const actMs = aheadMs > 0 && !pen.writing ? nowMs + aheadMs : NEVER;
    if (!pen.linked) return Math.min(this.#connectMs, actMs, pen.writing ? nowMs + this.#options.air.intervalMs : NEVER);
    const busy = pen.writing || pen.hasFrames || pen.off || this.#writes.length > 0;
    return Math.min(busy ? this.#event(nowMs) : NEVER, actMs, this.#dropMs);
  }

  /** The connection event that is waited for; fixed once asked, so that jitter is drawn once an event. */
  #event(nowMs: number): number {
    if (this.#eventMs === NEVER) this.#eventMs = this.#options.air.eventAfter(nowMs);
    return this.#eventMs;
  }

  /** The next act that is not history yet. */
  #pullAct(): PupilAct | null {
    const { acts, resumeAtMs } = this.#options;
    for (;;) {
      const { value, done } = acts.next();
      if (done === true) return null;
      const act = value as PupilAct;
      if (act.kind === "hand-in" || endOf(act) >= resumeAtMs) return act;
    }
  }
}

function onPaper(stroke: PlannedStroke, startMs: number): PaperStroke {
  return { page: stroke.page, downMs: startMs + stroke.downMs, upMs: startMs + stroke.upMs, dots: stroke.dots };
}

function timeOf(act: PupilAct): number {
  return act.kind === "stroke" ? act.stroke.downMs : act.kind === "away" ? act.fromMs : act.atMs;
}

function endOf(act: PupilAct): number {
  return act.kind === "stroke" ? act.stroke.upMs : act.kind === "away" ? act.toMs : act.atMs;
}
