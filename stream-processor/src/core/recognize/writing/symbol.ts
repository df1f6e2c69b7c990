import { expOf } from "./exact-math.ts";
import { featuresOf } from "./features.ts";
import { CALIBRATION } from "./gen/calibration.ts";
import { OUTPUTS, REFUSALS, UNITS, WEIGHTS } from "./gen/weights.ts";
import { type Bounds, inkPathOf, SYMBOL_STROKES_MAX } from "./ink-path.ts";
import { Nets } from "./nets.ts";
import type { OneSymbol } from "./writing.ts";

/** The median symbol of every writer that the nets have learnt from was this large, mm. */
export const LINE_MM = 7;
/** Ink smaller than this is shown small to the nets, in the alphabets that have dots and dashes. */
const SMALL_MM = 0.4 * LINE_MM;

/** What one group of strokes is worth as each text of an alphabet, best first, and as nothing of it; together 1. */
export interface SymbolScores {
  readonly ranked: readonly { readonly text: string; readonly probability: number }[];
  readonly refused: number;
}

export const REFUSED: SymbolScores = { ranked: [], refused: 1 };

/** An alphabet as the loop reads it. "tick-alikes" is only measured: a tick among V, L, J, 1 and 7. */
interface Table {
  readonly units: Int32Array;
  /** Per unit: what is added to its score, and the index of its text. */
  readonly priors: Float64Array;
  readonly textOf: Int32Array;
  readonly texts: readonly string[];
  readonly refusal: number;
  readonly sized: boolean;
}

/** What the nets take, on the disk and in a browser's cache (as base64, a third more). */
export const WEIGHTS_BYTES = (WEIGHTS.length / 4) * 3;

const tables = new Map<string, Table>();
let nets: Nets | null = null;

export type SymbolAlphabet = OneSymbol | "tick-alikes";

/**
 * @param strokes clean ones, in the order of writing.
 * @param lineMm height of a digit or capital of this hand, where it is known: a dot is small beside it.
 */
export function scoreSymbol(strokes: readonly Float64Array[], alphabet: SymbolAlphabet, lineMm = LINE_MM): SymbolScores {
  return scoresAt(CALIBRATION[alphabet]?.temperature ?? 1, strokes, alphabet, lineMm);
}

/** The same at another temperature: how the right one is found. */
export function scoresAt(
  temperature: number,
  strokes: readonly Float64Array[],
  alphabet: SymbolAlphabet,
  lineMm = LINE_MM,
): SymbolScores {
  if (strokes.length === 0 || strokes.length > SYMBOL_STROKES_MAX) return REFUSED;
  const table = tableOf(alphabet);
  const features = featuresOf(inkPathOf(strokes), table.sized ? smallestOf(lineMm) : 0);
  nets ??= new Nets(bytesOf(WEIGHTS), OUTPUTS);
  return ranked(nets.scoresOf(features), table, temperature);
}

const smallestOf = (lineMm: number) => (SMALL_MM * lineMm) / LINE_MM;

/** Whether ink is shown small to the nets on a line of this height. */
export function isSmall({ left, top, right, bottom }: Bounds, lineMm: number): boolean {
  return Math.max(right - left, bottom - top) < smallestOf(lineMm);
}

function ranked(scores: Float64Array, table: Table, temperature: number): SymbolScores {
  const refusal = scores[table.refusal] as number;
  let highest = refusal;
  for (let i = 0; i < table.units.length; i++) {
    highest = Math.max(highest, (scores[table.units[i] as number] as number) + (table.priors[i] as number));
  }
  const shares = new Float64Array(table.texts.length);
  const refused = expOf((refusal - highest) / temperature);
  let sum = refused;
  for (let i = 0; i < table.units.length; i++) {
    const score = (scores[table.units[i] as number] as number) + (table.priors[i] as number);
    const share = expOf((score - highest) / temperature);
    const text = table.textOf[i] as number;
    shares[text] = (shares[text] as number) + share;
    sum += share;
  }
  const list = table.texts.map((text, at) => ({ text, probability: (shares[at] as number) / sum }));
  list.sort((a, b) => b.probability - a.probability);
  return { ranked: list, refused: refused / sum };
}

function tableOf(alphabet: SymbolAlphabet): Table {
  const known = tables.get(alphabet);
  if (known !== undefined) return known;
  const entries = Object.entries(UNITS[alphabet] as NonNullable<(typeof UNITS)[string]>);
  const texts = [...new Set(entries.map(([, [text]]) => text))];
  const table: Table = {
    units: Int32Array.from(entries, ([unit]) => Number(unit)),
    priors: Float64Array.from(entries, ([, [, prior]]) => prior),
    textOf: Int32Array.from(entries, ([, [text]]) => texts.indexOf(text)),
    texts,
    refusal: REFUSALS[alphabet] as number,
    sized: alphabet === "number" || alphabet === "signs",
  };
  tables.set(alphabet, table);
  return table;
}

/** Base64 to bytes; `atob` is there in Node and in browsers. */
function bytesOf(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
