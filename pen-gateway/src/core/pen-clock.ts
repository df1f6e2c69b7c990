import { ClockFit, type ClockSample, DRIFT_MAX } from "./clock-fit.ts";

/** Pen times outside are no times: before 10 s the pen has no clock at all, beyond 2^52 ms it is noise. PEN-6. */
const PEN_TIME_MIN_MS = 10_000;
const PEN_TIME_MAX_MS = 2 ** 52;

export function isPenTime(ms: number): boolean {
  return ms >= PEN_TIME_MIN_MS && ms < PEN_TIME_MAX_MS;
}

/** Clocks that are remembered of a pen, the present one with them; more than two only where somebody else sets it, too. */
const CLOCKS_MAX = 5;
/** Moments of one clock that are remembered: the ends of so many connections. */
const ANCHORS_MAX = 8;
/** From the question to its answer, with repeats: so much may lie between a setting and its being known, ms. */
const SETTING_MS_MAX = 10_000;
/** A pen may keep whole seconds of what it is told. */
const SETTING_DOUBT_MS = 1000;
/** A first time of a connection that is further than this from what was expected is another clock's, ms. */
const JUMP_MS_MIN = 5000;
/** Closer together than this, two moments say nothing of the drift, ms. */
const ANCHOR_SPAN_MS_MIN = 2 * 3_600_000;
/** Times heard live that are remembered of a clock: of so many connections. */
const HEARD_MAX = 8;
/** Nothing is under way for longer than this: so far within its ends a time heard live certainly was, ms. */
const HEARD_DOUBT_MS = 5000;

/** From when to when a pen was heard live, on its own clock, ms. */
export interface HeardSpan {
  readonly fromPenMs: number;
  readonly untilPenMs: number;
}

/** When a stroke began and ended, on the pen's clock, ms. */
export interface StrokeTimes {
  readonly downMs: number;
  readonly upMs: number;
}

/** One clock of a pen, from one setting of it to the next. Times are that clock's, ms. */
export interface PenClockSpan {
  /** It said no time before this one; null: not known. */
  readonly fromPenMs: number | null;
  /** It said this when it was set to another time; null: it is the present one. */
  readonly untilPenMs: number | null;
  /** What it was off by, at moments when that was known; in order. */
  readonly anchors: readonly ClockSample[];
  /** What began and ended within one of these was heard, and is in no memory; in order. Absent: none. */
  readonly heard?: readonly HeardSpan[];
}

/** What is worth knowing of a pen's clock after its link, and this process, are gone. */
export interface PenClockNote {
  /** Offset by ms of the pen's time; null: not known. */
  readonly drift: number | null;
  /** The latest first. */
  readonly clocks: readonly PenClockSpan[];
}

const FIRST: PenClockSpan = { fromPenMs: null, untilPenMs: null, anchors: [] };

/**
 * Gateway clock minus pen clock: now, and for what was written when the pen had another time, or none that anybody heard.
 * Between two moments at which the offset was known it is on the line between them, however fast the pen's clock runs. PEN-10.
 */
export class PenClock {
  #fit = new ClockFit();
  /** Pen time heard last on this connection. */
  #lastPenMs = 0;
  /** When anything was heard last, host time; and since when live ink is heard on this connection, pen time; null: it is not. */
  #heardMs = 0;
  #liveFromMs: number | null = null;
  #drift: number | null;
  #present: PenClockSpan;
  #former: readonly PenClockSpan[];

  constructor(note: PenClockNote | null = null) {
    const [present = FIRST, ...former] = note?.clocks ?? [];
    this.#drift = note?.drift ?? null;
    this.#present = present;
    this.#former = former;
  }

  /** The pen has taken another time: `saidMs`, or a later one if it was told again. What it wrote before keeps the one that it had. */
  wasSet(nowMs: number, saidMs: number): void {
    const clock = { fromPenMs: saidMs - SETTING_DOUBT_MS, untilPenMs: null, anchors: [] };
    if (this.known) {
      const untilPenMs = nowMs - this.offsetMs;
      this.#drop();
      this.#begin(clock, untilPenMs);
    } else if (this.#present.anchors.length > 0) {
      this.#begin(clock, nowMs - (this.#present.anchors.at(-1)?.offsetMs ?? 0));
    }
    this.#fit = new ClockFit();
    this.#liveFromMs = null;
  }

  /** The link is new or gone: what was heard on it becomes a moment to remember. */
  reset(): void {
    if (this.known) this.#drop();
    this.#fit = new ClockFit();
    this.#liveFromMs = null;
  }

  /** The pen sends what it writes, from now until the link goes. */
  isLive(nowMs: number): void {
    if (this.known) this.#liveFromMs = nowMs - this.offsetMs + HEARD_DOUBT_MS;
  }

  /** Anything came: what the pen wrote before it came before. */
  heard(receivedMs: number): void {
    this.#heardMs = receivedMs;
  }

