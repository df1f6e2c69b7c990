import { centreX, heightOf, type Piece, pieceOf, widthOf } from "./line.ts";
import type { SymbolMemo } from "./symbol-memo.ts";

/** A stroke at least this wide, in line heights, may be two digits that the pen did not lift between. */
const WIDE = 0.85;
/** One that is read as a digit at least so surely is one. */
const WHOLE_MIN = 0.6;
/** Both parts of a cut one must be read at least so surely, */
const PART_MIN = 0.6;
/** their middles be so far apart, and each so high; in line heights. */
const APART = 0.35;
const PART_HEIGHT = 0.4;
/** Places along the stroke where a cut is tried. */
const CUTS_TRIED = 11;
/** Wide strokes of a line that are tried; more wide strokes are no digits. */
const JOINED_MAX = 6;

/** Strokes of which parts are digits and the whole is none are replaced by the parts. Those keep the number of their stroke. */
export function cutJoined(pieces: readonly Piece[], lineMm: number, memo: SymbolMemo): Piece[] {
  let tries = JOINED_MAX;
  const cut = (piece: Piece): Piece[] => {
    if (widthOf(piece.bounds) < WIDE * lineMm || heightOf(piece.bounds) < PART_HEIGHT * lineMm || tries-- <= 0) return [piece];
    if (likelihoodOf(piece, lineMm, memo) >= WHOLE_MIN) return [piece];
    const parts = bestCut(piece, lineMm, memo);
    return parts === null ? [piece] : parts.flatMap(cut);
  };
  return pieces.flatMap(cut);
}

function bestCut(piece: Piece, lineMm: number, memo: SymbolMemo): readonly [Piece, Piece] | null {
  let best: readonly [Piece, Piece] | null = null;
  let likelihood = PART_MIN * PART_MIN;
  for (let k = 1; k <= CUTS_TRIED; k++) {
    const parts = cutAt(piece, k / (CUTS_TRIED + 1));
    if (parts === null) continue;
    const [first, second] = parts;
    if (Math.abs(centreX(second.bounds) - centreX(first.bounds)) < APART * lineMm) continue;
    if (Math.min(heightOf(first.bounds), heightOf(second.bounds)) < PART_HEIGHT * lineMm) continue;
    const [one, two] = [likelihoodOf(first, lineMm, memo), likelihoodOf(second, lineMm, memo)];
    if (Math.min(one, two) < PART_MIN || one * two <= likelihood) continue;
    likelihood = one * two;
    best = parts;
  }
  return best;
}

/** Probability of the best text, if that is a digit. */
function likelihoodOf(piece: Piece, lineMm: number, memo: SymbolMemo): number {
  const [best] = memo.scoresOf([piece], lineMm).ranked;
  return best !== undefined && best.text >= "0" && best.text <= "9" ? best.probability : 0;
}

/** Cut at a share of its way. */
function cutAt({ points, order }: Piece, share: number): readonly [Piece, Piece] | null {
  const steps: number[] = [];
  let total = 0;
  for (let at = 2; at < points.length; at += 2) {
    const dx = (points[at] as number) - (points[at - 2] as number);
    const dy = (points[at + 1] as number) - (points[at - 1] as number);
    total += Math.sqrt(dx * dx + dy * dy);
    steps.push(total);
  }
  const dot = steps.findIndex((way) => way >= share * total) + 1;
  if (dot < 1 || 2 * dot + 2 >= points.length) return null;
  return [pieceOf(points.subarray(0, 2 * dot + 2), order), pieceOf(points.subarray(2 * dot), order)];
}
