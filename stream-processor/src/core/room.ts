import {
  type AnswerRow,
  type AssignmentId,
  type DotBatch,
  type EventRecord,
  type GapRow,
  type MarkRow,
  type PenId,
  type PenState,
  type RoomId,
  type SetupState,
  type StrokeId,
  type StrokeRow,
  type StudentId,
  strokeIdOf,
} from "@penlight/proto";
import { Deadlines } from "./deadlines.ts";
import { Lesson, type StudentSignal } from "./lesson.ts";
import { locate, provisionalItem } from "./locate.ts";
import type { ProcessorMetrics } from "./metrics.ts";
import { PEN_STATE_STALE_MS, PenDesk } from "./pen-desk.ts";
import { RoomSetup, type Sheet } from "./room-setup.ts";
import { RoomStroke } from "./room-stroke.ts";
import { Stroke, strokeOfRow } from "./stroke.ts";
import { strokeRowOf } from "./stroke-row.ts";
import type { Hold, Watermark } from "./watermark.ts";

/** A pen that rests this long has finished writing in its box, ms. ANS-54. */
export const REST_MS = 700;
/** A stroke of which nothing is heard for this long is closed by reckoning, ms. ANS-4. */
export const SILENT_STROKE_MS = 10_000;
/** Closed strokes without a place that a room keeps for a setup that comes late. ANS-12. */
export const UNPLACED_STROKES_MAX = 4096;
/** After closing, or after a processor began, the pens' states are complete within this time, ms. ANS-52, ANS-53. */
export const PEN_STATES_WAIT_MS = 1500;
/** Without any news of pens, those that were not heard of count as lost after this time, ms. ANS-53. */
export const PENS_KNOWN_MS_MAX = 2000;

export interface StrokeOut {
  readonly row: StrokeRow;
  /** Released once the row is in history. */
  readonly hold: Hold;
}

/** What a room has for history since it was last drained. */
export interface RoomRows {
  readonly strokes: StrokeOut[];
  readonly answers: AnswerRow[];
  readonly marks: MarkRow[];
  readonly gaps: GapRow[];
}

/** A stroke that a batch changed. */
export interface StrokeChange {
  readonly desk: PenDesk;
  readonly trace: RoomStroke;
}

const NO_SIGNAL: StudentSignal = { connected: false, pen: null };

/** Everything known of one room. Pure: records and time in, rows and events out. */
export class Room {
  readonly id: RoomId;
  readonly #watermark: Watermark;
  readonly #metrics: ProcessorMetrics;
  setup: RoomSetup;
  /** `SetupState.revision` that `setup` was made of. */
  setupRevision: number;
  /** Room time: the largest receive time heard, ms. */
  roomMs = 0;
  #firstMs = 0;
  /** The states of the pens are complete. ANS-53. */
  pensKnown = false;
  readonly rows: RoomRows = { strokes: [], answers: [], marks: [], gaps: [] };
  readonly lessons = new Map<AssignmentId, Lesson>();
  readonly #strokes = new Map<StrokeId, RoomStroke>();
  readonly #unplaced = new Set<RoomStroke>();
  readonly #open = new Set<RoomStroke>();
  readonly #desks = new Map<PenId, PenDesk>();
  readonly #desksOf = new Map<StudentId, PenDesk[]>();
  readonly #rests = new Deadlines<PenDesk>();
  readonly #silences = new Deadlines<RoomStroke>();

  constructor(id: RoomId, setup: SetupState, watermark: Watermark, metrics: ProcessorMetrics) {
    this.id = id;
    this.setup = new RoomSetup(setup, id);
    this.setupRevision = setup.revision;
    this.#watermark = watermark;
    this.#metrics = metrics;
  }

  get openStrokes(): number {
    return this.#open.size;
  }
  get unplacedStrokes(): number {
    return this.#unplaced.size;
  }

  // ---- time

