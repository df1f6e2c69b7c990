import {
  type Assignment,
  type AssignmentId,
  type Board,
  type BoardCell,
  type Clock,
  decodeEvent,
  decodeInk,
  decodeSetup,
  type HistoryReader,
  type InkPage,
  type ItemId,
  type ItemInk,
  logSchemaOf,
  type PageKey,
  type Review,
  type RoomId,
  type RoomRadio,
  type SetupRecord,
  SetupState,
  type StoredRecord,
  type StudentId,
} from "@penlight/proto";
import type { LiveRoom } from "./core/live-room.ts";
import { PenTaps } from "./core/pen-taps.ts";
import type { RadioBook } from "./core/radio-book.ts";
import { roomRadioOf } from "./core/room-radio.ts";
import { currentAssignment } from "./core/seating.ts";
import { InkReader } from "./ink-reader.ts";
import type { LiveObserver } from "./live-observer.ts";
import { PastReader } from "./past-reader.ts";
import { type Place, Places } from "./places.ts";
import type { LiveTransport } from "./transport/live-transport.ts";
import { ViewerDesk } from "./viewer-desk.ts";

/** Records of `setup` that are remembered, for a PUT to see whether it came first. SET-6. */
const SETUP_TAKEN_MAX = 256;

export interface LiveBoardsOptions {
  readonly history: HistoryReader;
  readonly clock: Clock;
  readonly observer: LiveObserver;
  /** An assignment came up whose answers in history may not have been read yet. */
  readonly wantBase: (room: RoomId, assignment: AssignmentId) => void;
}

/** Every room's board, folded from the log's records, told to the viewers as soon as a batch is folded. */
export class LiveBoards {
  readonly setup = new SetupState();
  readonly viewers: ViewerDesk;
  /** The records of `setup` that counted, the newest last; at most SETUP_TAKEN_MAX. */
  readonly setupTaken: SetupRecord[] = [];
  /** Marks on the printed lists of the classes. REG-4. */
  readonly taps = new PenTaps();
  ready = false;
  readonly #clock: Clock;
  readonly #observer: LiveObserver;
  readonly #places: Places;
  readonly #past: PastReader;
  readonly #inks: InkReader;
  readonly #setupWaiters = new Set<() => void>();
  #transport: LiveTransport | null = null;

