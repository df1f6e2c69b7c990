import { logOf } from "./exact-math.ts";
import { type Bounds, boundsOf } from "./ink-path.ts";
import { cutJoined } from "./joined.ts";
import { centreX, heightOf, lineHeightOf, type Piece, widthOf } from "./line.ts";
import { formCost, orderCost, scoresInPlace } from "./place.ts";
import type { SymbolScores } from "./symbol.ts";
import type { SymbolMemo } from "./symbol-memo.ts";

/** Strokes of one symbol on a line. */
export const GROUP_STROKES_MAX = 4;
/** Strokes of one line that are read; more are no number. */
export const LINE_STROKES_MAX = 40;
/** Readings of the same ink that are kept on the way. */
const PATHS_KEPT = 8;
/** Texts of one group that are tried. */
const TEXTS_TRIED = 3;
/** Least probability that is told apart from 0. */
const LEAST = 1e-6;

/** How a line is cut: what a gap inside a symbol and an overlap of two cost, in natural logs per line height. */
export interface CutRules {
  /** Whether signs stand between the symbols, and symbols may be joined. */
  readonly isNumber: boolean;
  /** Two strokes, each this share of the line high, and so far apart: two symbols. Of the line's height. */
  readonly bodyMin: number;
  readonly bodyGap: number;
  /** No symbol is wider. */
  readonly widthMax: number;
  readonly gapMax: number;
  readonly gapCost: number;
  /** What it costs that a stroke no larger than a point (of the line's height) stands outside the others. */
  readonly pointMax: number;
  readonly pointCost: number;
  readonly overlapFree: number;
  readonly overlapCost: number;
  /** For every symbol more. */
  readonly symbolCost: number;
}

export interface Group {
  /** Places in the order of writing. */
  readonly strokes: readonly number[];
  readonly bounds: Bounds;
  readonly text: string;
  readonly scores: SymbolScores;
}

/** One way to read the line. `score`: log of how well symbols and places agree with it. */
export interface LinePath {
  readonly score: number;
  readonly text: string;
  readonly groups: readonly Group[];
}

interface Step {
  readonly score: number;
  readonly text: string;
  readonly group: Group | null;
  readonly before: Step | null;
}

const START: Step = { score: 0, text: "", group: null, before: null };

/** The best readings of a line, best first: groups of neighbouring strokes and their texts, decided together. */
export function readLine(pieces: readonly Piece[], rules: CutRules, memo: SymbolMemo): LinePath[] {
  if (pieces.length === 0 || pieces.length > LINE_STROKES_MAX) return [];
  const lineMm = lineHeightOf(pieces);
  const parts = rules.isNumber ? cutJoined(pieces, lineMm, memo) : pieces;
  const sorted = [...parts].sort((a, b) => centreX(a.bounds) - centreX(b.bounds) || a.order - b.order);
  const steps: Step[][] = [[START], ...sorted.map(() => [])];
  for (let from = 0; from < sorted.length; from++) {
    const before = steps[from] as Step[];
    if (before.length === 0) continue;
    for (let count = 1; count <= GROUP_STROKES_MAX && from + count <= sorted.length; count++) {
      const members = sorted.slice(from, from + count);
      const inside = gapCost(members, lineMm, rules);
      if (inside === null) continue;
      const cost = inside + overlapCost(sorted, from, members, lineMm, rules) + rules.symbolCost;
      const to = steps[from + count] as Step[];
      for (const [group, score] of groupsOf(members, sorted, lineMm, rules, memo)) {
        for (const step of before) {
          const order = rules.isNumber ? orderCost(step.text, group.text, from + count === sorted.length) : 0;
          to.push({ score: step.score + score - cost - order, text: step.text + group.text, group, before: step });
        }
      }
      steps[from + count] = bestOf(to);
    }
  }
  const paths = (steps[sorted.length] as Step[]).map((step) => ({
    score: step.score - (rules.isNumber ? formCost(step.text) : 0),
    text: step.text,
    groups: groupsUntil(step),
  }));
  return paths.sort((a, b) => b.score - a.score);
}

