import { distance } from "fastest-levenshtein";

/** Of `names` the one that was most likely meant by `typed`; null: none is near. */
export function nearestName(typed: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let leastDistance = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const letters = distance(typed, name);
    // Of two that are as near, the one that begins as what was typed: letters are forgotten rather than exchanged.
    const isNearer =
      letters < leastDistance || (letters === leastDistance && sharedStart(typed, name) > sharedStart(typed, best ?? ""));
    if (isNearer) [best, leastDistance] = [name, letters];
  }
  // More than a third of the letters wrong (two neighbours swapped are two) is another word, not a slip.
  return best !== null && leastDistance <= Math.max(1, Math.floor(best.length / 3)) ? best : null;
}

function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
