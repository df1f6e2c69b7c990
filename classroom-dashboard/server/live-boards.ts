import {
  type AssignmentId,
  type Board,
  type Clock,
  decodeEvent,
  decodeInk,
  decodeSetup,
  type HistoryReader,
  type InkPage,
  type PageAddress,
  type PageKey,
  pageKeyOf,
  type RoomId,
  SetupState,
  type StoredRecord,
  type StrokeRow,
  type StudentId,
} from "@penlight/proto";
import { type ClientMessageFault, isFault, parseClientMessage } from "./core/client-message.ts";
import { LiveRoom } from "./core/live-room.ts";
import { joinInk, pastOf, splitStroke } from "./core/past-ink.ts";
import { currentAssignment } from "./core/seating.ts";
import { CLIENT_MESSAGES_BURST, Viewer, type Watch } from "./core/viewer.ts";
import { FanOut } from "./fan-out.ts";
import type { LiveObserver } from "./live-observer.ts";
import type { LiveTransport, ViewerEvents, ViewerId } from "./transport/live-transport.ts";

/** Rooms that are folded; records of more are counted and left out. LIVE-9. */
export const ROOMS_MAX = 2000;

const CLOSE_POLICY = 1008;

export interface LiveBoardsOptions {
  readonly history: HistoryReader;
  readonly clock: Clock;
  readonly observer: LiveObserver;
  /** An assignment came up whose answers in history have not been read yet. */
  readonly wantBase: (room: RoomId, assignment: AssignmentId) => void;
}

interface Place {
  readonly live: LiveRoom;
  readonly fan: FanOut;
}

/** Every room's board, folded from the log's records, and the viewers that look at them. */
export class LiveBoards implements ViewerEvents {
  readonly setup = new SetupState();
  ready = false;
  readonly #options: LiveBoardsOptions;
  readonly #places = new Map<RoomId, Place>();
  readonly #roomOf = new Map<ViewerId, RoomId>();
  /** What viewers said before the boards were ready. */
  readonly #early = new Map<ViewerId, string[]>();
  readonly #setupWaiters = new Set<() => void>();
  #transport: LiveTransport | null = null;

  constructor(options: LiveBoardsOptions) {
    this.#options = options;
  }

  attach(transport: LiveTransport): void {
    this.#transport = transport;
  }

  // Records in

