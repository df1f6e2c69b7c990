import { DOT_STRIDE, DOT_X, DOT_Y } from "@penlight/proto";

/**
 * Dots as the columns of history: second differences of x and y (a hand moves smoothly, so they are small), first
 * differences of the rest. The first dot is kept apart (`first`), so that the arrays begin with zeros and every number in
 * them is small; zigzag (0, -1, 1, -2 ... as 0, 1, 2, 3 ...) leaves the high bytes zero, which T64 then cuts off. All
 * arithmetic wraps at 32 bits, which makes it lossless for any Int32. HIS-1.
 */
export interface StrokeColumns {
  /** The seven numbers of the first dot; zeros for a stroke without dots. */
  readonly first: Int32Array;
  /** `DOT_STRIDE` arrays of one length, in the order of dots.ts. */
  readonly differences: readonly Uint32Array[];
}

export function encodeStroke(dots: Int32Array): StrokeColumns {
  const count = dots.length / DOT_STRIDE;
  if (!Number.isInteger(count)) throw new RangeError(`encodeStroke requires whole dots, got ${dots.length} numbers`);
  const differences: Uint32Array[] = [];
  for (let field = 0; field < DOT_STRIDE; field++) {
    const column = new Uint32Array(count);
    const second = field === DOT_X || field === DOT_Y;
    let value = dots[field] ?? 0;
    let step = 0;
    for (let i = 1; i < count; i++) {
      const next = dots[i * DOT_STRIDE + field] as number;
      const difference = (next - value) | 0;
      const small = (second ? difference - step : difference) | 0;
      column[i] = (small << 1) ^ (small >> 31);
      value = next;
      step = difference;
    }
    differences.push(column);
  }
  return { first: count === 0 ? new Int32Array(DOT_STRIDE) : dots.slice(0, DOT_STRIDE), differences };
}

/** The reverse of {@link encodeStroke}. */
export function decodeStroke(first: ArrayLike<number>, differences: readonly ArrayLike<number>[]): Int32Array {
  const count = differences[0]?.length ?? 0;
  const dots = new Int32Array(count * DOT_STRIDE);
  for (let field = 0; field < DOT_STRIDE; field++) {
    const column = differences[field] as ArrayLike<number>;
    const second = field === DOT_X || field === DOT_Y;
    let value = first[field] as number;
    let step = 0;
    for (let i = 0; i < count; i++) {
      const zigzag = column[i] as number;
      step = ((second ? step : 0) + ((zigzag >>> 1) ^ -(zigzag & 1))) | 0;
      value = (value + step) | 0;
      dots[i * DOT_STRIDE + field] = value;
    }
  }
  return dots;
}
