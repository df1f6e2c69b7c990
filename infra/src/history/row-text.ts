import {
  type AnswerRow,
  DOT_STRIDE,
  DOT_TIME,
  DOT_X,
  DOT_Y,
  type GapRow,
  type HistoryBatch,
  type MarkRow,
  pageKeyOf,
  type StrokeRow,
} from "@penlight/proto";
import { encodeStroke } from "./stroke-codec.ts";
import { measureStroke } from "./stroke-measures.ts";
import { escapeText, type TextWriter } from "./text-writer.ts";

/** A table of history: its columns in the order in which `write` puts them, one TabSeparated line a row. */
export interface TableText<Row> {
  readonly name: keyof HistoryBatch;
  readonly columns: readonly string[];
  readonly write: (row: Row, out: TextWriter) => void;
}

export const TABLES: {
  readonly [Name in keyof HistoryBatch]: TableText<HistoryBatch[Name][number]>;
} = {
  strokes: {
    name: "strokes",
    columns: [
      ...["room", "assignment", "student", "page", "pen", "item", "box", "pen_down_ms", "clock_offset_ms"],
      ...[
        "up_after_ms",
        "up_exact_ms",
        "extra_version",
        "placement",
        "gone",
        "tip",
        "source",
        "color",
        "max_force",
        "synthetic_start",
        "synthetic_end",
        "lost_dots",
        "received_ms",
      ],
      ...["first_t", "first_x", "first_y", "first_force", "first_tilt_x", "first_tilt_y", "first_twist"],
      ...["low.t", "low.x", "low.y", "low.force", "low.tilt_x", "low.tilt_y", "low.twist"],
      ...["high.t", "high.x", "high.y", "high.force", "high.tilt_x", "high.tilt_y", "high.twist"],
      ...["duration_ms", "length_10um", "peak_speed_tenths", "mean_force_tenths"],
      ...["reach_left", "reach_right", "reach_up", "reach_down"],
    ],
    write: writeStroke,
  },
  answers: {
    name: "answers",
    columns: [
      "room",
      "assignment",
      "student",
      "item",
      "version",
      "state",
      "answer",
      "at_ms",
      "strokes",
      "recognizer",
      "alphabet",
      "guess",
      "confidence",
      "runner_up",
      "received_ms",
    ],
    write: writeAnswer,
  },
  marks: {
    name: "marks",
    columns: [
      ...["room", "assignment", "student", "item", "answer_version", "worksheet_version", "state"],
      ...["points", "max_points", "by", "at_ms", "decision", "decided_by", "decided_ms"],
    ],
    write: writeMark,
  },
  gaps: {
    name: "gaps",
    columns: ["room", "pen", "student", "at_ms", "lost_events", "reason", "cause"],
    write: writeGap,
  },
};

function writeStroke(row: StrokeRow, out: TextWriter): void {
  const { first, low, high } = encodeStroke(row.dots);
  const measures = measureStroke(row.dots);
  const lastMs = row.downMs + ((first[DOT_TIME] as number) + measures.durationMs);
  const afterMs = row.upMs - lastMs;
  const isExact = lastMs + afterMs === row.upMs;
  out.text(row.room).text(row.assignment).text(row.student);
  out.text(row.page === null ? null : pageKeyOf(row.page));
  out.text(row.pen).text(row.item).text(row.box);
  out.plain(row.downMs).plain(row.clockOffsetMs);
  out.plain(isExact ? afterMs : 0).plain(isExact ? "[]" : `[${row.upMs}]`);
  out
    .plain(row.version - row.dots.length / DOT_STRIDE)
    .whole(row.placement)
    .plain(row.gone)
    .plain(row.tip)
    .plain(row.source);
  out.whole(row.color >>> 0).whole(row.maxForce);
  out
    .plain(row.syntheticStart)
    .plain(row.syntheticEnd)
    .whole(row.lostDots)
    .plain(row.receivedMs ?? 0);
  for (const value of first) out.plain(value);
  for (const column of low) out.list(column);
  for (const column of high) out.list(column);
  out.plain(measures.durationMs).whole(Math.round(measures.lengthMm * 100));
  out.whole(Math.round(measures.peakSpeed * 10)).plain(Math.round(measures.meanForce * 10));
  const { xMin, yMin, xMax, yMax } = measures;
  const x = first[DOT_X] as number;
  const y = first[DOT_Y] as number;
  out
    .whole(x - xMin)
    .whole(xMax - x)
    .whole(y - yMin)
    .whole(yMax - y);
  out.endRow();
}

function writeAnswer(row: AnswerRow, out: TextWriter): void {
  out.text(row.room).text(row.assignment).text(row.student).text(row.item);
  out.whole(row.version).plain(row.state).text(JSON.stringify(row.answer)).plain(row.atMs);
  out.plain(`[${row.strokes.map((stroke) => `'${escapeText(stroke)}'`).join(",")}]`).text(row.recognizer);
  const { alphabet = "", guess = "", confidence = 0, runnerUp = "" } = row.insight ?? {};
  out.text(alphabet).text(guess).plain(confidence).text(runnerUp);
  out.plain(row.receivedMs ?? 0);
  out.endRow();
}

function writeMark(row: MarkRow, out: TextWriter): void {
  out.text(row.room).text(row.assignment).text(row.student).text(row.item);
  out.whole(row.answerVersion).whole(row.worksheetVersion).plain(row.state);
  out.plain(row.points).plain(row.maxPoints).text(row.by).plain(row.atMs);
  out.whole(row.decision).text(row.decidedBy).plain(row.decidedMs);
  out.endRow();
}

function writeGap(row: GapRow, out: TextWriter): void {
  out.text(row.room).text(row.pen).text(row.student);
  out.plain(row.atMs).whole(row.lostEvents).text(row.reason).text(row.cause);
  out.endRow();
}
