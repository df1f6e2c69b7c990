import { Random } from "@penlight/proto";
import { cleanStrokes } from "@penlight/stream-processor/writing";
import type { Sample } from "./samples.ts";

const POINTS = 32;

/** The plain alternative: the label of the nearest of some prototypes, by 32 points at equal ways along the ink. */
export class NearestNeighbour {
  readonly #labels: readonly string[];
  readonly #points: Float32Array;

  /** @param prototypesMax as many of the samples are drawn by `seed`. */
  constructor(samples: readonly Sample[], prototypesMax: number, seed = "nearest") {
    const random = new Random(seed);
    const pool = [...samples];
    const chosen: Sample[] = [];
    while (chosen.length < prototypesMax && pool.length > 0) {
      const at = random.integer(0, pool.length - 1);
      chosen.push(pool[at] as Sample);
      pool[at] = pool[pool.length - 1] as Sample;
      pool.pop();
    }
    this.#labels = chosen.map(({ label }) => label);
    this.#points = new Float32Array(chosen.length * 2 * POINTS);
    chosen.forEach((sample, at) => {
      this.#points.set(pointsOf(sample), at * 2 * POINTS);
    });
  }

  read(sample: Pick<Sample, "strokes">): string {
    const points = pointsOf(sample);
    let best = Number.POSITIVE_INFINITY;
    let label = "";
    for (let prototype = 0; prototype < this.#labels.length; prototype++) {
      const first = prototype * points.length;
      let sum = 0;
      for (let at = 0; at < points.length && sum < best; at++) {
        const d = (points[at] as number) - (this.#points[first + at] as number);
        sum += d * d;
      }
      if (sum >= best) continue;
      best = sum;
      label = this.#labels[prototype] as string;
    }
    return label;
  }
}

/** x, y, ... within -1..1. */
function pointsOf({ strokes }: Pick<Sample, "strokes">): Float32Array {
  const ink = cleanStrokes(strokes);
  const all = ink.flatMap((stroke) => [...stroke]);
  const out = new Float32Array(2 * POINTS);
  const count = all.length / 2;
  if (count === 0) return out;
  const way = new Float64Array(count);
  for (let i = 1; i < count; i++) {
    const dx = (all[2 * i] as number) - (all[2 * i - 2] as number);
    const dy = (all[2 * i + 1] as number) - (all[2 * i - 1] as number);
    way[i] = (way[i - 1] as number) + Math.sqrt(dx * dx + dy * dy);
  }
  let next = 1;
  for (let step = 0; step < POINTS; step++) {
    const t = (step / (POINTS - 1)) * (way[count - 1] as number);
    while (next < count - 1 && (way[next] as number) < t) next++;
    const to = Math.min(next, count - 1);
    const from = Math.max(0, to - 1);
    const length = (way[to] as number) - (way[from] as number);
    const share = length > 0 ? (t - (way[from] as number)) / length : 0;
    for (const axis of [0, 1]) {
      out[2 * step + axis] = (all[2 * from + axis] as number) * (1 - share) + (all[2 * to + axis] as number) * share;
    }
  }
  return framed(out);
}

function framed(points: Float32Array): Float32Array {
  const xs = points.filter((_, at) => at % 2 === 0);
  const ys = points.filter((_, at) => at % 2 === 1);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const half = Math.max(right - left, bottom - top, 1e-6) / 2;
  return points.map((value, at) => (value - (at % 2 === 0 ? (left + right) / 2 : (top + bottom) / 2)) / half);
}
