import type { RoomId } from "@penlight/proto";
import type { SocketHost } from "./socket.ts";

/** Monotonic milliseconds of this page. */
export function localNowMs(): number {
  return performance.now();
}

/** The real WebSocket of a room, on the origin that served the page. */
export function browserHost(room: RoomId): SocketHost {
  return {
    open(events) {
      const socket = new WebSocket(liveUrl(location.href, room));
      socket.addEventListener("open", () => events.opened());
      socket.addEventListener("message", (event) => {
        if (typeof event.data === "string") events.message(event.data);
      });
      socket.addEventListener("close", () => events.closed());
      return { send: (text) => socket.send(text), close: () => socket.close() };
    },
    after(ms, then) {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
  };
}

/** @example liveUrl("https://a.b/?room=x", "x") // "wss://a.b/api/v1/rooms/x/live" */
export function liveUrl(page: string, room: string): string {
  const url = new URL(`/api/v1/rooms/${encodeURIComponent(room)}/live`, page);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