  /** Room time goes on: what it ends (a rest, a silence, an assignment) ends before the record at hand. */
  advance(receivedMs: number): void {
    if (this.#firstMs === 0) this.#firstMs = receivedMs;
    if (receivedMs <= this.roomMs) return;
    this.roomMs = receivedMs;
    for (let trace = this.#silences.popDue(receivedMs); trace !== undefined; trace = this.#silences.popDue(receivedMs)) {
      if (!this.#open.has(trace)) continue;
      if (trace.heardMs + SILENT_STROKE_MS <= receivedMs) this.closeByReckoning(trace);
      else this.#silences.push(trace.heardMs + SILENT_STROKE_MS, trace);
    }
    for (let desk = this.#rests.popDue(receivedMs); desk !== undefined; desk = this.#rests.popDue(receivedMs)) this.#rest(desk);
    if (!this.pensKnown && receivedMs >= this.#firstMs + PENS_KNOWN_MS_MAX) this.pensKnown = true;
    for (const lesson of this.lessons.values()) {
      const { closesMs } = lesson.sheet.assignment;
      if (lesson.closed || closesMs === null || !this.pensKnown) continue;
      if (receivedMs >= Math.max(closesMs, this.#firstMs) + PEN_STATES_WAIT_MS) lesson.close();
    }
  }

  #rest(desk: PenDesk): void {
    if (desk.writing === null || desk.open !== null) return;
    if (desk.restMs <= this.roomMs) desk.writeIn(null, null);
    else this.#rests.push(desk.restMs, desk);
  }

  // ---- pens

  #deskOf(pen: PenId): PenDesk {
    const known = this.#desks.get(pen);
    if (known !== undefined) return known;
    const desk = new PenDesk(pen);
    this.#desks.set(pen, desk);
    this.#seat(desk);
    return desk;
  }

  #seat(desk: PenDesk): void {
    desk.student = this.setup.studentOf(desk.pen);
    if (desk.student === null) return;
    const list = this.#desksOf.get(desk.student);
    if (list === undefined) this.#desksOf.set(desk.student, [desk]);
    else list.push(desk);
  }

  readonly signalOf = (student: StudentId): StudentSignal => {
    const desks = this.#desksOf.get(student);
    if (desks === undefined) return NO_SIGNAL;
    const best = desks.find((desk) => desk.connected) ?? desks[0];
    return best === undefined ? NO_SIGNAL : { connected: best.connected, pen: best.state };
  };

  /** States of pens; a tick carries those of all that its gateway knows. ANS-51, ANS-53. */
  notePens(states: readonly PenState[], receivedMs: number, complete: boolean): void {
    for (const state of states) {
      const desk = this.#deskOf(state.pen);
      // A record that comes again, or late, is no news.
      if (receivedMs < desk.stateMs) continue;
      const before = desk.state;
      desk.state = state;
      desk.stateMs = receivedMs;
      if (state.link !== "connected" && desk.open !== null && desk.open.heardMs <= receivedMs) this.closeByReckoning(desk.open);
      const changed =
        before === null ||
        before.link !== state.link ||
        before.batteryPercent !== state.batteryPercent ||
        before.charging !== state.charging ||
        before.lostDots !== state.lostDots;
      this.#setConnected(desk, state.link === "connected", changed);
    }
    if (!complete || states.length === 0) return;
    for (const desk of this.#desks.values()) {
      if (desk.connected && desk.stateMs + PEN_STATE_STALE_MS < this.roomMs) this.#setConnected(desk, false, true);
    }
    this.pensKnown = true;
    for (const lesson of this.lessons.values()) lesson.updateIdle(this.roomMs);
  }

  #setConnected(desk: PenDesk, connected: boolean, changed: boolean): void {
    const turned = desk.connected !== connected;
    desk.connected = connected;
    if (desk.student === null || !(turned || changed)) return;
    for (const lesson of this.lessons.values()) {
      if (turned) lesson.signalChanged(desk.student);
      else {
        const tally = lesson.tallyOf(desk.student);
        if (tally !== undefined) lesson.touchStudent(tally);
      }
    }
  }

  noteGap(pen: PenId, lostEvents: number, reason: string, atMs: number, cause: string): void {
    this.rows.gaps.push({ room: this.id, pen, student: this.setup.studentOf(pen), atMs, lostEvents, reason, cause });
  }

  // ---- strokes

  /** The assignment that a batch belongs to when its lesson is not there yet. */
  missingFor(batch: DotBatch): Sheet | null {
    const last = this.#desks.get(batch.pen)?.last;
    if (last?.stroke.isSame(batch)) return null;
    const stroke = new Stroke(batch.pen, batch.page, batch.downMs);
    if (this.#strokes.has(stroke.id)) return null;
    const sheet = this.#sheetOf(stroke, batch.downMs + batch.clockOffsetMs);
    return sheet === null || this.lessons.has(sheet.assignment.id) ? null : sheet;
  }

  /** Dots to strokes. "known": nothing new; "damaged": the packed dots cannot be read. ANS-1. */
  assemble(batch: DotBatch, receivedMs: number): StrokeChange | "known" | "damaged" {
    const desk = this.#deskOf(batch.pen);
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
    if (trace.hold === null) trace.hold = this.#watermark.hold();
    this.#setOpen(trace, copy.end === null);
    if (batch.source === "live") this.#moveTo(desk, trace, copy.end === null, receivedMs);
    return { desk, trace };
  }

  #traceOf(desk: PenDesk, batch: DotBatch, receivedMs: number): RoomStroke {
    if (desk.last?.stroke.isSame(batch)) return desk.last;
    const id = strokeIdOf(batch.pen, batch.page, batch.downMs);
    const known = this.#strokes.get(id);
    if (known !== undefined) return known;
    const trace = new RoomStroke(new Stroke(batch.pen, batch.page, batch.downMs), this.#watermark.hold());
    trace.heardMs = receivedMs;
    trace.placeOn(this.#sheetOf(trace.stroke, batch.downMs + batch.clockOffsetMs));
    this.#strokes.set(id, trace);
    return trace;
  }

  #sheetOf(stroke: Stroke, atMs: number): Sheet | null {
    const student = this.setup.studentOf(stroke.pen);
    return student === null || stroke.pageKey === null ? null : this.setup.sheetAt(student, stroke.pageKey, atMs);
  }

  #setOpen(trace: RoomStroke, open: boolean): void {
    if (!open) this.#open.delete(trace);
    else if (!this.#open.has(trace)) {
      this.#open.add(trace);
      this.#silences.push(trace.heardMs + SILENT_STROKE_MS, trace);
    }
  }

  /** The pen is at this stroke now: an earlier one of its that is still open has ended unheard. ANS-4. */
  #moveTo(desk: PenDesk, trace: RoomStroke, open: boolean, receivedMs: number): void {
    const earlier = desk.open;
    if (earlier !== null && earlier !== trace && earlier.stroke.downMs < trace.stroke.downMs) this.closeByReckoning(earlier);
    desk.last = trace;
    desk.open = open ? trace : desk.open === trace ? null : desk.open;
    if (desk.state !== null || desk.connected) return;
    // Live ink is a sign of life, too, until the pen's own state is heard.
    desk.stateMs = receivedMs;
    this.#setConnected(desk, true, true);
  }

  closeByReckoning(trace: RoomStroke): void {
    const { stroke } = trace;
    for (const copy of [stroke.live, stroke.memory]) {
      if (copy === null || copy.end !== null) continue;
      copy.giveUpHoles();
      if (copy.end === null) copy.end = { upMs: copy.lastMs - copy.facts.clockOffsetMs, synthetic: true, lostDots: 0 };
    }
    this.#setOpen(trace, false);
    const desk = this.#deskOf(stroke.pen);
    if (desk.open === trace) desk.open = null;
    // Nobody heard the pen leave the paper: it rests from its last dot on.
    if (desk.writing !== null) this.#rests.push(desk.restMs, desk);
    this.#metrics.count("strokes-closed", 1, "reckoned");
    this.finish({ desk, trace });
  }

  /** Stroke to provisional place: the cell shows `writing` while the pen is in one of its boxes. ANS-54. */
  showWriting({ desk, trace }: StrokeChange): void {
    if (desk.last !== trace || trace.stroke.live === null) return;
    const { live } = trace.stroke;
    const lesson = trace.sheet === null ? undefined : this.lessons.get(trace.sheet.assignment.id);
    const tally = desk.student === null ? undefined : lesson?.tallyOf(desk.student);
    if (lesson === undefined || tally === undefined || desk.student === null) return desk.writeIn(null, null);
    if (live.lastMs > tally.lastInkMs || tally.firstInkMs === 0) tally.inkAt(live.firstMs, live.lastMs);
    desk.restMs = live.lastMs + REST_MS;
    if (live.end !== null && desk.restMs <= this.roomMs) return desk.writeIn(null, null);
    const item = provisionalItem(trace);
    const cell = item < 0 ? undefined : lesson.cellOf(desk.student, item);
    if (cell === undefined) return desk.writeIn(null, null);
    desk.writeIn(lesson, cell);
    if (live.end !== null) this.#rests.push(desk.restMs, desk);
  }

  /** Closed stroke to answer: place, judge, and a row for history. */
  finish({ desk, trace }: StrokeChange): void {
    const { best } = trace.stroke;
    this.#countHoles(trace);
    if (best.end === null || best.count <= trace.closedDots || best.count === 0) return this.#letGo(trace);
    trace.closedDots = best.count;
    best.trim();
    this.#place(trace, desk.student);
    this.#writeRow(trace, desk.student);
    this.#letGo(trace);
  }

  #countHoles(trace: RoomStroke): void {
    const holes = trace.stroke.best.holes;
    if (holes > trace.countedHoles) this.#metrics.count("dots-missing", holes - trace.countedHoles, "hole");
    trace.countedHoles = holes;
  }

