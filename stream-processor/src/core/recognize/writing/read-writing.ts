import { CALIBRATION, LINES } from "./gen/calibration.ts";
import { VERSION } from "./gen/weights.ts";
import { boundsOf, cleanStrokes } from "./ink-path.ts";
import { type LineFacts, lineFacts, sharesOf } from "./line-confidence.ts";
import { readLetters, readNumber } from "./number.ts";
import { LINE_STROKES_MAX, type LinePath } from "./segments.ts";
import { type SymbolScores, scoreSymbol } from "./symbol.ts";
import {
  type Alphabet,
  isLine,
  type LineAlphabet,
  NOTHING_READ,
  symbolsOf,
  type WritingReading,
  type WrittenStroke,
} from "./writing.ts";

/** Name and version of this recogniser, stored with every answer that it read. */
export const WRITING_RECOGNIZER = `writing-nets/${VERSION}`;

/** Ink of which nothing at all is larger than this, mm, is a pen that lay there: only a sign may be so small. */
const INK_MM_MIN = 0.8;

/** What a developer is told of a reading. `groups` are in the order of the text. */
export interface WritingExplanation {
  readonly recognizer: string;
  readonly alphabet: Alphabet;
  readonly reading: WritingReading;
  readonly groups: readonly { readonly strokes: readonly number[]; readonly text: string; readonly scores: SymbolScores }[];
  /** Other ways to read the whole, with their probabilities. */
  readonly others: readonly { readonly text: string; readonly probability: number }[];
  /** Probability from which a reading is `sure`. */
  readonly sure: number;
}

/**
 * Reads the strokes of one box, in the order in which they were written. Whole numbers and short words are cut into their
 * symbols inside, together with reading them. Never throws; takes bounded time whatever the ink.
 */
export function readWriting(strokes: readonly WrittenStroke[], alphabet: Alphabet): WritingReading {
  return explainWriting(strokes, alphabet).reading;
}

/** The best text of a line, and what its confidence is made from. */
export function lineFactsOf(strokes: readonly WrittenStroke[], alphabet: LineAlphabet): { text: string; facts: LineFacts } {
  const paths = pathsOf(cleanStrokes(strokes), alphabet);
  return { text: paths[0]?.text ?? "", facts: lineFacts(paths) };
}

/** The same with its reasons. */
export function explainWriting(strokes: readonly WrittenStroke[], alphabet: Alphabet): WritingExplanation {
  const { sure } = isLine(alphabet) ? LINES[alphabet] : (CALIBRATION[alphabet] ?? { sure: 1 });
  const base = { recognizer: WRITING_RECOGNIZER, alphabet, sure };
  // More strokes than any symbol or line has are not even looked at.
  const clean = strokes.length > LINE_STROKES_MAX ? [] : cleanStrokes(strokes);
  if (clean.length === 0 || isSpeck(clean, alphabet)) return { ...base, reading: NOTHING_READ, groups: [], others: [] };
  if (isLine(alphabet)) {
    const paths = pathsOf(clean, alphabet);
    const shares = sharesOf(paths, alphabet);
    const groups = (paths[0]?.groups ?? []).map(({ strokes: members, text, scores }) => ({ strokes: members, text, scores }));
    const refused = groups.length === 0 ? 1 : Math.max(...groups.map(({ scores }) => scores.refused));
    return { ...base, reading: readingOf(shares, refused, sure), groups, others: shares.slice(1) };
  }
  const scores = scoreSymbol(clean, alphabet);
  const [best] = scores.ranked;
  const groups = best === undefined ? [] : [{ strokes: clean.map((_, at) => at), text: best.text, scores }];
  return { ...base, reading: readingOf(scores.ranked, scores.refused, sure), groups, others: scores.ranked.slice(1) };
}

function pathsOf(clean: readonly Float64Array[], alphabet: LineAlphabet): readonly LinePath[] {
  return alphabet === "number" ? readNumber(clean) : readLetters(clean, symbolsOf(alphabet));
}

function readingOf(
  ranked: readonly { readonly text: string; readonly probability: number }[],
  refused: number,
  sure: number,
): WritingReading {
  const [best, next] = ranked;
  if (best === undefined) return NOTHING_READ;
  return {
    text: best.text,
    confidence: best.probability,
    second: next === undefined ? null : { text: next.text, confidence: next.probability },
    verdict: refused >= best.probability ? "not-a-symbol" : best.probability >= sure ? "sure" : "unsure",
  };
}

function isSpeck(strokes: readonly Float64Array[], alphabet: Alphabet): boolean {
  if (alphabet === "signs") return false;
  const { left, top, right, bottom } = boundsOf(strokes);
  return Math.max(right - left, bottom - top) < INK_MM_MIN;
}
