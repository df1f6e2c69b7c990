import { DOT_STRIDE, DOT_X, DOT_Y } from "@penlight/proto";

/**
 * Dots as the columns of history: second differences of x and y (a hand moves smoothly, so they are small), first
 * differences of the rest, as zigzag numbers (0, -1, 1, -2 ... are 0, 1, 2, 3 ...). The first dot is kept apart, so that
 * nearly every number fits a byte. What does not goes, without its low byte, into `high`. All arithmetic wraps at 32
 * bits, which makes it lossless for any Int32. HIS-1.
 */
export interface StrokeColumns {
  /** The seven numbers of the first dot; zeros for a stroke without dots. */
  readonly first: Int32Array;
  /** Low bytes: `DOT_STRIDE` arrays of one length, in the order of dots.ts; each begins with 0. */
  readonly low: readonly Uint8Array[];
  /** The rest, divided by 256: all empty when it is zero everywhere, else as long as `low`. */
  readonly high: readonly Uint32Array[];
}

const NO_HIGH: readonly Uint32Array[] = Array.from({ length: DOT_STRIDE }, () => new Uint32Array(0));

/** @throws RangeError when `dots` is not whole dots. */
export function encodeStroke(dots: Int32Array): StrokeColumns {
  const count = dots.length / DOT_STRIDE;
  if (!Number.isInteger(count)) throw new RangeError(`encodeStroke requires whole dots, got ${dots.length} numbers`);
  const low = columnsOf(dots, count, (length) => new Uint8Array(length), 0);
  return {
    first: count === 0 ? new Int32Array(DOT_STRIDE) : dots.slice(0, DOT_STRIDE),
    low: low.columns,
    high: low.all >>> 8 === 0 ? NO_HIGH : columnsOf(dots, count, (length) => new Uint32Array(length), 8).columns,
  };
}

/** The zigzag differences, `shift` bits less, cut off to the width of the array; `all` has every bit of every one. */
function columnsOf<Column extends Uint8Array | Uint32Array>(
  dots: Int32Array,
  count: number,
  make: (length: number) => Column,
  shift: number,
): { columns: Column[]; all: number } {
  const columns: Column[] = [];
  let all = 0;
  for (let field = 0; field < DOT_STRIDE; field++) {
    const column = make(count);
    const second = field === DOT_X || field === DOT_Y;
    let value = dots[field] ?? 0;
    let step = 0;
    for (let i = 1, at = DOT_STRIDE + field; i < count; i++, at += DOT_STRIDE) {
      const next = dots[at] as number;
      const difference = (next - value) | 0;
      const small = (second ? difference - step : difference) | 0;
      const zigzag = (small << 1) ^ (small >> 31);
      column[i] = zigzag >>> shift;
      all |= zigzag;
      value = next;
      step = difference;
    }
    columns.push(column);
  }
  return { columns, all };
}

/** The reverse of {@link encodeStroke}. */
export function decodeStroke(
  first: ArrayLike<number>,
  low: readonly ArrayLike<number>[],
  high: readonly ArrayLike<number>[],
): Int32Array {
  const count = low[0]?.length ?? 0;
  const dots = new Int32Array(count * DOT_STRIDE);
  for (let field = 0; field < DOT_STRIDE; field++) {
    const bytes = low[field] as ArrayLike<number>;
    const rest = high[field] as ArrayLike<number>;
    const second = field === DOT_X || field === DOT_Y;
    let value = first[field] as number;
    let step = 0;
    for (let i = 0; i < count; i++) {
      const zigzag = (bytes[i] as number) | ((rest[i] ?? 0) << 8);
      step = ((second ? step : 0) + ((zigzag >>> 1) ^ -(zigzag & 1))) | 0;
      value = (value + step) | 0;
      dots[i * DOT_STRIDE + field] = value;
    }
  }
  return dots;
}
