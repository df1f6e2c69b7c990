import type { PageKey } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { costOf, InkPageLog, joinPieces, newPart, type Part, strokeIn, takeStrokes } from "../../../server/core/ink-parts.ts";
import { dots, PAGE_KEY, penId } from "../lesson-fixture.ts";

const PAGE = PAGE_KEY as PageKey;
const END = { upMs: 1000, synthetic: false, lostDots: 0 };

function logOf(...batches: readonly ReturnType<typeof dots>[]): InkPageLog {
  const log = new InkPageLog();
  for (const batch of batches) {
    const stroke = strokeIn(log, batch, PAGE);
    log.parts.push(newPart(stroke.live, batch) as Part);
  }
  return log;
}
const strokesOf = (log: InkPageLog) => [...log.strokes.values()];

describe("joinPieces", () => {
  it("[EVT-22] a piece is a part of a stroke that has ended, once, and of none that goes on", () => {
    const piece = dots(1, 51, 0, 4, { syntheticStart: true, end: END });
    for (const end of [null, END]) {
      const log = logOf(dots(1, 50, 0, 9, { end }), piece);
      const [whole, part] = strokesOf(log);
      const gone = strokesOf(log).flatMap((stroke) => joinPieces(log, stroke));
      expect(gone.map((each) => [each.copy.stroke, each.dotCount])).toEqual(end === null ? [] : [[part, 0]]);
      expect([whole?.isPart, part?.isPart]).toEqual([false, end !== null]);
      expect(log.parts.length).toBe(end === null ? 2 : 3);
    }
  });
});

describe("takeStrokes", () => {
  it("[LIVE-9] says what the strokes of a pen cost, and leaves the others", () => {
    const log = logOf(
      dots(1, 50, 0, 9),
      dots(2, 50, 0, 5, { syntheticStart: true, end: END }),
      dots(2, 900, 0, 0, { end: END }),
    );
    for (const stroke of strokesOf(log)) joinPieces(log, stroke);
    const moved = takeStrokes(log, ({ pen }) => pen === penId(2));
    expect([moved?.dots, moved?.log.parts.map(costOf), moved?.log.pieces.size]).toEqual([6, [5, 1], 1]);
    expect([strokesOf(log).length, log.parts.length, log.pieces.size]).toEqual([1, 1, 0]);
    expect(takeStrokes(log, ({ pen }) => pen === penId(2))).toBeNull();
  });
});
