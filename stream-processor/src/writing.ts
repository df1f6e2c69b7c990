/** The recogniser of writing by itself: it runs in Node and in a browser, and needs nothing of the processor. */
export { cleanStrokes } from "./core/recognize/writing/ink-path.ts";
export type { LineFacts } from "./core/recognize/writing/line-confidence.ts";
export {
  explainWriting,
  lineFactsOf,
  readWriting,
  WRITING_RECOGNIZER,
  type WritingExplanation,
} from "./core/recognize/writing/read-writing.ts";
export { scoreSymbol, scoresAt, WEIGHTS_BYTES } from "./core/recognize/writing/symbol.ts";
export {
  ALPHABETS,
  type Alphabet,
  type LineAlphabet,
  type OneSymbol,
  type WritingReading,
  type WrittenStroke,
} from "./core/recognize/writing/writing.ts";
