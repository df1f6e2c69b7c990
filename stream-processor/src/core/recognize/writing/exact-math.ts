/**
 * Exponential and logarithm out of +, -, * and / alone. Those are defined to the last bit; Math.exp and Math.log may differ
 * there between machines, and a reading must not.
 */

/** e to the power of x, within 1e-9 of it; 0 below -60. @param x at most 0. */
export function expOf(x: number): number {
  if (x < -60) return 0;
  const whole = Math.floor(x / Math.LN2 + 0.5);
  const rest = x - whole * Math.LN2;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 12; k++) {
    term *= rest / k;
    sum += term;
  }
  for (let k = whole; k < 0; k++) sum *= 0.5;
  return sum;
}

/** Natural logarithm, within 1e-9 of it. @param x above 0, at most 1. */
export function logOf(x: number): number {
  let mantissa = x;
  let halvings = 0;
  while (mantissa < 0.75) {
    mantissa *= 2;
    halvings++;
  }
  const z = (mantissa - 1) / (mantissa + 1);
  const square = z * z;
  let power = z;
  let sum = 0;
  for (let k = 1; k < 20; k += 2) {
    sum += power / k;
    power *= square;
  }
  return 2 * sum - halvings * Math.LN2;
}
