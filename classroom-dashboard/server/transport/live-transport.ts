import type { RoomId } from "@penlight/proto";

export type ViewerId = number;

/** Over this many bytes waiting in a socket it gets no more deltas and is marked dirty. LIVE-7. */
export const SOCKET_FULL_BYTES = 64 * 1024;
/** Over this many it is closed with code 1013. LIVE-7. */
export const SOCKET_CLOSE_BYTES = 1024 * 1024;

/** What the dashboard wants to know of its sockets; called by the transport. */
export interface ViewerEvents {
  opened(viewer: ViewerId, room: RoomId): void;
  /** One text message of a viewer. */
  message(viewer: ViewerId, text: string): void;
  /** A socket that was full can take more. */
  drained(viewer: ViewerId): void;
  closed(viewer: ViewerId): void;
}

/** Port: WebSockets of `/api/v1/rooms/{room}/live`. A full socket is an answer, not an exception. */
export interface LiveTransport {
  /**
   * Text frame, UTF-8 bytes. "full": more than SOCKET_FULL_BYTES are waiting, nothing of this message was taken, and
   * `drained` will be called. "closed": the viewer is gone. The bytes may be shared and must not be changed.
   */
  send(viewer: ViewerId, bytes: Uint8Array): "sent" | "full" | "closed";
  close(viewer: ViewerId, code: number, reason: string): void;
}

/** Sockets at once; one more is refused with 503. LIVE-10. */
export const VIEWERS_MAX = 1000;
/** A viewer that has not answered for two of these is gone. LIVE-10. */
export const HEARTBEAT_MS = 15_000;

const LIVE_PATH = /^\/api\/v1\/rooms\/([^/]{1,384})\/live$/;

/** Room of an upgrade's path (without query); null: not a live socket. */
export function roomOfLivePath(path: string): RoomId | null {
  const match = LIVE_PATH.exec(path);
  if (match === null) return null;
  try {
    return decodeURIComponent(match[1] as string) as RoomId;
  } catch {
    return null;
  }
}
