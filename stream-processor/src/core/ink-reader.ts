import { type Insight, type Item, isWritten } from "@penlight/proto";
import { type AnswerReading, answerOf } from "./answer.ts";
import type { EditStep } from "./recognize/editing/ink-edits.ts";
import { type BoxStroke, MarkReader, RECOGNIZER } from "./recognize/read-boxes.ts";
import type { StrokeShape } from "./recognize/shape.ts";
import { WRITING_RECOGNIZER } from "./recognize/writing/read-writing.ts";
import type { PlacedBox } from "./worksheet-map.ts";
import { WritingReader } from "./writing-reader.ts";
import { alphabetOf } from "./written-answer.ts";

/** Reads the ink of one item, stroke by stroke in the order in which they were begun. ANS-30. */
export interface InkReader {
  /** Name and version, stored with every answer. */
  readonly recognizer: string;
  read(stroke: BoxStroke): void;
  /** What the strokes say so far. */
  readonly reading: AnswerReading;
  /** Null: nothing was read as writing. */
  readonly insight: Insight | null;
  /** What was struck out, written over and the like. */
  readonly steps: readonly EditStep[];
  /** Strokes of writing that count. */
  readonly live: readonly StrokeShape[];
}

/** Everything that reads here. */
export const RECOGNIZERS = [RECOGNIZER, WRITING_RECOGNIZER] as const;

/** @param boxes the item's boxes, in the order of `boxIdsOf`. */
export function inkReaderOf(item: Item, boxes: readonly PlacedBox[]): InkReader {
  if (!isWritten(item)) return new PrintedBoxes(item, boxes);
  const alphabet = alphabetOf(item);
  return alphabet === null ? new SeenInk() : new WritingReader(item, boxes[0], alphabet);
}

/** Marks in printed boxes. */
class PrintedBoxes implements InkReader {
  readonly recognizer = RECOGNIZER;
  readonly insight = null;
  readonly steps = [];
  readonly live = [];
  readonly #item: Item;
  readonly #marks: MarkReader;

  constructor(item: Item, boxes: readonly PlacedBox[]) {
    this.#item = item;
    this.#marks = new MarkReader(boxes);
  }

  read(stroke: BoxStroke): void {
    this.#marks.read(stroke);
  }

  get reading(): AnswerReading {
    return answerOf(this.#item, this.#marks.readings);
  }
}

/** Ink that nobody but the teacher reads: it waits as `unsure`. ANS-45. */
class SeenInk implements InkReader {
  readonly recognizer = RECOGNIZER;
  readonly insight = null;
  readonly steps = [];
  readonly live = [];
  #isInked = false;

  read({ kind }: BoxStroke): void {
    this.#isInked ||= kind !== "rest" && kind !== "slip";
  }

  get reading(): AnswerReading {
    return this.#isInked ? { kind: "unsure" } : { kind: "none" };
  }
}
