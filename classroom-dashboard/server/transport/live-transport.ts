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
  /** Text frame, UTF-8 bytes. "closed": the viewer is gone. */
  send(viewer: ViewerId, bytes: Uint8Array): "sent" | "full" | "closed";
  close(viewer: ViewerId, code: number, reason: string): void;
}
