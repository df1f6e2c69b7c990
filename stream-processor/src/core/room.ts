import {
  type AssignmentId,
  type DotBatch,
  type EventRecord,
  gapCause,
  type PenId,
  type PenState,
  type RoomId,
  type SetupState,
  type StrokeRow,
  strokeIdOf,
} from "@penlight/proto";
import type { ProcessorMetrics } from "../metrics.ts";
import { type Adopted, adoptKeys, adoptSheets, adoptWords } from "./adopt.ts";
import { Closing } from "./closing.ts";
import { Deadlines } from "./deadlines.ts";
import { GuestInk } from "./guest-ink.ts";
import { Lesson } from "./lesson.ts";
import { hear } from "./lesson-fold.ts";
import { provisionalItem } from "./locate.ts";
import type { PenDesk } from "./pen-desk.ts";
import { RoomPens } from "./room-pens.ts";
import { RoomSetup, type Sheet } from "./room-setup.ts";
import { RoomStroke } from "./room-stroke.ts";
import { RoomStrokes } from "./room-strokes.ts";
import { RoomWords } from "./room-words.ts";
import { Stroke } from "./stroke.ts";
import { type RoomRows, StrokePlacer } from "./stroke-placer.ts";
import type { Watermark } from "./watermark.ts";

/** A pen that rests this long has finished writing in its box, ms. ANS-54. */
export const REST_MS = 700;
/** A stroke that a batch changed. */
export interface StrokeChange {
  readonly desk: PenDesk;
  readonly trace: RoomStroke;
}

/** Everything known of one room. Pure: records and time in, rows and events out. */
export class Room {
  readonly id: RoomId;
  readonly #watermark: Watermark;
  readonly #metrics: ProcessorMetrics;
  setup: RoomSetup;
  /** `SetupState.revision` that `setup` was made of. */
  setupRevision: number;
  readonly words: RoomWords;
  /** Room time: the largest receive time heard, ms. */
  roomMs = 0;
  /** The states of the pens are complete. ANS-53. */
  pensKnown = false;
  readonly rows: RoomRows = { strokes: [], answers: [], marks: [], gaps: [], holds: [] };
  readonly lessons = new Map<AssignmentId, Lesson>();
  readonly #strokes: RoomStrokes;
  /** History was told this of the stroke, and nothing else is known of it. */
  readonly hasTold = (row: StrokeRow) => this.#strokes.get(row.stroke)?.hasTold(row) ?? false;
  readonly #pens: RoomPens;
  readonly #closing: Closing;
  readonly #placer: StrokePlacer;
  readonly #rests = new Deadlines<PenDesk>();
  /** What belongs to other rooms. */
  readonly guests = new GuestInk();

  constructor(id: RoomId, setup: SetupState, watermark: Watermark, metrics: ProcessorMetrics) {
    this.id = id;
    this.setup = new RoomSetup(setup, id);
    this.setupRevision = setup.revision;
    this.words = new RoomWords(setup, this.setup.sheets);
    this.#watermark = watermark;
    this.#metrics = metrics;
    this.#strokes = new RoomStrokes(metrics);
    this.#pens = new RoomPens(this.setup, this.lessons);
    const { rows, lessons } = this;
    this.#closing = new Closing({ lessons, pens: this.#pens, watermark, holds: rows.holds });
    const revision = () => this.setupRevision;
    this.#placer = new StrokePlacer({ room: id, strokes: this.#strokes, rows, lessons, watermark, metrics, revision });
  }

  get openStrokes(): number {
    return this.#strokes.open;
  }
  get unplacedStrokes(): number {
    return this.#strokes.unplaced;
  }

  /** Room time goes on: what it ends (a rest, a silence, an assignment) ends before the record at hand. */
  advance(receivedMs: number): void {
    if (receivedMs <= this.roomMs) return;
    this.roomMs = receivedMs;
    this.#pens.pass(receivedMs);
    for (let trace = this.#strokes.popSilent(receivedMs); trace !== undefined; trace = this.#strokes.popSilent(receivedMs)) {
      this.closeByReckoning(trace);
    }
    for (let desk = this.#rests.popDue(receivedMs); desk !== undefined; desk = this.#rests.popDue(receivedMs)) this.#rest(desk);
    this.#closing.pass(receivedMs);
    this.pensKnown ||= this.#closing.pensKnown;
  }

  /** No record came for long, while others did: what is held for this room keeps nobody back. */
  rest(): void {
    this.#closing.rest();
  }

  #rest(desk: PenDesk): void {
    if (desk.writing === null || desk.open !== null) return;
    if (desk.restMs <= this.roomMs) desk.writeIn(null, null);
    else this.#rests.push(desk.restMs, desk);
  }

