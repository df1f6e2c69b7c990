import type { LocalText, PageKey, RoomId, StudentId } from "@penlight/proto";
import { signal } from "@preact/signals";
import { browserHost, localNowMs } from "../live/browser-host.ts";
import { DataClock } from "../live/data-clock.ts";
import { InkSheet } from "../live/ink-sheet.ts";
import { LiveSocket, type SocketPhase } from "../live/socket.ts";
import { BoardStore, type Change } from "../live/store.ts";
import type { BoardSignals } from "./board-signals.ts";

export interface RoomChoice {
  readonly room: RoomId;
  readonly name: LocalText | null;
}

/** Where the page stands with the server. */
export type Standing =
  | { readonly kind: "loading" }
  | { readonly kind: "rooms"; readonly rooms: readonly RoomChoice[]; readonly unknown: boolean }
  | { readonly kind: "denied" }
  | { readonly kind: "gone" }
  /** The server is there and still reading its log. */
  | { readonly kind: "starting" }
  | { readonly kind: "room"; readonly phase: SocketPhase };

/** No token, a wrong one, or too many wrong ones. */
const DENIED: ReadonlySet<number> = new Set([401, 403, 429]);
/** How often the list of rooms is asked for again while there is nothing to show, ms. */
const ROOMS_AGAIN_MS = 2000;

/** Talks to the server: finds the room, keeps its live socket, folds what comes into the board's signals. */
export class Connection {
  readonly standing = signal<Standing>({ kind: "loading" });
  readonly rooms = signal<readonly RoomChoice[]>([]);
  /** The watched page, and a number that grows with its ink. */
  readonly sheet = signal<InkSheet | null>(null);
  readonly inkRevision = signal(0);
  readonly clock = { data: new DataClock() };
  private readonly board: BoardSignals;
  private store = new BoardStore();
  private socket: LiveSocket | null = null;
  private watched: StudentId | null = null;
  private retry = 0;

  constructor(board: BoardSignals) {
    this.board = board;
  }

  /** Age of the newest data, ms of the viewer's time; null: none yet. */
  ageMs(): number | null {
    return this.clock.data.ageMs(localNowMs());
  }

  dataMs(): number {
    return this.store.dataMs;
  }

  /** Opens the wanted room, or the only one, or says which there are. */
  async choose(wanted: string | null): Promise<void> {
    clearTimeout(this.retry);
    const answer = await fetchRooms();
    if (answer.kind !== "rooms") this.standing.value = answer;
    else {
      this.rooms.value = answer.rooms;
      const only = answer.rooms.length === 1 && wanted === null ? answer.rooms[0] : undefined;
      const room = only ?? answer.rooms.find((each) => each.room === wanted);
      if (room !== undefined) {
        this.open(room.room);
        return;
      }
      this.standing.value = { kind: "rooms", rooms: answer.rooms, unknown: wanted !== null };
      if (answer.rooms.length > 0 && wanted === null) return;
    }
    if (answer.kind !== "denied") this.retry = window.setTimeout(() => void this.choose(wanted), ROOMS_AGAIN_MS);
  }

  private open(room: RoomId): void {
    this.socket?.stop();
    this.board.clear();
    this.store = new BoardStore();
    this.clock.data = new DataClock();
    this.socket = new LiveSocket(browserHost(room), {
      phase: (phase) => this.phase(phase),
      message: (message) => {
        if ("serverMs" in message) this.clock.data.observeServer(message.serverMs, localNowMs());
        this.changed(this.store.apply(message), room);
        this.clock.data.observeData(this.store.dataMs);
      },
    });
    this.socket.start();
  }

  private phase(phase: SocketPhase): void {
    this.standing.value = { kind: "room", phase };
    if (phase.kind === "open") this.store.reopen();
    // A socket does not say why it was refused; plain HTTP does.
    if (phase.kind === "reconnecting" && phase.failures === 2) void this.askWhy();
    if (phase.kind === "connecting") void this.askWhy();
  }

  private async askWhy(): Promise<void> {
    const answer = await fetchRooms();
    if (answer.kind !== "denied") return;
    this.socket?.stop();
    this.standing.value = { kind: "denied" };
  }

  private changed(change: Change, room: RoomId): void {
    switch (change.kind) {
      case "snapshot":
        this.board.apply(change, this.store.dataMs);
        this.sendWatch();
        break;
      case "delta":
        this.board.apply(change, this.store.dataMs);
        break;
      case "gap":
        this.socket?.send({ type: "resync" });
        break;
      case "ink":
        this.inked(change);
        break;
      case "error":
        if (change.code === "unknown-room") this.leave(room);
        break;
      case "alive":
      case "ignored":
        break;
    }
  }

  private leave(room: RoomId): void {
    this.socket?.stop();
    this.socket = null;
    void this.choose(room);
  }

  private inked(ink: Extract<Change, { kind: "ink" }>): void {
    const sheet = this.sheet.value;
    if (sheet === null || ink.student !== this.watched) return;
    if (sheet.apply(ink.reset, ink.strokes) === "gap") this.sendWatch();
    this.inkRevision.value++;
  }

  /** Follows the ink of one student on one page; null follows nobody. LIVE-5. */
  watch(target: { readonly student: StudentId; readonly page: PageKey } | null): void {
    if (target === null && this.watched === null) return;
    if (target !== null && target.student === this.watched && this.sheet.peek()?.page === target.page) return;
    this.watched = target?.student ?? null;
    this.sheet.value = target === null ? null : new InkSheet(target.page);
    this.sendWatch();
  }

  private sendWatch(): void {
    const sheet = this.sheet.peek();
    const students = this.watched === null || sheet === null ? [] : [{ student: this.watched, page: sheet.page }];
    this.socket?.send({ type: "watch", students });
  }
}

type RoomsAnswer =
  | { readonly kind: "rooms"; readonly rooms: readonly RoomChoice[] }
  | { readonly kind: "denied" }
  | { readonly kind: "starting" }
  | { readonly kind: "gone" };

async function fetchRooms(): Promise<RoomsAnswer> {
  try {
    const response = await fetch("/api/v1/rooms", { headers: { accept: "application/json" }, cache: "no-store" });
    if (DENIED.has(response.status)) return { kind: "denied" };
    if (response.status === 503) return { kind: "starting" };
    if (!response.ok) return { kind: "gone" };
    return { kind: "rooms", rooms: parseRooms(await response.json()) };
  } catch {
    return { kind: "gone" };
  }
}

function parseRooms(value: unknown): RoomChoice[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each: { room?: unknown; name?: Partial<LocalText> } | null) => {
    if (typeof each?.room !== "string") return [];
    const { zh, en } = each.name ?? {};
    const name = typeof zh === "string" && typeof en === "string" ? { zh, en } : null;
    return [{ room: each.room as RoomId, name }];
  });
}