/** The best of each text. */
function bestOf(steps: readonly Step[]): Step[] {
  const best = new Map<string, Step>();
  for (const step of [...steps].sort((a, b) => b.score - a.score)) if (!best.has(step.text)) best.set(step.text, step);
  return [...best.values()].slice(0, PATHS_KEPT);
}

function groupsUntil(last: Step): Group[] {
  const groups: Group[] = [];
  for (let step: Step | null = last; step !== null; step = step.before) if (step.group !== null) groups.push(step.group);
  return groups.reverse();
}

/** White between strokes of one symbol; null when they cannot be one. */
function gapCost(members: readonly Piece[], lineMm: number, rules: CutRules): number | null {
  const byLeft = [...members].sort((a, b) => a.bounds.left - b.bounds.left);
  const first = (byLeft[0] as Piece).bounds;
  const isBody = (bounds: Bounds) => heightOf(bounds) >= rules.bodyMin * lineMm;
  let right = first.right;
  let bodyRight = isBody(first) ? first.right : Number.NEGATIVE_INFINITY;
  let cost = 0;
  for (const { bounds } of byLeft.slice(1)) {
    const gap = (bounds.left - right) / lineMm;
    if (gap > rules.gapMax) return null;
    if (gap > 0) cost += gap * rules.gapCost;
    if (isBody(bounds)) {
      if (bounds.left - bodyRight > rules.bodyGap * lineMm && bodyRight > Number.NEGATIVE_INFINITY) return null;
      bodyRight = Math.max(bodyRight, bounds.right);
    }
    right = Math.max(right, bounds.right);
  }
  if (members.length > 1 && right - first.left > rules.widthMax * lineMm) return null;
  return cost + pointCost(members, lineMm, rules);
}

/** A point beside a digit is a point, and no part of it. */
function pointCost(members: readonly Piece[], lineMm: number, { pointMax, pointCost }: CutRules): number {
  const isPoint = ({ bounds }: Piece) => Math.max(heightOf(bounds), widthOf(bounds)) <= pointMax * lineMm;
  const others = members.filter((piece) => !isPoint(piece));
  if (others.length === 0 || others.length === members.length) return 0;
  const { left, top, right, bottom } = boundsOf(others.map(({ points }) => points));
  const outside = members.filter(
    (piece) =>
      isPoint(piece) &&
      (piece.bounds.left > right || piece.bounds.right < left || piece.bounds.top > bottom || piece.bounds.bottom < top),
  );
  return pointCost * outside.length;
}

/** How far the group reaches back into the strokes before it. */
function overlapCost(
  sorted: readonly Piece[],
  from: number,
  members: readonly Piece[],
  lineMm: number,
  rules: CutRules,
): number {
  const left = Math.min(...members.map((piece) => piece.bounds.left));
  let right = Number.NEGATIVE_INFINITY;
  for (let at = Math.max(0, from - GROUP_STROKES_MAX); at < from; at++) {
    right = Math.max(right, (sorted[at] as Piece).bounds.right);
  }
  const overlap = (right - left) / lineMm - rules.overlapFree;
  return overlap > 0 ? overlap * rules.overlapCost : 0;
}

function groupsOf(
  members: readonly Piece[],
  line: readonly Piece[],
  lineMm: number,
  rules: CutRules,
  memo: SymbolMemo,
): readonly (readonly [Group, number])[] {
  const written = [...members].sort((a, b) => a.order - b.order);
  const points = written.map((piece) => piece.points);
  const shape = memo.scoresOf(written, lineMm);
  const scores = rules.isNumber ? scoresInPlace(shape, points, line, lineMm) : shape;
  const bounds = boundsOf(points);
  const strokes = written.map((piece) => piece.order);
  return scores.ranked
    .slice(0, TEXTS_TRIED)
    .map(
      ({ text, probability }) => [{ strokes, bounds, text, scores }, logOf(Math.min(1, Math.max(LEAST, probability)))] as const,
    );
}