  /** Nothing (more) of this stroke goes to history: its records are not needed for it. */
  #letGo(trace: RoomStroke): void {
    if (this.#open.has(trace) || trace.hold === null) return;
    this.#watermark.release(trace.hold);
    trace.hold = null;
    if (trace.stroke.best.count === 0) this.#strokes.delete(trace.stroke.id);
  }

  #place(trace: RoomStroke, student: StudentId | null): void {
    const { best } = trace.stroke;
    const place = locate(trace);
    const lesson = trace.sheet === null ? undefined : this.lessons.get(trace.sheet.assignment.id);
    const cell = place === null || student === null ? undefined : lesson?.cellOf(student, place.itemIndex);
    const left = trace.at;
    if (left !== null && left.cell !== cell) {
      left.cell.remove(trace.stroke);
      if (left.cell.strokes.length === 0) left.cell.tally.inked--;
      left.lesson.judged(left.cell);
    }
    trace.at = lesson === undefined || cell === undefined ? null : { lesson, cell };
    const tally = student === null ? undefined : lesson?.tallyOf(student);
    if (tally !== undefined && lesson !== undefined) {
      tally.inkAt(best.firstMs, best.lastMs);
      lesson.touchStudent(tally);
    }
    if (place === null || lesson === undefined || cell === undefined) return this.#keepUnplaced(trace);
    this.#unplaced.delete(trace);
    if (cell.strokes.length === 0) cell.tally.inked++;
    const { box, kind, shape, boxId } = place;
    const { stroke } = trace;
    cell.put({ stroke, box, kind, shape, boxId, dots: best.count, firstMs: best.firstMs, lastMs: best.lastMs });
    lesson.judged(cell);
  }

  #keepUnplaced(trace: RoomStroke): void {
    this.#unplaced.add(trace);
    if (this.#unplaced.size <= UNPLACED_STROKES_MAX) return;
    for (const oldest of this.#unplaced) {
      this.#unplaced.delete(oldest);
      this.#strokes.delete(oldest.stroke.id);
      this.#metrics.count("strokes-forgotten", 1, "unplaced");
      return;
    }
  }

  #writeRow(trace: RoomStroke, student: StudentId | null): void {
    const item = trace.at?.cell.item.id ?? null;
    const box = trace.at?.cell.strokes.find((each) => each.stroke === trace.stroke)?.boxId ?? null;
    const assignment = trace.sheet?.assignment.id ?? null;
    trace.rowPlace = { student, assignment, item, box };
    const row = strokeRowOf(this.id, trace.stroke, trace.rowPlace);
    this.rows.strokes.push({ row, hold: trace.hold ?? this.#watermark.hold() });
    trace.hold = null;
  }

  // ---- history and setup

  addLesson(sheet: Sheet): Lesson {
    const lesson = new Lesson(this.id, sheet, this.rows, this.signalOf);
    this.lessons.set(sheet.assignment.id, lesson);
    return lesson;
  }

  /** What history has of an assignment, through the same stages, in the order of the pens. */
  fold(lesson: Lesson, strokes: readonly StrokeRow[], answers: readonly AnswerRow[], marks: readonly MarkRow[]): void {
    for (const row of answers) {
      const cell = this.#cellOfRow(lesson, row);
      if (cell === undefined) continue;
      cell.answerVersionOut = row.version;
      if (row.state === "blank" || row.state === "no-signal") cell.closing = row.state;
    }
    for (const row of marks) {
      const cell = this.#cellOfRow(lesson, row);
      if (cell !== undefined) cell.markVersionOut = row.answerVersion;
    }
    for (const row of strokes) {
      const known = this.#strokes.get(row.stroke);
      if (known !== undefined && known.stroke.best.count >= row.version) continue;
      const trace = known ?? new RoomStroke(strokeOfRow(row), null);
      if (known !== undefined) Object.assign(known.stroke, { [row.source]: strokeOfRow(row).copyOf(row.source) });
      this.#strokes.set(row.stroke, trace);
      trace.placeOn(this.#sheetOf(trace.stroke, row.downMs + row.clockOffsetMs));
      trace.closedDots = row.version;
      this.#place(trace, this.#deskOf(row.pen).student);
      const { student, assignment, item, box } = row;
      trace.rowPlace = { student, assignment, item, box };
    }
    for (const row of answers) {
      // A stroke that went elsewhere raised the version that history has (EVT-12): go on from there.
      const cell = this.#cellOfRow(lesson, row);
      const known = cell?.strokes.map((each) => each.stroke.id);
      if (cell === undefined || known === undefined || row.version <= cell.version) continue;
      if (row.strokes.every((stroke) => known.includes(stroke))) cell.versionBase += row.version - cell.version;
    }
  }

  #cellOfRow(lesson: Lesson, row: Pick<AnswerRow, "student" | "item">) {
    const items = lesson.sheet.index.worksheet.items;
    const index = items.findIndex((item) => item.id === row.item);
    return index < 0 ? undefined : lesson.cellOf(row.student, index);
  }

  /**
   * The setup changed: every stroke is placed anew, and what history and the board were told is kept, so that only
   * differences go out. Answers the lessons that are new and not yet folded from history. ANS-12.
   */
  adopt(setup: SetupState): Lesson[] {
    const next = new RoomSetup(setup, this.id);
    this.setupRevision = setup.revision;
    const same = next.fingerprint === this.setup.fingerprint;
    this.setup = next;
    if (same) return [];
    const before = new Map(this.lessons);
    this.lessons.clear();
    this.#desksOf.clear();
    for (const desk of this.#desks.values()) {
      desk.writing = null;
      this.#seat(desk);
    }
    const fresh: Lesson[] = [];
    for (const sheet of next.sheets) {
      const old = before.get(sheet.assignment.id);
      if (old !== undefined) carryOver(old, this.addLesson(sheet), this.roomMs);
      else if (next.relevantAt(this.roomMs).includes(sheet)) fresh.push(this.addLesson(sheet));
    }
    for (const trace of this.#strokes.values()) this.#placeAnew(trace);
    return fresh;
  }

  #placeAnew(trace: RoomStroke): void {
    const { stroke } = trace;
    const { student } = this.#deskOf(stroke.pen);
    trace.at = null;
    trace.placeOn(this.#sheetOf(stroke, stroke.best.firstMs));
    if (trace.closedDots < 0) return;
    this.#place(trace, student);
    const item = trace.at === null ? null : (trace.at as { cell: { item: { id: StrokeRow["item"] } } }).cell.item.id;
    const assignment = trace.sheet?.assignment.id ?? null;
    const told = trace.rowPlace;
    if (told !== null && told.student === student && told.assignment === assignment && told.item === item) return;
    this.#writeRow(trace, student);
  }

  // ---- out

  /** Events of everything that changed since the last call. EVT-9. */
  flush(revision: number): EventRecord[] {
    const events: EventRecord[] = [];
    for (const lesson of this.lessons.values()) {
      for (const body of lesson.flush(this.pensKnown)) {
        events.push({ atMs: this.roomMs, revision, assignment: lesson.id, body });
      }
    }
    return events;
  }

  publishAll(): void {
    for (const lesson of this.lessons.values()) lesson.publishAll();
  }
}

/** What history and the board know of an assignment stays known when its setup changes. */
function carryOver(from: Lesson, to: Lesson, roomMs: number): void {
  const { closesMs } = to.sheet.assignment;
  to.closed = from.closed && closesMs !== null && closesMs <= roomMs;
  for (const cells of from.cells) {
    for (const old of cells) {
      const index = to.sheet.index.worksheet.items.findIndex((item) => item.id === old.item.id);
      const cell = index < 0 ? undefined : to.cellOf(old.tally.student, index);
      if (cell === undefined) continue;
      cell.answerVersionOut = old.answerVersionOut;
      cell.markVersionOut = old.markVersionOut;
      cell.published = old.published;
      if (to.closed) cell.closing = old.closing;
      cell.versionBase = old.versionBase;
    }
  }
}