  sample(penMs: number, receivedMs: number): void {
    if (!isPenTime(penMs)) return;
    const offsetMs = receivedMs - penMs;
    if (this.#fit.isEmpty) this.#expect({ penMs, offsetMs });
    this.#fit.add({ penMs, offsetMs });
    this.#lastPenMs = penMs;
  }

  get known(): boolean {
    return !this.#fit.isEmpty;
  }

  /** Now; infinity while nothing was heard on this connection. Whole ms. */
  get offsetMs(): number {
    return Math.round(this.#fit.at(this.#lastPenMs, this.#drift));
  }

  /** Offset by ms of the pen's time; null: not known. */
  get drift(): number | null {
    return this.#fit.drift ?? this.#drift;
  }

  /**
   * Gateway clock minus the clock by which a stroke of the pen's memory is dated: of the present one and those before it, the
   * latest that can have said its times. A clock that was set back says times for a second time; what was heard live then is
   * in no memory. 0 while none is known.
   */
  offsetAt({ downMs, upMs }: StrokeTimes, nowMs: number): number {
    const present = this.known ? this.offsetMs : 0;
    const able = [this.#heardPresent, ...this.#former].filter(({ fromPenMs, untilPenMs }) => {
      return downMs >= (fromPenMs ?? Number.NEGATIVE_INFINITY) && downMs <= (untilPenMs ?? nowMs - present) + SETTING_MS_MAX;
    });
    const wasHeard = ({ heard = [] }: PenClockSpan) =>
      heard.some((span) => downMs >= span.fromPenMs && upMs <= span.untilPenMs);
    const clock = able.find((each) => !wasHeard(each)) ?? able[0];
    return clock === undefined ? present : Math.round(this.#offsetIn(clock, downMs));
  }

  get note(): PenClockNote {
    const present = this.known ? withAnchor(this.#heardPresent, this.#now) : this.#present;
    return { drift: this.drift, clocks: [present, ...this.#former] };
  }

  /** The present clock, with what has been heard live on this connection until now. */
  get #heardPresent(): PenClockSpan {
    if (this.#liveFromMs === null) return this.#present;
    const span = { fromPenMs: this.#liveFromMs, untilPenMs: this.#heardMs - this.offsetMs - HEARD_DOUBT_MS };
    if (span.untilPenMs <= span.fromPenMs) return this.#present;
    return { ...this.#present, heard: [...(this.#present.heard ?? []), span].slice(-HEARD_MAX) };
  }

  get #now(): ClockSample {
    return { penMs: this.#lastPenMs, offsetMs: this.offsetMs };
  }

  #offsetIn(clock: PenClockSpan, penMs: number): number {
    const isPresent = clock.untilPenMs === null;
    const anchors = isPresent && this.known ? [...clock.anchors, this.#now] : clock.anchors;
    const next = anchors.findIndex((anchor) => anchor.penMs > penMs);
    const [before, after] = next === -1 ? [anchors.at(-1), undefined] : [anchors[next - 1], anchors[next]];
    if (before !== undefined && after !== undefined) {
      return before.offsetMs + ((after.offsetMs - before.offsetMs) * (penMs - before.penMs)) / (after.penMs - before.penMs);
    }
    const nearest = before ?? after;
    if (nearest === undefined) return 0;
    return nearest.offsetMs + (this.drift ?? 0) * (penMs - nearest.penMs);
  }

  /** Is the first time of a connection one that this clock can say by now? Else somebody has set it, or it has stopped. */
  #expect(sample: ClockSample): void {
    const last = this.#present.anchors.at(-1);
    if (last === undefined) return;
    const awayMs = Math.abs(sample.offsetMs - last.offsetMs);
    if (awayMs <= JUMP_MS_MIN + DRIFT_MAX * Math.abs(sample.penMs - last.penMs)) return;
    // The other clock cannot have been there before that moment: what that is in its own time.
    const sinceMs = last.penMs + last.offsetMs - sample.offsetMs;
    const untilPenMs = sample.penMs + sample.offsetMs - last.offsetMs;
    this.#begin({ fromPenMs: sinceMs - SETTING_MS_MAX, untilPenMs: null, anchors: [] }, untilPenMs);
  }

  /** The present clock is a former one from here on. */
  #begin(clock: PenClockSpan, untilPenMs: number): void {
    const former = [{ ...this.#present, untilPenMs }, ...this.#former];
    const kept = former.slice(0, CLOCKS_MAX - 1);
    // The oldest that is left stands for all before it.
    this.#former = kept.map((each, index) => (index === kept.length - 1 ? { ...each, fromPenMs: null } : each));
    this.#present = clock;
  }

  #drop(): void {
    this.#present = withAnchor(this.#heardPresent, this.#now);
    this.#drift = driftBetween(this.#present.anchors) ?? this.#fit.drift ?? this.#drift;
  }
}

function withAnchor(clock: PenClockSpan, anchor: ClockSample): PenClockSpan {
  const before = clock.anchors.filter(({ penMs }) => penMs < anchor.penMs);
  return { ...clock, anchors: [...before, anchor].slice(-ANCHORS_MAX) };
}

/** Two moments that are far apart tell the drift better than one connection does. */
function driftBetween(anchors: readonly ClockSample[]): number | null {
  const [first, last] = [anchors[0], anchors.at(-1)];
  if (first === undefined || last === undefined || last.penMs - first.penMs < ANCHOR_SPAN_MS_MIN) return null;
  const drift = (last.offsetMs - first.offsetMs) / (last.penMs - first.penMs);
  return Math.abs(drift) <= DRIFT_MAX ? drift : null;
}
