import { expect, test } from "vitest";
import { ByteWindow, FLOOD_BYTES_MAX, FLOOD_WINDOW_MS } from "../../src/core/byte-window.ts";

test("[PEN-1] as many bytes as a window may hold are none too many, one more is; the next window begins anew, also after a step back", () => {
  const window = new ByteWindow();
  expect(window.isFlood(FLOOD_BYTES_MAX, 10_000)).toBe(false);
  expect(window.isFlood(1, 10_000 + FLOOD_WINDOW_MS - 1)).toBe(true);
  expect(window.isFlood(1, 10_000 + FLOOD_WINDOW_MS)).toBe(false);
  expect(window.isFlood(FLOOD_BYTES_MAX, 10_000 + FLOOD_WINDOW_MS)).toBe(true);
  expect(window.isFlood(1, 0)).toBe(false);
});