  onSetup(records: readonly StoredRecord[]): void {
    const before = this.setup.revision;
    const startMs = this.#nowMs();
    for (const { value } of records) {
      const record = decodeSetup(value);
      if (record === null) this.#options.observer.count("undecodable-record");
      else this.setup.apply(record);
    }
    if (this.setup.revision === before) return;
    for (const room of this.setup.rooms.keys()) this.#placeOf(room);
    for (const place of this.#places.values()) this.#configure(place);
    for (const wake of this.#setupWaiters) wake();
    this.#options.observer.stage("fold-setup", this.#nowMs() - startMs);
  }

  onInk(records: readonly StoredRecord[]): void {
    const startMs = this.#nowMs();
    const touched = new Map<Place, Set<StudentId>>();
    const watched: number[] = [];
    for (const { key, value } of records) {
      const place = this.#placeOf(key as RoomId);
      const record = decodeInk(value);
      if (record === null) this.#options.observer.count("undecodable-record");
      if (place === null || record === null) continue;
      const students = touched.get(place) ?? new Set();
      touched.set(place, students);
      const page = place.live.foldInk(record);
      if (page === null || !place.fan.isWatched(page.student)) continue;
      students.add(page.student);
      watched.push(record.receivedMs);
    }
    const foldedMs = this.#nowMs();
    this.#options.observer.stage("fold-ink", foldedMs - startMs);
    if (!this.ready) return;
    let reached = false;
    for (const [place, students] of touched) {
      reached = place.fan.ink(students) || reached;
      this.#flush(place, "now");
    }
    const sentMs = this.#nowMs();
    this.#options.observer.stage("flush", sentMs - foldedMs);
    if (reached) for (const receivedMs of watched) this.#options.observer.sent("ink", receivedMs, sentMs);
  }

  onEvents(records: readonly StoredRecord[]): void {
    const startMs = this.#nowMs();
    const touched = new Map<Place, number[]>();
    for (const { key, value } of records) {
      const place = this.#placeOf(key as RoomId);
      const event = decodeEvent(value);
      if (event === null) this.#options.observer.count("undecodable-record");
      if (place === null || event === null) continue;
      place.live.foldEvent(event);
      const times = touched.get(place) ?? [];
      touched.set(place, times);
      if (event.body.kind === "cells") times.push(event.atMs);
    }
    const foldedMs = this.#nowMs();
    this.#options.observer.stage("fold-events", foldedMs - startMs);
    if (!this.ready) return;
    for (const [place, times] of touched) {
      if (!this.#flush(place, "now")) continue;
      const sentMs = this.#nowMs();
      for (const atMs of times) this.#options.observer.sent("correctness", atMs, sentMs);
    }
    this.#options.observer.stage("flush", this.#nowMs() - foldedMs);
  }

  /** Everything that was in the log at the start is folded: boards are right from here on. LIVE-8. */
  becomeReady(): void {
    for (const { live } of this.#places.values()) live.takeDelta("all");
    this.ready = true;
    for (const [viewer, room] of [...this.#roomOf]) this.#welcome(viewer, room);
    for (const [viewer, texts] of this.#early) for (const text of texts) this.message(viewer, text);
    this.#early.clear();
  }

  /** Once a second: lessons that have opened, ages, and the sign of life. LIVE-6. */
  tick(): void {
    if (!this.ready) return;
    for (const place of this.#places.values()) {
      const current = currentAssignment(this.setup, place.live.room, Math.max(this.#nowMs(), place.live.dataMs));
      if (current !== null && current.id !== place.live.assignment) this.#configure(place);
      this.#flush(place, "all");
      place.fan.alive();
    }
  }

  /** What history told of an assignment; applied under whatever the events say. LIVE-8. */
  base(room: RoomId, ...rest: Parameters<LiveRoom["base"]>): void {
    const place = this.#placeOf(room);
    if (place === null) return;
    place.live.base(...rest);
    if (this.ready) this.#flush(place, "now");
  }

  // Questions

  get rooms(): readonly RoomId[] {
    return [...this.setup.rooms.keys()].sort();
  }

  roomOf(room: RoomId): LiveRoom | null {
    return this.setup.rooms.has(room) ? (this.#places.get(room)?.live ?? null) : null;
  }

  /** Null: no such room. Everything folded so far is in it. */
  boardOf(room: RoomId): Board | null {
    const place = this.setup.rooms.has(room) ? this.#places.get(room) : undefined;
    if (place === undefined) return null;
    this.#flush(place, "all");
    return place.live.board();
  }

  viewersOf(room: RoomId): number {
    return this.#places.get(room)?.fan.viewers.size ?? 0;
  }

  /** History and live ink of one page; null: no such room, student or page. @throws HistoryError */
  async inkOf(room: RoomId, student: StudentId, page: PageKey | null): Promise<InkPage | null> {
    const live = this.roomOf(room);
    const first = live?.worksheet?.pages[0]?.address;
    const key = page ?? (first === undefined ? null : pageKeyOf(first));
    if (live === null || key === null || !live.hasStudent(student) || live.windowOf(key) === null) return null;
    const rows = await this.#readPage(live, student, key);
    const window = live.windowOf(key);
    if (window === null) return null;
    const book = live.bookOf(student);
    return { student, page: key, strokes: joinInk(pastOf(rows, key, window, null), book?.strokes(key, window) ?? []) };
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

  // Viewers

  opened(viewer: ViewerId, room: RoomId): void {
    this.#roomOf.set(viewer, room);
    this.#options.observer.viewers(this.#roomOf.size);
    if (this.ready) this.#welcome(viewer, room);
  }

  message(id: ViewerId, text: string): void {
    if (!this.ready) return this.#keepForLater(id, text);
    const found = this.#find(id);
    if (found === null) return;
    if (!found.viewer.mayTalk(this.#nowMs())) {
      this.#options.observer.count("viewer-closed-talkative");
      this.#transport?.close(id, CLOSE_POLICY, "too many messages");
      return;
    }
    const message = parseClientMessage(text);
    if (isFault(message)) return this.#refuse(id, found.place, message);
    if (message.type === "resync") found.viewer.behind = true;
    else {
      const fault = faultOf(message.students, found.place.live);
      if (fault !== null) return this.#refuse(id, found.place, fault);
      for (const watch of found.viewer.watch(message.students)) this.#askPast(id, watch);
      found.place.fan.indexWatchers();
    }
    this.#flush(found.place, "now");
    found.place.fan.catchUp(id);
  }

  drained(id: ViewerId): void {
    const found = this.#find(id);
    found?.viewer.drain();
    found?.place.fan.catchUp(id);
  }

  closed(id: ViewerId): void {
    const found = this.#find(id);
    this.#roomOf.delete(id);
    this.#early.delete(id);
    found?.place.fan.viewers.delete(id);
    found?.place.fan.indexWatchers();
    this.#options.observer.viewers(this.#roomOf.size);
  }

  #keepForLater(id: ViewerId, text: string): void {
    const texts = this.#early.get(id) ?? [];
    this.#early.set(id, texts);
    if (texts.length < CLIENT_MESSAGES_BURST) texts.push(text);
  }

  #welcome(id: ViewerId, room: RoomId): void {
    const place = this.setup.rooms.has(room) ? this.#placeOf(room) : null;
    if (place === null) {
      const error = { type: "error", code: "unknown-room", detail: room };
      this.#transport?.send(id, Buffer.from(JSON.stringify(error)));
      this.#transport?.close(id, CLOSE_POLICY, "unknown room");
      return;
    }
    place.fan.viewers.set(id, new Viewer(room, this.#nowMs()));
    this.#flush(place, "now");
    place.fan.catchUp(id);
  }

  #refuse(id: ViewerId, place: Place, fault: WatchFault | ClientMessageFault): void {
    this.#options.observer.count("bad-message");
    place.fan.tell(id, { type: "error", ...fault });
  }

  #find(id: ViewerId): { readonly place: Place; readonly viewer: Viewer } | null {
    const place = this.#places.get(this.#roomOf.get(id) as RoomId);
    const viewer = place?.fan.viewers.get(id);
    return place === undefined || viewer === undefined ? null : { place, viewer };
  }

  /** True: cells, rows or columns reached a viewer. */
  #flush({ live, fan }: Place, scope: "now" | "all"): boolean {
    const delta = live.takeDelta(scope);
    return delta !== null && fan.delta(delta);
  }

  #configure(place: Place): void {
    const before = place.live.assignment;
    const regrid = place.live.configure(this.setup, this.#nowMs());
    const { assignment } = place.live;
    if (assignment !== null && assignment !== before) this.#options.wantBase(place.live.room, assignment);
    if (!this.ready) return;
    if (regrid) place.fan.regrid();
    else this.#flush(place, "now");
  }

  /** Null: too many rooms. A room may be heard before its setup is known: its records count from the first on. */
  #placeOf(room: RoomId): Place | null {
    const known = this.#places.get(room);
    if (known !== undefined) return known;
    const { clock, observer } = this.#options;
    if (this.#places.size >= ROOMS_MAX || this.#transport === null) {
      observer.count("room-refused");
      return null;
    }
    const live = new LiveRoom(room, this.setup, clock.nowMs());
    const askPast = (id: ViewerId, watch: Watch) => this.#askPast(id, watch);
    const place = { live, fan: new FanOut({ live, transport: this.#transport, clock, observer, askPast }) };
    this.#places.set(room, place);
    if (live.assignment !== null) this.#options.wantBase(room, live.assignment);
    return place;
  }

  #askPast(id: ViewerId, watch: Watch): void {
    const live = this.#find(id)?.place.live;
    if (live === undefined) return;
    this.#readPage(live, watch.student, watch.page)
      .then((rows) => {
        const found = this.#find(id);
        const window = live.windowOf(watch.page);
        if (found === null || window === null || !found.viewer.watches.includes(watch)) return;
        watch.past = pastOf(rows, watch.page, window, live.bookOf(watch.student)).flatMap(splitStroke);
        found.place.fan.catchUp(id);
      })
      // The page goes on with live ink alone; opening it again asks again.
      .catch(() => this.#options.observer.count("history-failed"));
  }

  async #readPage(live: LiveRoom, student: StudentId, page: PageKey): Promise<readonly StrokeRow[]> {
    const address = live.worksheet?.pages.find((each) => pageKeyOf(each.address) === page)?.address as PageAddress;
    const { assignment } = live;
    return assignment === null ? [] : this.#options.history.strokesOfPage(assignment, student, address);
  }

  #nowMs(): number {
    return this.#options.clock.nowMs();
  }
}

interface WatchFault {
  readonly code: "unknown-student" | "bad-message";
  readonly detail: string;
}

function faultOf(wanted: readonly { readonly student: StudentId; readonly page: PageKey }[], live: LiveRoom): WatchFault | null {
  for (const { student, page } of wanted) {
    if (!live.hasStudent(student)) return { code: "unknown-student", detail: student };
    if (live.windowOf(page) === null) return { code: "bad-message", detail: `no page ${page}` };
  }
  return null;
}
