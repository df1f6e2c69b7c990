import type { Clock, RoomId, ServerMessage, StudentId } from "@penlight/proto";
import type { RoomDelta } from "./core/board-rows.ts";
import type { LiveRoom } from "./core/live-room.ts";
import { nextPast, type Viewer, type Watch } from "./core/viewer.ts";
import type { LiveObserver } from "./live-observer.ts";
import type { LiveTransport, ViewerId } from "./transport/live-transport.ts";

/** Bytes of ink messages made in this flush: viewers at the same place of the same page share them. */
type InkCache = Map<string, { readonly bytes: Uint8Array; readonly next: number }>;

export interface FanOutOptions {
  readonly live: LiveRoom;
  readonly transport: LiveTransport;
  readonly clock: Clock;
  readonly observer: LiveObserver;
  /** A page is begun anew: what history knows of it is wanted. */
  readonly askPast: (viewer: ViewerId, watch: Watch) => void;
}

/** The viewers of one room and what is sent to them: each message is encoded once for all who get it. */
export class FanOut {
  readonly viewers = new Map<ViewerId, Viewer>();
  readonly #live: LiveRoom;
  readonly #transport: LiveTransport;
  readonly #clock: Clock;
  readonly #observer: LiveObserver;
  readonly #askPast: FanOutOptions["askPast"];
  readonly #watchers = new Map<StudentId, Set<ViewerId>>();
  #snapshot: { readonly seq: number; readonly dataMs: number; readonly json: string } | null = null;

  constructor(options: FanOutOptions) {
    this.#live = options.live;
    this.#transport = options.transport;
    this.#clock = options.clock;
    this.#observer = options.observer;
    this.#askPast = options.askPast;
  }

  get room(): RoomId {
    return this.#live.room;
  }

  isWatched(student: StudentId): boolean {
    return this.#watchers.has(student);
  }

  tell(id: ViewerId, message: ServerMessage): void {
    const viewer = this.viewers.get(id);
    if (viewer !== undefined) this.#send(id, viewer, encode(message));
  }

