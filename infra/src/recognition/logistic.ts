/** Steps of the fit, and how large each is. */
const STEPS = 4000;
const RATE = 0.05;
/** Keeps weights that nothing is known of near 0. */
const RIDGE = 1e-3;

export interface Judged {
  readonly inputs: readonly number[];
  readonly right: boolean;
}

export interface Logistic {
  readonly bias: number;
  /** Never negative: a better fact makes nothing less sure. */
  readonly weights: readonly number[];
  readonly probabilityOf: (inputs: readonly number[]) => number;
}

/** How probable it is that a reading is right, by what is known of it: least log loss, by gradient with equal steps for all. */
export function fitLogistic(reads: readonly Judged[]): Logistic {
  const count = reads[0]?.inputs.length ?? 0;
  const spreads = Array.from({ length: count }, (_, k) => {
    const mean = reads.reduce((sum, { inputs }) => sum + (inputs[k] as number), 0) / reads.length;
    const square = reads.reduce((sum, { inputs }) => sum + ((inputs[k] as number) - mean) ** 2, 0) / reads.length;
    return Math.max(1e-6, Math.sqrt(square));
  });
  const weights = new Array<number>(count).fill(0);
  let bias = 0;
  const scoreOf = (inputs: readonly number[]) => inputs.reduce((sum, value, k) => sum + value * (weights[k] as number), bias);
  const probabilityOf = (inputs: readonly number[]) => 1 / (1 + Math.exp(-scoreOf(inputs)));
  const slopes = new Array<number>(count).fill(0);
  let biasSlope = 0;
  for (let step = 0; step < STEPS; step++) {
    const gradient = new Array<number>(count).fill(0);
    let biasGradient = 0;
    for (const { inputs, right } of reads) {
      const off = (right ? 1 : 0) - probabilityOf(inputs);
      biasGradient += off / reads.length;
      for (let k = 0; k < count; k++) gradient[k] = (gradient[k] as number) + (off * (inputs[k] as number)) / reads.length;
    }
    biasSlope = 0.9 * biasSlope + biasGradient;
    bias += RATE * biasSlope;
    for (let k = 0; k < count; k++) {
      const spread = spreads[k] as number;
      slopes[k] = 0.9 * (slopes[k] as number) + (gradient[k] as number) / spread - RIDGE * (weights[k] as number) * spread;
      weights[k] = Math.max(0, (weights[k] as number) + (RATE * (slopes[k] as number)) / spread);
    }
  }
  return { bias, weights, probabilityOf };
}