  constructor({ history, clock, observer, wantBase }: LiveBoardsOptions) {
    this.#clock = clock;
    this.#observer = observer;
    this.#past = new PastReader(history);
    this.#inks = new InkReader(history);
    const transport: LiveTransport = {
      send: (viewer, bytes) => this.#transport?.send(viewer, bytes) ?? "closed",
      close: (viewer, code, reason) => this.#transport?.close(viewer, code, reason),
    };
    const places = () => this.#places;
    this.viewers = new ViewerDesk({ places, past: this.#past, clock, observer, transport });
    const askPast: ViewerDesk["askPast"] = (viewer, watch) => this.viewers.askPast(viewer, watch);
    this.#places = new Places({ setup: this.setup, clock, observer, transport, wantBase, askPast });
  }

  /** The sockets are open; before that nobody is there to send to. */
  attach(transport: LiveTransport): void {
    this.#transport = transport;
  }

  onSetup(records: readonly StoredRecord[]): void {
    const { revision, marksRevision } = this.setup;
    const startMs = this.#clock.nowMs();
    for (const stored of records) {
      if (logSchemaOf(stored) !== null) continue;
      const record = decodeSetup(stored.value);
      if (record === null) this.#observer.count("undecodable-record");
      else if (this.setup.apply(record)) this.setupTaken.push(record);
    }
    this.setupTaken.splice(0, Math.max(0, this.setupTaken.length - SETUP_TAKEN_MAX));
    if (this.setup.revision === revision && this.setup.marksRevision === marksRevision) return;
    if (this.setup.revision !== revision) {
      this.taps.configure(this.setup.classes.values());
      for (const room of this.setup.rooms.keys()) this.#places.of(room);
      for (const place of this.#places) this.#configure(place);
    } else {
      for (const place of this.#places) this.#takeMarks(place);
    }
    for (const wake of this.#setupWaiters) wake();
    this.#observer.stage("fold-setup", this.#clock.nowMs() - startMs);
  }

  onInk(records: readonly StoredRecord[]): void {
    const startMs = this.#clock.nowMs();
    const touched = new Map<Place, Set<StudentId>>();
    const watched: number[] = [];
    for (const { key, value } of records) {
      const place = this.#places.of(key as RoomId);
      const record = decodeInk(value);
      if (record === null) this.#observer.count("undecodable-record");
      if (place === null || record === null) continue;
      const students = touched.get(place) ?? new Set();
      touched.set(place, students);
      place.radio.fold(record);
      if (record.body.kind === "dots") this.taps.fold(record.body.batch, record.receivedMs);
      const page = place.live.foldInk(record);
      if (page === null || !place.fan.isWatched(page.student)) continue;
      students.add(page.student);
      watched.push(record.receivedMs);
    }
    const foldedMs = this.#clock.nowMs();
    this.#observer.stage("fold-ink", foldedMs - startMs);
    if (!this.ready) return;
    let reached = false;
    for (const [place, students] of touched) {
      reached = place.fan.ink(students) || reached;
      this.#places.flush(place, "now");
    }
    const sentMs = this.#clock.nowMs();
    this.#observer.stage("flush", sentMs - foldedMs);
    if (reached) for (const receivedMs of watched) this.#observer.sent("ink", receivedMs, sentMs);
  }

  onEvents(records: readonly StoredRecord[]): void {
    const startMs = this.#clock.nowMs();
    const touched = new Map<Place, number[]>();
    for (const { key, value } of records) {
      const place = this.#places.of(key as RoomId);
      const event = decodeEvent(value);
      if (event === null) this.#observer.count("undecodable-record");
      if (place === null || event === null) continue;
      if (!place.live.foldEvent(event)) {
        this.#observer.count("event-of-former-owner");
        continue;
      }
      const times = touched.get(place) ?? [];
      touched.set(place, times);
      if (event.body.kind === "cells") times.push(event.atMs);
    }
    const foldedMs = this.#clock.nowMs();
    this.#observer.stage("fold-events", foldedMs - startMs);
    if (!this.ready) return;
    for (const [place, times] of touched) {
      if (!this.#places.flush(place, "now")) continue;
      const sentMs = this.#clock.nowMs();
      for (const atMs of times) this.#observer.sent("correctness", atMs, sentMs);
    }
    this.#observer.stage("flush", this.#clock.nowMs() - foldedMs);
  }

  /** Everything that was in the log at the start is folded: boards are right from here on. LIVE-8. */
  becomeReady(): void {
    for (const { live } of this.#places) live.takeDelta("all");
    this.ready = true;
    this.viewers.open();
  }

  /** Once a second: lessons that have opened, ages, and the sign of life. LIVE-6. */
  tick(): void {
    if (!this.ready) return;
    for (const place of this.#places) {
      const { room, dataMs, assignment } = place.live;
      const current = currentAssignment(this.setup, room, Math.max(this.#clock.nowMs(), dataMs));
      const isNext = current !== null && current.id !== assignment;
      if (isNext || place.live.seating.turnMs <= Math.max(this.#clock.nowMs(), dataMs)) this.#configure(place);
      this.#places.flush(place, "all");
      place.fan.alive();
    }
  }

  /** What history told of an assignment; applied under whatever the events say. LIVE-8. */
  base(room: RoomId, ...told: Parameters<LiveRoom["base"]>): void {
    const place = this.#places.of(room);
    place?.live.base(...told);
    if (place !== null && this.ready) this.#places.flush(place, "now");
  }

  nowMs(): number {
    return Math.floor(this.#clock.nowMs());
  }

  get rooms(): readonly RoomId[] {
    return [...this.setup.rooms.keys()].sort();
  }

  /** Null: no such room. Everything folded so far is in it, and its viewers have it too. LIVE-2. */
  boardOf(room: RoomId): Board | null {
    const place = this.#places.known(room);
    if (place === null) return null;
    this.#places.flush(place, "all");
    return place.live.board();
  }

  /** Null: no such room. REG-6, REG-7. */
  radioOf(room: RoomId, testSinceMs: number | null): RoomRadio | null {
    const place = this.#places.known(room);
    if (place === null) return null;
    const { live, radio: book } = place;
    return roomRadioOf({ room, seating: live.seating, book, dataMs: live.dataMs, testSinceMs });
  }

  /** What was told of the radios, by room. */
  get books(): (readonly [RoomId, RadioBook])[] {
    return [...this.#places].map(({ live, radio }) => [live.room, radio]);
  }

  viewersOf(room: RoomId): number {
    return this.#places.known(room)?.fan.viewers.size ?? 0;
  }

  /** History and live ink of one page; null: no such room, student or page. @throws HistoryError */
  async inkOf(room: RoomId, student: StudentId, page: PageKey | null): Promise<InkPage | null> {
    const place = this.#places.known(room);
    return place === null ? null : this.#past.page(place.live, student, page);
  }

  /** What waits for the teacher, on the board or in an earlier assignment; null: no such room or assignment. @throws HistoryError */
  async review(room: RoomId, earlier: AssignmentId | null): Promise<Review | null> {
    const live = await this.#shown(room, earlier);
    return live === null ? null : this.#inks.review(live);
  }

  /** The cells of an assignment, on the board or not. @throws HistoryError */
  async cellsOf({ id, room }: Assignment): Promise<readonly BoardCell[]> {
    return (await this.#shown(room, id))?.board().cells ?? [];
  }

  async #shown(room: RoomId, id: AssignmentId | null): Promise<LiveRoom | null> {
    const board = this.boardOf(room);
    const live = this.#places.known(room)?.live ?? null;
    if (id === null || board?.assignment?.id === id) return live;
    const assignment = this.setup.assignments.get(id);
    if (live === null || assignment?.room !== room) return null;
    return this.#past.room(this.setup, assignment, this.nowMs());
  }

  /** Everybody's ink of an item; null: no such room or item. @throws HistoryError */
  async itemInk(room: RoomId, item: ItemId): Promise<ItemInk | null> {
    const place = this.#places.known(room);
    return place === null ? null : this.#inks.item(place.live, item);
  }

  /** Resolves after the next change of setup, or when the signal aborts. */
  setupChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#setupWaiters.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      if (signal.aborted) return resolve();
      this.#setupWaiters.add(wake);
      signal.addEventListener("abort", wake);
    });
  }

  #takeMarks(place: Place): void {
    place.live.takeMarks(this.setup);
    if (this.ready) this.#places.flush(place, "now");
  }

  #configure(place: Place): void {
    const regrid = this.#places.configure(place);
    if (!this.ready) return;
    if (regrid) place.fan.regrid();
    else this.#places.flush(place, "now");
  }
}
