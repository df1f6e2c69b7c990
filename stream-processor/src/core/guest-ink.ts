import {
  DOT_STRIDE,
  type DotBatch,
  type GapBody,
  type InkRecord,
  type PenLinkState,
  type PenState,
  packDots,
  type RoomId,
} from "@penlight/proto";
import type { PenDesk } from "./pen-desk.ts";
import type { RoomSetup } from "./room-setup.ts";
import type { RoomStroke } from "./room-stroke.ts";
import type { Stroke, StrokeCopy } from "./stroke.ts";

/** Dots of one batch at most, as a gateway makes them. EVT-2. */
const BATCH_DOTS_MAX = 64;

/** Links of a pen that is not here (any more). */
const AWAY: readonly PenLinkState[] = ["lost", "off"];

/** A record that is to be appended under the key of another room. */
export interface GuestRecord {
  readonly room: RoomId;
  readonly record: InkRecord;
}

/**
 * What was heard here and belongs to another room's lesson, on its way there. A stroke goes batch by batch, as it comes;
 * when the setup says only later whose it is, first all of it that is here. Whoever gets it twice knows its dots by their
 * index. Pure. ANS-14.
 */
export class GuestInk {
  /** In order; emptied by who has appended them. */
  readonly records: GuestRecord[] = [];

  /** A batch of the stroke was taken. */
  heard(trace: RoomStroke, batch: DotBatch, receivedMs: number): void {
    const { home } = trace;
    if (home !== null && home === trace.passedTo) this.#pass(home, { receivedMs, body: { kind: "dots", batch } });
    else this.owned(trace);
  }

  /** The stroke was given to whoever has it by now. */
  owned(trace: RoomStroke): void {
    const { home, stroke } = trace;
    if (home === trace.passedTo) return;
    trace.passedTo = home;
    if (home === null) return;
    for (const copy of [stroke.live, stroke.memory]) {
      if (copy === null) continue;
      const { receivedMs } = copy;
      for (const batch of batchesOf(stroke, copy)) this.#pass(home, { receivedMs, body: { kind: "dots", batch } });
    }
  }

  /** Of strokes without a place here those that are another room's by now, or are so no more: given anew, to be placed. */
  changed(strokes: Iterable<RoomStroke>, setup: RoomSetup): RoomStroke[] {
    return [...strokes].filter((trace) => {
      if (trace.sheet !== null) return false;
      const owner = setup.ownerOf(trace.stroke, trace.givenMs);
      const isToldHere = owner.home !== null && trace.told !== null;
      if (owner.home === trace.home && !isToldHere) return false;
      trace.give(owner, trace.givenMs);
      this.owned(trace);
      return true;
    });
  }

  /** How a pen is, as long as it is here, and that it is here no more. ANS-15. */
  noteState(setup: RoomSetup, desk: PenDesk, state: PenState, receivedMs: number): void {
    const home = setup.homeOf(desk.pen, receivedMs);
    if (home === null) return;
    const news = `${home}/${state.link}`;
    if (AWAY.includes(state.link) && desk.toldHome === news) return;
    desk.toldHome = news;
    // What its gateway counted is between the gateway and this room. EVT-15.
    const { totals: _, ...told } = state;
    this.#pass(home, { receivedMs, body: { kind: "pen-state", state: told } });
  }

  /** False: it is no guest's loss. ANS-15. */
  takesGap(setup: RoomSetup, gap: GapBody, receivedMs: number): boolean {
    const home = setup.homeOf(gap.pen, receivedMs);
    if (home !== null) this.#pass(home, { receivedMs, body: gap });
    return home !== null;
  }

  #pass(room: RoomId, record: InkRecord): void {
    this.records.push({ room, record });
  }
}

/** A telling as it travels: what is joined, and what waits for a hole before it. */
function batchesOf(stroke: Stroke, copy: StrokeCopy): DotBatch[] {
  const { clockOffsetMs, maxForce, tip, color, syntheticStart, source } = copy.facts;
  const { pen, page, downMs } = stroke;
  const facts = { pen, page, downMs, clockOffsetMs, maxForce, tip, color, syntheticStart, source };
  // Dots that are known to be lost stay so: nobody waits for them there.
  const end = copy.end === null ? null : { ...copy.end, lostDots: copy.end.lostDots + copy.holes };
  const runs = [{ firstDot: 0, dots: copy.dots.subarray(0, copy.count * DOT_STRIDE), end }, ...copy.held];
  return runs.flatMap(({ firstDot, dots, end }) => {
    const total = dots.length / DOT_STRIDE;
    const batches: DotBatch[] = [];
    for (let from = 0; from < total || (batches.length === 0 && end !== null); from += BATCH_DOTS_MAX) {
      const dotCount = Math.min(BATCH_DOTS_MAX, total - from);
      const isLast = from + dotCount === total;
      const ink = packDots(dots, from, dotCount);
      batches.push({ ...facts, firstDot: firstDot + from, dotCount, ink, end: isLast ? end : null });
    }
    return batches;
  });
}
