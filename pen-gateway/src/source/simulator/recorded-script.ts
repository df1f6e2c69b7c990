import type { Random } from "@penlight/proto";
import type { RecordedMovement } from "./hand.ts";
import type { MarkStyle } from "./marks.ts";
import { extentOf, type Glyph, type Script } from "./script.ts";

/** A character that somebody wrote: strokes of points x, y (and more that is not read), y down, in any unit. */
export interface InkSample {
  readonly strokes: readonly (readonly (readonly number[])[])[];
  /** Points a second. */
  readonly hz: number;
}

/** Label, a character or the name of a mark -> what somebody wrote of it. */
export type InkOfWriter = ReadonlyMap<string, readonly InkSample[]>;

/** Handwriting to write with. */
export interface RecordedInk {
  readonly writers: readonly InkOfWriter[];
  /** Everybody's, for what a writer has not written. */
  readonly anybody: InkOfWriter;
}

/** Below this height (of a capital) a character is as large as it is wide: minus, point. */
const FLAT = 0.3;
const TINY = 1e-6;

/** Writes with what one writer wrote; what is missing is anybody's, and at last another script's. */
export class RecordedScript implements Script {
  readonly #own: InkOfWriter;
  readonly #ink: RecordedInk;
  readonly #other: Script;

  constructor(own: InkOfWriter, ink: RecordedInk, other: Script) {
    this.#own = own;
    this.#ink = ink;
    this.#other = other;
  }

  glyph(character: string, random: Random): Glyph {
    const samples = this.#samplesOf(character);
    if (samples === undefined) return this.#other.glyph(character, random);
    const { top, bottom, width } = extentOf(character);
    const isFlat = bottom - top < FLAT;
    return fitted(random.pick(samples), (own) => {
      const scale = isFlat ? width / Math.max(own.width, own.height, TINY) : (bottom - top) / Math.max(own.height, TINY);
      return { scale, top: isFlat ? (top + bottom - own.height * scale) / 2 : top };
    });
  }

  /** As large as a box; null: nobody has written one. */
  mark(style: MarkStyle, random: Random): Glyph | null {
    const samples = this.#samplesOf(style);
    if (samples === undefined) return null;
    return fitted(random.pick(samples), (own) => ({ scale: 1 / Math.max(own.width, own.height, TINY), top: 0 }));
  }

  #samplesOf(label: string): readonly InkSample[] | undefined {
    return this.#own.get(label) ?? this.#ink.anybody.get(label);
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function fitted(sample: InkSample, place: (own: Size) => { readonly scale: number; readonly top: number }): Glyph {
  const points = sample.strokes.flat();
  const xs = points.map(([x = 0]) => x);
  const ys = points.map(([, y = 0]) => y);
  const [left, up] = [Math.min(...xs), Math.min(...ys)];
  const own = { width: Math.max(...xs) - left, height: Math.max(...ys) - up };
  const { scale, top } = place(own);
  const movements = sample.strokes.map((stroke): RecordedMovement => {
    const moved = stroke.map(([x = 0, y = 0]) => [(x - left) * scale, top + (y - up) * scale] as const);
    return { points: moved, dtMs: 1000 / sample.hz };
  });
  return { width: own.width * scale, movements };
}
