import type { AssignmentId, Clock, RoomId, SetupState } from "@penlight/proto";
import { LiveRoom } from "./core/live-room.ts";
import { RadioBook } from "./core/radio-book.ts";
import type { Watch } from "./core/viewer.ts";
import { FanOut } from "./fan-out.ts";
import type { LiveObserver } from "./live-observer.ts";
import type { LiveTransport, ViewerId } from "./transport/live-transport.ts";

/** Rooms that are folded; records of more are counted and left out. LIVE-9. */
const ROOMS_MAX = 2000;

/** A room: its board, and who looks at it. */
export interface Place {
  readonly live: LiveRoom;
  readonly fan: FanOut;
  readonly radio: RadioBook;
}

export interface PlacesOptions {
  readonly setup: SetupState;
  readonly clock: Clock;
  readonly observer: LiveObserver;
  readonly transport: LiveTransport;
  /** An assignment came up whose answers in history may not have been read yet. */
  readonly wantBase: (room: RoomId, assignment: AssignmentId) => void;
  readonly askPast: (viewer: ViewerId, watch: Watch) => void;
}

/** Every room that was heard of. */
export class Places {
  readonly #options: PlacesOptions;
  readonly #byRoom = new Map<RoomId, Place>();

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  [Symbol.iterator](): Iterator<Place> {
    return this.#byRoom.values();
  }

  /** Null: too many rooms. A room may be heard before its setup is known: its records count from the first on. */
  of(room: RoomId): Place | null {
    const known = this.#byRoom.get(room);
    if (known !== undefined) return known;
    const { clock, observer, setup, transport, askPast, wantBase } = this.#options;
    if (this.#byRoom.size >= ROOMS_MAX) {
      observer.count("room-refused");
      return null;
    }
    const live = new LiveRoom(room, setup, clock.nowMs());
    const fan = new FanOut({ live, transport, clock, observer, askPast });
    const place = { live, fan, radio: new RadioBook() };
    this.#byRoom.set(room, place);
    if (live.assignment !== null) wantBase(room, live.assignment);
    return place;
  }

  /** Null: setup has no such room. */
  known(room: RoomId): Place | null {
    return this.#options.setup.rooms.has(room) ? this.of(room) : null;
  }

  /** Takes over what setup says now; true: viewers need a snapshot. */
  configure(place: Place): boolean {
    const before = place.live.assignment;
    const regrid = place.live.configure(this.#options.setup, this.#options.clock.nowMs());
    const { assignment, room } = place.live;
    if (assignment !== null && assignment !== before) this.#options.wantBase(room, assignment);
    return regrid;
  }

  /** Tells what has changed; true: it reached a viewer. */
  flush({ live, fan }: Place, scope: "now" | "all"): boolean {
    const delta = live.takeDelta(scope);
    return delta !== null && fan.delta(delta);
  }
}
