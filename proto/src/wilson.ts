/** 97.5 % point of the standard normal distribution. */
const Z = 1.959964;

/**
 * Wilson's 95 % score interval of a proportion: it stays inside [0, 1] and is honest for the small numbers of a class.
 * (p + z2/2n +- z sqrt(p(1-p)/n + z2/4n2)) / (1 + z2/n). STAT-2.
 * Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209-212.
 * Where none or all are successes, that end is 0 or 1 to the last bit; without trials nothing is known.
 * @example wilson(12, 40) // [0.1807, 0.4543]
 */
export function wilson(successes: number, trials: number): readonly [number, number] {
  if (trials === 0) return [0, 1];
  const p = successes / trials;
  const z2 = Z * Z;
  const middle = p + z2 / (2 * trials);
  const half = Z * Math.sqrt((p * (1 - p)) / trials + z2 / (4 * trials * trials));
  const scale = 1 + z2 / trials;
  return [successes === 0 ? 0 : (middle - half) / scale, successes === trials ? 1 : (middle + half) / scale];
}
