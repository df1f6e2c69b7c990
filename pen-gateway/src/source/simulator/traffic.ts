import { type PenId, Random, type StudentId, type Worksheet } from "@penlight/proto";
import { encodeHostFrame } from "@penlight/proto/pen";
import { Air, type AirFaults } from "./air.ts";
import type { PlannedStroke } from "./pupil-act.ts";
import { penIdsOf } from "./simulated-class.ts";
import { createSteadyLesson } from "./steady-lesson.ts";
import { VirtualPen } from "./virtual-pen.ts";

export interface TrafficOptions {
  readonly seed: string | number;
  readonly pens: number;
  readonly worksheet: Worksheet;
  readonly durationMs: number;
  /** "new": counted events (protocol 2.12 up); "legacy": the older ones. */
  readonly family: "new" | "legacy";
  readonly mtu?: number;
  /** Several frames share a notification. Default false: one a frame. */
  readonly packs?: boolean;
  readonly faults?: AirFaults;
}

/** One notification. `atMs` counts from 0. */
export interface TrafficNotification {
  readonly pen: PenId;
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

/** How often a pen may speak: the connection interval of all pens here. */
const INTERVAL_MS = 15;

/**
 * The live bytes of many writing pens without clock, source or scheduling: turn by turn, all pens of a turn in one list.
 * The handshake is done before; what the pens answered to it is left out.
 */
export function* simulateTraffic(options: TrafficOptions): Generator<readonly TrafficNotification[]> {
  const { seed, durationMs, worksheet } = options;
  const random = new Random(`traffic/${seed}`);
  const ids = penIdsOf(seed, options.pens);
  const students = ids.map((_, i) => `s${i + 1}` as StudentId);
  const lesson = createSteadyLesson({ seed, students, worksheet, durationMs });
  const writers = ids.map(
    (id, i) => new Writer(registeredPen(id, options.family), airOf(options, random.fork(id)), lesson.actsOf(i)),
  );
  for (let atMs = INTERVAL_MS; ; atMs += INTERVAL_MS) {
    const turn: TrafficNotification[] = [];
    let busy = false;
    for (const writer of writers) busy = writer.advance(atMs, turn) || busy;
    if (turn.length > 0) yield turn;
    if (!busy) return;
  }
}

class Writer {
  readonly #pen: VirtualPen;
  readonly #air: Air;
  readonly #acts: Iterator<{ readonly kind: string; readonly stroke?: PlannedStroke }>;
  #next: PlannedStroke | null;

  constructor(pen: VirtualPen, air: Air, acts: Iterator<{ readonly kind: string; readonly stroke?: PlannedStroke }>) {
    this.#pen = pen;
    this.#air = air;
    this.#acts = acts;
    this.#next = this.#pull();
  }

  /** False: this pen has nothing more to write. */
  advance(atMs: number, turn: TrafficNotification[]): boolean {
    const pen = this.#pen;
    while (pen.advance(atMs) && this.#next !== null && this.#next.downMs <= atMs) {
      pen.begin(this.#next);
      this.#next = this.#pull();
    }
    if (pen.hasFrames) this.#air.carry(pen.takeFrames(), (bytes) => turn.push({ pen: pen.pen, atMs, bytes }));
    return pen.writing || this.#next !== null;
  }

  #pull(): PlannedStroke | null {
    for (let step = this.#acts.next(); step.done !== true; step = this.#acts.next()) {
      if (step.value.stroke !== undefined) return step.value.stroke;
    }
    return null;
  }
}

/** Pen clock of the first pen-down: any time that a pen can have. */
const CLOCK_MS = 1_780_000_000_000;

function registeredPen(id: PenId, family: "new" | "legacy"): VirtualPen {
  const pen = new VirtualPen({ pen: id });
  pen.link();
  const protocol = family === "new" ? "2.18" : "2.10";
  pen.receive(encodeHostFrame({ kind: "versionRequest", appType: 0x1201, appVersion: "1.0.0", protocol }), 0);
  pen.receive(encodeHostFrame({ kind: "setSetting", setting: { type: "time", value: CLOCK_MS } }), 0);
  pen.receive(encodeHostFrame({ kind: "useAllNotes" }), 0);
  pen.takeFrames();
  return pen;
}

function airOf(options: TrafficOptions, random: Random): Air {
  return new Air({
    random,
    mtu: options.mtu ?? 185,
    intervalMs: INTERVAL_MS,
    jitter: 0,
    packs: options.packs ?? false,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
  });
}
