import { describe, expect, it } from "vitest";
import { RoomStroke } from "../../src/core/room-stroke.ts";
import { RoomStrokes, SILENT_STROKE_MS, UNPLACED_STROKES_MAX } from "../../src/core/room-strokes.ts";
import { Stroke } from "../../src/core/stroke.ts";
import { NO_METRICS } from "../../src/metrics.ts";
import { PAGE, penOf } from "../fixtures/classroom.ts";

function traceAt(downMs: number, heardMs = downMs): RoomStroke {
  const trace = new RoomStroke(new Stroke(penOf(0), PAGE, downMs), null);
  trace.heardMs = heardMs;
  return trace;
}

describe("RoomStrokes", () => {
  it("[EVT-3] finds a stroke by its identity until it is forgotten", () => {
    const strokes = new RoomStrokes(NO_METRICS);
    const [one, two] = [traceAt(1), traceAt(2)];
    strokes.add(one);
    strokes.add(two);
    expect([strokes.get(one.stroke.id), strokes.get(two.stroke.id), [...strokes.all].length]).toEqual([one, two, 2]);
    strokes.forget(one);
    expect([strokes.get(one.stroke.id), [...strokes.all]]).toEqual([undefined, [two]]);
  });

  it("[ANS-4] a stroke is silent 10 s after its last record, not after its first", () => {
    const strokes = new RoomStrokes(NO_METRICS);
    const trace = traceAt(1000);
    strokes.setOpen(trace, true);
    trace.heardMs = 8000;
    expect(strokes.popSilent(1000 + SILENT_STROKE_MS)).toBeUndefined();
    expect(strokes.popSilent(17_999)).toBeUndefined();
    expect(strokes.popSilent(18_000)).toBe(trace);
    expect(SILENT_STROKE_MS).toBe(10_000);
  });

  it("[ANS-4] a stroke that ended is not silent; one that opened again is, once", () => {
    const strokes = new RoomStrokes(NO_METRICS);
    const [ended, again] = [traceAt(1000), traceAt(2000)];
    for (const trace of [ended, again]) strokes.setOpen(trace, true);
    for (const trace of [ended, again]) strokes.setOpen(trace, false);
    again.heardMs = 5000;
    strokes.setOpen(again, true);
    expect([strokes.open, strokes.isOpen(ended), strokes.isOpen(again)]).toEqual([1, false, true]);
    expect(strokes.popSilent(14_999)).toBeUndefined();
    expect(strokes.popSilent(15_000)).toBe(again);
    strokes.setOpen(again, false);
    expect(strokes.popSilent(1e9)).toBeUndefined();
  });

  it("[ANS-12] keeps the youngest strokes without a place up to the limit, and counts what it forgets", () => {
    const counted: unknown[] = [];
    const strokes = new RoomStrokes({ ...NO_METRICS, count: (...args) => counted.push(args) });
    const traces = Array.from({ length: UNPLACED_STROKES_MAX + 3 }, (_, i) => traceAt(i));
    for (const trace of traces.slice(0, UNPLACED_STROKES_MAX)) {
      strokes.add(trace);
      strokes.setPlaced(trace, false);
    }
    // The oldest finds a place: it is none of them any more.
    strokes.setPlaced(traces[0] as RoomStroke, true);
    expect([strokes.unplaced, counted]).toEqual([4095, []]);
    for (const trace of traces.slice(UNPLACED_STROKES_MAX)) {
      strokes.add(trace);
      strokes.setPlaced(trace, false);
    }
    expect(strokes.unplaced).toBe(4096);
    expect(counted).toEqual([
      ["strokes-forgotten", 1, "unplaced"],
      ["strokes-forgotten", 1, "unplaced"],
    ]);
    const known = traces.map((trace) => strokes.get(trace.stroke.id) !== undefined);
    expect(known.flatMap((is, i) => (is ? [] : [i]))).toEqual([1, 2]);
  });
});
