import { DOT_STRIDE } from "@penlight/proto";
import { expect, test } from "vitest";
import type { LinkEvent } from "../../src/core/link-event.ts";
import { RecoveryCount } from "../../src/core/recovery-count.ts";

const live = (downMs: number, dots: number): LinkEvent[] => [
  { kind: "stroke-start", downMs, tip: "pen", color: 0, synthetic: false, count: null },
  { kind: "stroke-end", upMs: downMs + 9, synthetic: false, dots, lostDots: 0, counts: null },
];
const stored = (...strokes: readonly (readonly [downMs: number, dots: number])[]) =>
  ({
    kind: "memory-chunk",
    chunk: { strokes: strokes.map(([downMs, dots]) => ({ downMs, dots: new Int32Array(dots * DOT_STRIDE) })) },
  }) as unknown as LinkEvent;

test("[PEN-13] a stroke came home when only memory has it, or more of it; once, however often it comes", () => {
  const count = new RecoveryCount();
  for (const event of [...live(1, 5), ...live(2, 5), stored([1, 5], [2, 7], [3, 4])]) count.take(event);
  expect(count.strokes).toBe(2);
  count.take(stored([1, 5], [2, 7], [3, 4], [4, 1]));
  expect(count.strokes).toBe(3);
});