  /** States of pens; a tick carries those of all that its gateway knows. ANS-51, ANS-53. */
  notePens(states: readonly PenState[], receivedMs: number, complete: boolean): void {
    for (const state of states) {
      const ended = this.#pens.note(state, receivedMs);
      if (ended !== null) this.closeByReckoning(ended);
      this.guests.noteState(this.setup, this.#pens.deskOf(state.pen), state, receivedMs);
    }
    if (!complete || states.length === 0) return;
    this.#pens.expire(this.roomMs);
    this.pensKnown = true;
    for (const lesson of this.lessons.values()) lesson.updateIdle(this.roomMs);
  }

  /** Ink that is known to be lost; what a guest lost, its own room tells. HIS-4, ANS-15. */
  noteGap(pen: PenId, lostEvents: number, reason: string, atMs: number): void {
    if (this.guests.takesGap(this.setup, { kind: "gap", pen, lostEvents, reason }, atMs)) return;
    const cause = gapCause(this.id, pen, atMs, reason);
    const row = { room: this.id, pen, student: this.setup.studentAt(pen, atMs), atMs, lostEvents, reason, cause };
    this.rows.gaps.push({ row, hold: this.#watermark.hold() });
  }

  /** The assignment that a batch, or a stroke, belongs to when its lesson is not there yet. */
  missingFor(batch: Pick<DotBatch, "pen" | "page" | "downMs" | "clockOffsetMs">): Sheet | null {
    if (this.#pens.lastOf(batch.pen)?.stroke.isSame(batch)) return null;
    const stroke = new Stroke(batch.pen, batch.page, batch.downMs);
    if (this.#strokes.get(stroke.id) !== undefined) return null;
    const { sheet } = this.setup.ownerOf(stroke, batch.downMs + batch.clockOffsetMs);
    return sheet === null || this.lessons.has(sheet.assignment.id) ? null : sheet;
  }

  /** Dots to strokes. "known": nothing new; "damaged": the packed dots cannot be read. ANS-1. */
  assemble(batch: DotBatch, receivedMs: number): StrokeChange | "known" | "damaged" {
    const desk = this.#pens.deskOf(batch.pen);
    const trace = this.#traceOf(desk, batch, receivedMs);
    const copy = trace.stroke.copyOf(batch.source) ?? trace.stroke.addCopy(batch);
    const before = copy.count;
    const wasEnded = copy.end !== null;
    const known = copy.acceptPacked(batch);
    if (known === null) return "damaged";
    if (known > 0) this.#metrics.count("dots-known", known, "duplicate");
    if (copy.count === before && (copy.end !== null) === wasEnded && !copy.waiting) return "known";
    this.#metrics.count("dots", copy.count - before, batch.source);
    trace.heardMs = this.roomMs;
    copy.receivedMs = Math.max(copy.receivedMs, receivedMs);
    if (trace.hold === null) trace.hold = this.#watermark.hold();
    this.#strokes.setOpen(trace, trace.stroke.isOpen);
    this.guests.heard(trace, batch, receivedMs);
    if (batch.source === "live") this.#moveTo(desk, trace, copy.end === null, receivedMs);
    return { desk, trace };
  }

  #traceOf(desk: PenDesk, batch: DotBatch, receivedMs: number): RoomStroke {
    if (desk.last?.stroke.isSame(batch)) return desk.last;
    const known = this.#strokes.get(strokeIdOf(batch.pen, batch.page, batch.downMs));
    if (known !== undefined) return known;
    const trace = new RoomStroke(new Stroke(batch.pen, batch.page, batch.downMs), this.#watermark.hold());
    trace.heardMs = receivedMs;
    this.#give(trace, batch.downMs + batch.clockOffsetMs);
    this.#strokes.add(trace);
    return trace;
  }

  #give(trace: RoomStroke, atMs = trace.stroke.best.firstMs): void {
    trace.give(this.setup.ownerOf(trace.stroke, atMs), atMs);
  }

  /** The pen is at this stroke now: an earlier one of its that is still open has ended unheard. ANS-4. */
  #moveTo(desk: PenDesk, trace: RoomStroke, open: boolean, receivedMs: number): void {
    const earlier = desk.open;
    if (earlier !== null && earlier !== trace && earlier.stroke.downMs < trace.stroke.downMs) this.closeByReckoning(earlier);
    desk.last = trace;
    desk.open = open ? trace : desk.open === trace ? null : desk.open;
    this.#pens.noteInk(desk, receivedMs);
  }

  closeByReckoning(trace: RoomStroke): void {
    const { stroke } = trace;
    stroke.endAtLastDot();
    this.#strokes.setOpen(trace, false);
    const desk = this.#pens.deskOf(stroke.pen);
    if (desk.open === trace) desk.open = null;
    // Nobody heard the pen leave the paper: it rests from its last dot on.
    if (desk.writing !== null) this.#rests.push(desk.restMs, desk);
    this.#metrics.count("strokes-closed", 1, "reckoned");
    this.finish({ trace });
  }

  /** Stroke to provisional place: the cell shows `writing` while the pen is in one of its boxes. ANS-54. */
  showWriting({ desk, trace }: StrokeChange): void {
    const { live } = trace.stroke;
    if (desk.last !== trace || live === null) return;
    const lesson = trace.sheet === null ? undefined : this.lessons.get(trace.sheet.assignment.id);
    const tally = trace.student === null ? undefined : lesson?.tallyOf(trace.student);
    const item = tally === undefined ? -1 : provisionalItem(trace);
    tally?.inkAt(live.firstMs, live.lastMs);
    desk.restMs = live.lastMs + REST_MS;
    const hasRested = live.end !== null && desk.restMs <= this.roomMs;
    const cell = tally === undefined || item < 0 || hasRested ? undefined : lesson?.cellOf(tally.student, item);
    desk.writeIn(lesson ?? null, cell ?? null);
    if (cell !== undefined && live.end !== null) this.#rests.push(desk.restMs, desk);
  }

  /** Closed stroke to answer: place, judge, and a row for history. */
  finish({ trace }: Pick<StrokeChange, "trace">): void {
    const { best } = trace.stroke;
    this.#placer.countHoles(trace);
    // Whole, and longer than it was: a new version of it.
    if (best.end !== null && best.count > Math.max(0, trace.closedDots)) {
      trace.closedDots = best.count;
      best.trim();
      this.#placer.close(trace, trace.student);
    }
    this.#letGo(trace);
  }

  /** Nothing (more) of this stroke goes to history: its records are not needed for it. */
  #letGo(trace: RoomStroke): void {
    if (this.#strokes.isOpen(trace) || trace.hold === null) return;
    this.#watermark.release(trace.hold);
    trace.hold = null;
    if (trace.stroke.best.count === 0) this.#strokes.forget(trace);
  }

  addLesson(sheet: Sheet): Lesson {
    const lesson = new Lesson(this.id, sheet, this.rows, this.#pens.signalOf);
    hear(lesson, this.words.of(lesson.id));
    this.lessons.set(sheet.assignment.id, lesson);
    return lesson;
  }

  /** Strokes as history has them, through the same stages; what has another place by now is news for history. HIS-13, ANS-12. */
  foldStrokes(rows: readonly StrokeRow[]): void {
    for (const row of rows) {
      const trace = this.#strokes.takeRow(row);
      this.#give(trace);
      this.guests.owned(trace);
      this.#placeClosed(trace);
    }
  }

  /** A stroke that goes on is placed when it ends. */
  #placeClosed(trace: RoomStroke): void {
    if (trace.closedDots >= trace.stroke.best.count) this.#placer.placeAnew(trace, trace.student);
  }

  /** The setup, or what teachers said, changed: only differences go out. Null: nothing changed for this room. ANS-12, ANS-60. */
  adopt(setup: SetupState): Adopted | null {
    const { lessons, roomMs } = this;
    const before = this.setup;
    const isSame = setup.revision === this.setupRevision;
    const next = isSame ? before : new RoomSetup(setup, this.id);
    this.setupRevision = setup.revision;
    this.setup = next;
    const options = { setup: next, lessons, roomMs, addLesson: (sheet: Sheet) => this.addLesson(sheet) };
    const fresh = adoptWords(options, this.words);
    const isSamePaper = next.paper === before.paper;
    if (!isSame) this.#pens.adopt(next, isSamePaper);
    if (!isSame && isSamePaper) for (const trace of this.guests.changed(this.#strokes.all, next)) this.#placeClosed(trace);
    if (next.fingerprint === before.fingerprint) return fresh.length > 0 ? { fresh, isPlacedAnew: false } : null;
    if (isSamePaper) return { fresh: [...fresh, ...adoptKeys(options, before)], isPlacedAnew: false };
    const anew = adoptSheets(options, fresh);
    for (const trace of this.#strokes.all) {
      trace.at = null;
      trace.lateAt = null;
      this.#give(trace);
      this.guests.owned(trace);
      // Ink of an assignment that is over: it has its place there, too.
      if (trace.sheet !== null && !this.lessons.has(trace.sheet.assignment.id)) anew.push(this.addLesson(trace.sheet));
    }
    return { fresh: anew, isPlacedAnew: true };
  }

  /** Every closed stroke is placed by the setup of now. ANS-12. */
  placeAll(): void {
    for (const trace of this.#strokes.all) this.#placeClosed(trace);
  }

  /** Events of everything that changed since the last call. EVT-9. */
  flush(decided: Pick<EventRecord, "generation" | "revision">): EventRecord[] {
    const events: EventRecord[] = [];
    for (const lesson of this.lessons.values()) {
      const head = { atMs: this.roomMs, ...decided, assignment: lesson.id };
      for (const body of lesson.flush(this.pensKnown)) events.push({ ...head, body });
    }
    return events;
  }

  publishAll(): void {
    for (const lesson of this.lessons.values()) lesson.publishAll();
  }
}
