import { expect, it } from "vitest";
import { liveUrl } from "../../../web/src/live/browser-host.ts";

it.each([
  ["http://127.0.0.1:4180/?room=a", "a", "ws://127.0.0.1:4180/api/v1/rooms/a/live"],
  ["https://board.school/", "room 7", "wss://board.school/api/v1/rooms/room%207/live"],
])("liveUrl(%s, %s)", (page, room, url) => {
  expect(liveUrl(page, room)).toBe(url);
});
