import { centreX, centreY, heightOf, lineHeightOf, type Piece, pieceOf, widthOf } from "./line.ts";
import { type CutRules, type Group, type LinePath, readLine } from "./segments.ts";
import { SymbolMemo } from "./symbol-memo.ts";
import type { OneSymbol } from "./writing.ts";

/** Tuned on UNIPEN's numbers (train, dev), and on numbers made of single characters. */
const NUMBER_CUTS: CutRules = {
  isNumber: true,
  bodyMin: 0.6,
  bodyGap: 0.06,
  widthMax: 1.8,
  gapMax: 0.3,
  gapCost: 7,
  pointMax: 0.2,
  pointCost: 1.6,
  overlapFree: 0.1,
  overlapCost: 5,
  symbolCost: 0,
};
const LETTER_CUTS: CutRules = {
  ...NUMBER_CUTS,
  isNumber: false,
  bodyGap: Number.POSITIVE_INFINITY,
  widthMax: 2.5,
  pointCost: 0,
  gapMax: 0.3,
  symbolCost: 0.8,
};

/** White between two digits from which `2 1/3` is a mixed number and not 21/3; of the line's height. */
const MIXED_GAP = 1;
/** A fraction bar is this many times as wide as high, */
const BAR_FLATNESS = 3;
/** lies over or under all of its numerator and denominator but this share of its width, */
const BAR_MARGIN = 0.35;
/** and they may touch it by this share of the line's height. */
const BAR_TOUCH = 0.2;

/** A way to read a whole box; the groups of a fraction are those of its parts, the bar's own among them. */
export type WholePath = LinePath;

/** The best readings of a number, best first. Also fractions that are written one part over the other, and mixed numbers. */
export function readNumber(strokes: readonly Float64Array[]): WholePath[] {
  const pieces = strokes.map(pieceOf);
  const memo = new SymbolMemo("number");
  const read = (some: readonly Piece[]) => readLine(some, NUMBER_CUTS, memo);
  const fraction = fractionOf(pieces);
  const flat = read(pieces).map(asMixed);
  if (fraction === null) return flat;
  const over = read(fraction.numerator);
  const under = read(fraction.denominator);
  const whole = fraction.whole.length > 0 ? read(fraction.whole) : [];
  const front = whole.length > 0 ? whole : [{ score: 0, text: "", groups: [] }];
  if (over.length === 0 || under.length === 0 || (fraction.whole.length > 0 && whole.length === 0)) return flat;
  const stacked = front.flatMap((w) => over.flatMap((a) => under.map((b) => joined(w, a, b, fraction.bar))));
  const best = new Map<string, WholePath>();
  for (const path of [...stacked, ...flat].sort((a, b) => b.score - a.score)) {
    if (!best.has(path.text)) best.set(path.text, path);
  }
  return [...best.values()];
}

/** The best readings of letters beside each other, best first. */
export function readLetters(strokes: readonly Float64Array[], alphabet: OneSymbol): WholePath[] {
  return readLine(strokes.map(pieceOf), LETTER_CUTS, new SymbolMemo(alphabet));
}

interface Fraction {
  readonly bar: Piece;
  readonly numerator: readonly Piece[];
  readonly denominator: readonly Piece[];
  readonly whole: readonly Piece[];
}

/** The widest flat stroke with ink above and ink below it; what stands left of it is the whole part of a mixed number. */
function fractionOf(pieces: readonly Piece[]): Fraction | null {
  const bars = pieces.filter(({ bounds }) => widthOf(bounds) > BAR_FLATNESS * heightOf(bounds));
  bars.sort((a, b) => widthOf(b.bounds) - widthOf(a.bounds));
  for (const bar of bars) {
    const margin = BAR_MARGIN * widthOf(bar.bounds);
    const rest = pieces.filter((piece) => piece !== bar);
    const inside = rest.filter(
      ({ bounds }) => centreX(bounds) > bar.bounds.left - margin && centreX(bounds) < bar.bounds.right + margin,
    );
    const whole = rest.filter(({ bounds }) => centreX(bounds) <= bar.bounds.left - margin);
    const touch = BAR_TOUCH * lineHeightOf(rest);
    const y = centreY(bar.bounds);
    const numerator = inside.filter(({ bounds }) => bounds.bottom < y + touch && centreY(bounds) < y);
    const denominator = inside.filter(({ bounds }) => bounds.top > y - touch && centreY(bounds) > y);
    if (numerator.length === 0 || denominator.length === 0) continue;
    if (numerator.length + denominator.length + whole.length !== rest.length) continue;
    return { bar, numerator, denominator, whole };
  }
  return null;
}

function joined(whole: LinePath, over: LinePath, under: LinePath, bar: Piece): WholePath {
  const group: Group = {
    strokes: [bar.order],
    bounds: bar.bounds,
    text: "/",
    scores: { ranked: [{ text: "/", probability: 1 }], refused: 0 },
  };
  return {
    score: whole.score + over.score + under.score,
    text: `${whole.text}${whole.text === "" || whole.text === "-" ? "" : " "}${over.text}/${under.text}`,
    groups: [...whole.groups, ...over.groups, group, ...under.groups],
  };
}

/** `21/3` with white between 2 and 1 is 2 1/3. */
function asMixed(path: LinePath): WholePath {
  if (!/^-?[0-9]{2,}\/[0-9]+$/.test(path.text)) return path;
  const slash = path.groups.findIndex((group) => group.text === "/");
  const heights = path.groups.map((group) => heightOf(group.bounds)).sort((a, b) => a - b);
  const high = heights[heights.length >> 1] as number;
  for (let at = 1; at < slash; at++) {
    const gap = (path.groups[at] as Group).bounds.left - (path.groups[at - 1] as Group).bounds.right;
    const isSign = (path.groups[at - 1] as Group).text === "-";
    if (isSign || gap < MIXED_GAP * high) continue;
    return { ...path, text: `${path.text.slice(0, at)} ${path.text.slice(at)}` };
  }
  return path;
}
