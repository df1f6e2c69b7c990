import { boundsOf } from "./ink-path.ts";
import type { Piece } from "./line.ts";
import { isSmall, type SymbolAlphabet, type SymbolScores, scoreSymbol } from "./symbol.ts";

/** What groups of one box's pieces are worth as symbols, each looked at once however often the search comes by. */
export class SymbolMemo {
  readonly alphabet: SymbolAlphabet;
  readonly #known = new Map<string, SymbolScores>();
  readonly #ids = new Map<Float64Array, number>();

  constructor(alphabet: SymbolAlphabet) {
    this.alphabet = alphabet;
  }

  /** @param members in the order of writing. */
  scoresOf(members: readonly Piece[], lineMm: number): SymbolScores {
    const points = members.map((piece) => piece.points);
    const ids = points.map((each) => this.#idOf(each)).join();
    // The height of the line is only seen in what is small.
    const key = isSmall(boundsOf(points), lineMm) ? `${ids} ${lineMm}` : ids;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const scores = scoreSymbol(points, this.alphabet, lineMm);
    this.#known.set(key, scores);
    return scores;
  }

  #idOf(points: Float64Array): number {
    const known = this.#ids.get(points);
    if (known !== undefined) return known;
    this.#ids.set(points, this.#ids.size);
    return this.#ids.size - 1;
  }
}
