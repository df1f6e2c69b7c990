import { expOf, logOf } from "./exact-math.ts";
import { LINES } from "./gen/calibration.ts";
import type { LinePath } from "./segments.ts";
import type { LineAlphabet } from "./writing.ts";

/** A best reading that is better than the next by more than this (natural log) is no surer for it. */
const MARGIN_MAX = 8;
const LEAST = 1e-6;

/** What tells how far the best reading of a line can be believed; each 0 or less, and 0 is the best there is. */
export interface LineFacts {
  /** How much better it is than the next, of MARGIN_MAX. */
  readonly margin: number;
  /** Log probability of its least sure symbol. */
  readonly weakest: number;
  /** Log probability that none of its groups is nothing at all. */
  readonly accepted: number;
  /** Symbols beyond the first, each of which can be wrong. */
  readonly more: number;
}

export function lineFacts(paths: readonly LinePath[]): LineFacts {
  const [best, next] = paths;
  if (best === undefined) return { margin: -MARGIN_MAX, weakest: logOf(LEAST), accepted: logOf(LEAST), more: 0 };
  const margin = next === undefined ? MARGIN_MAX : Math.min(MARGIN_MAX, best.score - next.score);
  let weakest = 1;
  let accepted = 1;
  for (const { scores, text } of best.groups) {
    weakest = Math.min(weakest, scores.ranked.find((each) => each.text === text)?.probability ?? 0);
    accepted = Math.min(accepted, 1 - scores.refused);
  }
  const log = (share: number) => logOf(Math.min(1, Math.max(LEAST, share)));
  return { margin: margin - MARGIN_MAX, weakest: log(weakest), accepted: log(accepted), more: 1 - best.groups.length };
}

/** Probability that a line with these facts is read rightly. */
export function lineConfidence(facts: LineFacts, alphabet: LineAlphabet): number {
  const { bias, margin, weakest, accepted, more } = LINES[alphabet];
  const z = bias + margin * facts.margin + weakest * facts.weakest + accepted * facts.accepted + more * facts.more;
  const small = expOf(-Math.abs(z));
  return z >= 0 ? 1 / (1 + small) : small / (1 + small);
}

/** Probabilities of the readings of a line, best first: what the best leaves is shared by the others. */
export function sharesOf(paths: readonly LinePath[], alphabet: LineAlphabet): { text: string; probability: number }[] {
  const [best, ...others] = paths;
  if (best === undefined) return [];
  const probability = lineConfidence(lineFacts(paths), alphabet);
  const weights = others.map(({ score }) => expOf(score - best.score));
  const sum = weights.reduce((total, weight) => total + weight, 1e-9);
  const rest = others.map(({ text }, at) => ({
    text,
    probability: Math.min(probability, ((1 - probability) * (weights[at] as number)) / sum),
  }));
  return [{ text: best.text, probability }, ...rest];
}
