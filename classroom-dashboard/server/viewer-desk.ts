import type { ClientMessage, Clock, RoomId } from "@penlight/proto";
import { isFault, parseClientMessage } from "./core/client-message.ts";
import type { LiveRoom } from "./core/live-room.ts";
import { CLIENT_MESSAGES_BURST, Viewer, type Watch } from "./core/viewer.ts";
import type { LiveObserver } from "./live-observer.ts";
import type { PastReader } from "./past-reader.ts";
import type { Place, Places } from "./places.ts";
import type { LiveTransport, ViewerEvents, ViewerId } from "./transport/live-transport.ts";

/** A message broke the rules of the house. */
const CLOSE_POLICY = 1008;

export interface ViewerDeskOptions {
  readonly places: () => Places;
  readonly past: PastReader;
  readonly clock: Clock;
  readonly observer: LiveObserver;
  readonly transport: LiveTransport;
}

/** Where viewers come in, ask and go. */
export class ViewerDesk implements ViewerEvents {
  readonly #options: ViewerDeskOptions;
  readonly #roomOf = new Map<ViewerId, RoomId>();
  /** What viewers said before there was a board to show. */
  readonly #early = new Map<ViewerId, string[]>();
  #isOpen = false;

  constructor(options: ViewerDeskOptions) {
    this.#options = options;
  }

  /** The boards are right: whoever waits is shown one. */
  open(): void {
    this.#isOpen = true;
    for (const [viewer, room] of [...this.#roomOf]) this.#welcome(viewer, room);
    for (const [viewer, texts] of this.#early) for (const text of texts) this.message(viewer, text);
    this.#early.clear();
  }

  opened(viewer: ViewerId, room: RoomId): void {
    this.#roomOf.set(viewer, room);
    this.#options.observer.viewers(this.#roomOf.size);
    if (this.#isOpen) this.#welcome(viewer, room);
  }

  message(id: ViewerId, text: string): void {
    const found = this.#find(id);
    if (!this.#isOpen) this.#keepForLater(id, text);
    else if (found !== null) this.#heard(id, text, found);
  }

  #heard(id: ViewerId, text: string, { place, viewer }: Found): void {
    if (!viewer.mayTalk(this.#options.clock.nowMs())) {
      this.#options.observer.count("viewer-closed-talkative");
      this.#options.transport.close(id, CLOSE_POLICY, "too many messages");
      return;
    }
    const message = parseClientMessage(text);
    const fault = isFault(message) ? message : faultOf(message, place.live);
    if (fault !== null) {
      this.#options.observer.count("bad-message");
      place.fan.tell(id, { type: "error", ...fault });
      return;
    }
    if (isFault(message) || message.type === "resync") viewer.behind = true;
    else {
      for (const watch of viewer.watch(message.students)) this.askPast(id, watch);
      place.fan.indexWatchers();
    }
    this.#options.places().flush(place, "now");
    place.fan.catchUp(id);
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

  /** What history knows of a page that begins anew follows as soon as it is read. LIVE-5. */
  askPast(id: ViewerId, watch: Watch): void {
    const live = this.#find(id)?.place.live;
    if (live === undefined) return;
    this.#options.past.missing(live, watch.student, watch.page).then(
      (strokes) => {
        const found = this.#find(id);
        if (found === null || !found.viewer.watches.includes(watch)) return;
        watch.past = strokes;
        found.place.fan.catchUp(id);
      },
      // The page goes on with live ink alone; opening it again asks again.
      () => this.#options.observer.count("history-failed"),
    );
  }

  #keepForLater(id: ViewerId, text: string): void {
    const texts = this.#early.get(id) ?? [];
    this.#early.set(id, texts);
    if (texts.length < CLIENT_MESSAGES_BURST) texts.push(text);
  }

  #welcome(id: ViewerId, room: RoomId): void {
    const { places, clock, transport } = this.#options;
    const place = places().known(room);
    if (place === null) {
      const error = { type: "error", code: "unknown-room", detail: room };
      transport.send(id, Buffer.from(JSON.stringify(error)));
      transport.close(id, CLOSE_POLICY, "unknown room");
      return;
    }
    place.fan.viewers.set(id, new Viewer(room, clock.nowMs()));
    places().flush(place, "now");
    place.fan.catchUp(id);
  }

  #find(id: ViewerId): Found | null {
    const room = this.#roomOf.get(id);
    const place = room === undefined ? null : this.#options.places().known(room);
    const viewer = place?.fan.viewers.get(id);
    return place === null || viewer === undefined ? null : { place, viewer };
  }
}

interface Found {
  readonly place: Place;
  readonly viewer: Viewer;
}

interface WatchFault {
  readonly code: "unknown-student" | "bad-message";
  readonly detail: string;
}

function faultOf(message: ClientMessage, live: LiveRoom): WatchFault | null {
  for (const { student, page } of message.type === "watch" ? message.students : []) {
    if (!live.hasStudent(student)) return { code: "unknown-student", detail: student };
    if (live.windowOf(page) === null) return { code: "bad-message", detail: `no page ${page}` };
  }
  return null;
}
