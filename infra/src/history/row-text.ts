import { type AnswerRow, type GapRow, type HistoryBatch, type MarkRow, pageKeyOf, type StrokeRow } from "@penlight/proto";
import { encodeStroke } from "./stroke-codec.ts";
import { measureStroke } from "./stroke-measures.ts";

/** A table of history: its columns in the order of the text that {@link TABLES} writes, one TabSeparated line a row. */
export interface TableText<Row> {
  readonly name: keyof HistoryBatch;
  readonly columns: readonly string[];
  readonly line: (row: Row) => string;
}

/** Small numbers are most of all ink: their text is made once. */
const SMALL_TEXT = Array.from({ length: 1024 }, (_, i) => String(i));

export const TABLES: {
  readonly [Name in keyof HistoryBatch]: TableText<HistoryBatch[Name][number]>;
} = {
  strokes: {
    name: "strokes",
    columns: [
      ...["room", "assignment", "student", "page", "pen", "item", "box", "pen_down_ms", "pen_up_ms", "clock_offset_ms"],
      ...["version", "tip", "source", "color", "max_force", "synthetic_start", "synthetic_end", "lost_dots"],
      ...["first_t", "first_x", "first_y", "first_force", "first_tilt_x", "first_tilt_y", "first_twist"],
      ...["`ink.t`", "`ink.x`", "`ink.y`", "`ink.force`", "`ink.tilt_x`", "`ink.tilt_y`", "`ink.twist`"],
      ...["duration_ms", "length_um", "peak_um_per_s", "mean_force_milli", "`left`", "`right`", "above", "below"],
    ],
    line: strokeLine,
  },
  answers: {
    name: "answers",
    columns: ["room", "assignment", "student", "item", "version", "state", "answer", "at_ms", "strokes", "recognizer"],
    line: answerLine,
  },
  marks: {
    name: "marks",
    columns: [
      ...["room", "assignment", "student", "item", "answer_version", "worksheet_version", "state"],
      ...["points", "max_points", "by", "at_ms"],
    ],
    line: markLine,
  },
  gaps: {
    name: "gaps",
    columns: ["room", "pen", "student", "at_ms", "lost_events", "reason", "cause"],
    line: gapLine,
  },
};

function strokeLine(row: StrokeRow): string {
  const { first, differences } = encodeStroke(row.dots);
  const measures = measureStroke(row.dots);
  const page = row.page === null ? "" : pageKeyOf(row.page);
  const places = `${text(row.room)}\t${text(row.assignment)}\t${text(row.student)}\t${page}\t${text(row.pen)}\t${text(row.item)}\t${text(row.box)}`;
  const times = `${row.downMs}\t${row.upMs}\t${row.clockOffsetMs}`;
  const pen = `${row.version}\t${row.tip}\t${row.source}\t${row.color >>> 0}\t${row.maxForce}`;
  const faults = `${row.syntheticStart}\t${row.syntheticEnd}\t${row.lostDots}`;
  let line = `${places}\t${times}\t${pen}\t${faults}\t${first.join("\t")}\t`;
  for (const column of differences) {
    let list = "[";
    for (let i = 0; i < column.length; i++) {
      const value = column[i] as number;
      list += `${i === 0 ? "" : ","}${SMALL_TEXT[value] ?? value}`;
    }
    line += `${list}]\t`;
  }
  const firstX = first[1] as number;
  const firstY = first[2] as number;
  const isEmpty = row.dots.length === 0;
  const box = isEmpty ? [0, 0, 0, 0] : [firstX - measures.xMin, measures.xMax - firstX, firstY - measures.yMin, measures.yMax - firstY];
  const sizes = `${measures.durationMs}\t${Math.round(measures.lengthMm * 1000)}\t${Math.round(measures.peakSpeed * 1000)}`;
  return `${line}${sizes}\t${Math.round(measures.meanForce * 1000)}\t${box.join("\t")}\n`;
}

function answerLine(row: AnswerRow): string {
  const key = `${text(row.room)}\t${text(row.assignment)}\t${text(row.student)}\t${text(row.item)}`;
  const strokes = row.strokes.map((stroke) => `'${text(stroke)}'`).join(",");
  return `${key}\t${row.version}\t${row.state}\t${text(JSON.stringify(row.answer))}\t${row.atMs}\t[${strokes}]\t${text(row.recognizer)}\n`;
}

function markLine(row: MarkRow): string {
  const key = `${text(row.room)}\t${text(row.assignment)}\t${text(row.student)}\t${text(row.item)}`;
  const worth = `${row.state}\t${row.points}\t${row.maxPoints}\t${text(row.by)}\t${row.atMs}`;
  return `${key}\t${row.answerVersion}\t${row.worksheetVersion}\t${worth}\n`;
}

function gapLine(row: GapRow): string {
  const who = `${text(row.room)}\t${text(row.pen)}\t${text(row.student)}`;
  return `${who}\t${row.atMs}\t${row.lostEvents}\t${text(row.reason)}\t${text(row.cause)}\n`;
}

const SPECIAL = /[\\\t\n\r\0\b\f']/;
const EVERY_SPECIAL = new RegExp(SPECIAL, "g");
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  "\0": "\\0",
  "\b": "\\b",
  "\f": "\\f",
  "'": "\\'",
};

/** Text of a TabSeparated field; null is ''. */
function text(value: string | null): string {
  if (value === null) return "";
  return SPECIAL.test(value) ? value.replace(EVERY_SPECIAL, (sign) => ESCAPES[sign] ?? sign) : value;
}
