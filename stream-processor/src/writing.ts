/** The recogniser of writing by itself: it runs in Node and in a browser, and needs nothing of the processor. */
export { CALIBRATION } from "./core/recognize/writing/gen/calibration.ts";
export { cleanStrokes } from "./core/recognize/writing/ink-path.ts";
export {
  explainWriting,
  readWriting,
  WRITING_RECOGNIZER,
  type WritingExplanation,
} from "./core/recognize/writing/read-writing.ts";
export { type MeasuredAlphabet, scoreSymbol, WEIGHTS_BYTES } from "./core/recognize/writing/symbol.ts";
export { ALPHABETS, type Alphabet, type WritingReading, type WrittenStroke } from "./core/recognize/writing/writing.ts";