  /** To everyone in step; who cannot take it is behind from now on. True: it reached somebody. LIVE-3, LIVE-7. */
  delta(delta: RoomDelta): boolean {
    if (this.viewers.size === 0) return false;
    const { seq, dataMs, cells, items, students, delays } = delta;
    let bytes: Uint8Array | null = null;
    let reached = false;
    for (const [id, viewer] of this.viewers) {
      if (!viewer.takesDelta()) continue;
      bytes ??= encode({
        type: "delta",
        seq,
        dataMs,
        ...(cells.length > 0 && { cells }),
        ...(items.length > 0 && { items }),
        ...(students.length > 0 && { students }),
        ...(delays !== null && { delays }),
      });
      if (this.#send(id, viewer, bytes)) reached = true;
      else this.#fallBehind(viewer);
    }
    if (bytes !== null) this.#observer.count("delta");
    return reached;
  }

  /** Another grid: everybody needs a snapshot, and the pages that are still there begin anew. LIVE-1. */
  regrid(): void {
    for (const [id, viewer] of this.viewers) {
      viewer.behind = true;
      const there = (watch: Watch) => this.#live.hasStudent(watch.student) && this.#live.windowOf(watch.page) !== null;
      for (const watch of viewer.rewatch(there)) this.#askPast(id, watch);
    }
    this.indexWatchers();
    for (const id of this.viewers.keys()) this.catchUp(id);
  }

  /** What the viewer misses: a snapshot if it is behind, then ink. LIVE-4. */
  catchUp(id: ViewerId): void {
    const viewer = this.viewers.get(id);
    if (viewer === undefined || viewer.blocked) return;
    if (viewer.behind && this.#send(id, viewer, this.#snapshotBytes())) {
      viewer.behind = false;
      this.#observer.count("snapshot");
    }
    const cache: InkCache = new Map();
    for (const watch of viewer.watches) this.#pump(id, viewer, watch, cache);
  }

  /** New ink of these students. True: it reached somebody. LIVE-5. */
  ink(students: Iterable<StudentId>): boolean {
    const cache: InkCache = new Map();
    let reached = false;
    for (const student of students) {
      for (const id of this.#watchers.get(student) ?? []) {
        const viewer = this.viewers.get(id);
        for (const watch of viewer?.watches ?? []) {
          if (viewer !== undefined && watch.student === student) reached = this.#pump(id, viewer, watch, cache) || reached;
        }
      }
    }
    return reached;
  }

  alive(): void {
    const { dataMs, seq } = this.#live;
    const bytes = encode({ type: "alive", serverMs: this.#clock.nowMs(), dataMs, seq });
    for (const [id, viewer] of this.viewers) if (!viewer.blocked) this.#send(id, viewer, bytes);
  }

  /** Who follows whom, after a list changed. */
  indexWatchers(): void {
    this.#watchers.clear();
    for (const [id, viewer] of this.viewers) {
      for (const { student } of viewer.watches) {
        const watchers = this.#watchers.get(student);
        if (watchers === undefined) this.#watchers.set(student, new Set([id]));
        else watchers.add(id);
      }
    }
  }

  #pump(id: ViewerId, viewer: Viewer, watch: Watch, cache: InkCache): boolean {
    const { student, page } = watch;
    if (!watch.reset && this.#live.bookOf(student)?.isForgotten(page, watch.cursor)) this.#beginAnew(id, watch);
    let reached = false;
    while (!viewer.blocked) {
      const made = this.#inkMessage(watch, cache);
      if (made === null) break;
      if (!this.#send(id, viewer, made.bytes)) return reached;
      watch.cursor = made.next;
      watch.reset = false;
      reached = true;
    }
    while (!viewer.blocked && watch.past.length > 0) {
      const strokes = nextPast(watch.past);
      if (!this.#send(id, viewer, encode({ type: "ink", student, reset: false, strokes }))) break;
      watch.past = watch.past.slice(strokes.length);
    }
    return reached;
  }

  /** So far behind that the book has forgotten what is missing: the page comes again, from history too. LIVE-9. */
  #beginAnew(id: ViewerId, watch: Watch): void {
    watch.reset = true;
    watch.past = [];
    this.#askPast(id, watch);
  }

  #inkMessage(watch: Watch, cache: InkCache): { readonly bytes: Uint8Array; readonly next: number } | null {
    const { student, page, reset } = watch;
    const key = JSON.stringify([student, page, watch.cursor, reset]);
    const known = cache.get(key);
    if (known !== undefined) return known;
    const chunk = this.#live.inkChunk(student, page, watch.cursor);
    const strokes = chunk?.strokes ?? [];
    const next = chunk?.next ?? watch.cursor;
    if (strokes.length === 0 && !reset) {
      watch.cursor = next;
      return null;
    }
    const made = { bytes: encode({ type: "ink", student, reset, strokes }), next };
    cache.set(key, made);
    return made;
  }

  #snapshotBytes(): Uint8Array {
    const { seq, dataMs, worksheet } = this.#live;
    if (this.#snapshot?.seq !== seq || this.#snapshot.dataMs !== dataMs) {
      const json = `"board":${JSON.stringify(this.#live.board())},"worksheet":${JSON.stringify(worksheet)}`;
      this.#snapshot = { seq, dataMs, json };
    }
    return Buffer.from(`{"type":"snapshot","serverMs":${this.#clock.nowMs()},${this.#snapshot.json}}`);
  }

  #fallBehind(viewer: Viewer): void {
    viewer.behind = true;
    this.#observer.count("viewer-behind");
  }

  #send(id: ViewerId, viewer: Viewer, bytes: Uint8Array): boolean {
    if (viewer.blocked) return false;
    if (this.#transport.send(id, bytes) === "sent") return true;
    // "closed" blocks as well: the transport says `closed` right after, and nothing more is tried until then.
    viewer.block();
    return false;
  }
}

function encode(message: ServerMessage): Uint8Array {
  return Buffer.from(JSON.stringify(message));
}
