/** Seeded randomness (sfc32, Doty-Humphrey's small fast counter generator): the same seed gives the same run everywhere. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d = 1;
  readonly #seed: string;

  constructor(seed: string | number) {
    this.#seed = String(seed);
    const hash = fnv1a(this.#seed);
    this.#a = hash;
    this.#b = Math.imul(hash, 0x9e3779b9) | 0;
    this.#c = ~hash;
    for (let i = 0; i < 12; i++) this.#next();
  }

  #next(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return t >>> 0;
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.#next() / 4294967296;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** Whole number, uniform in [low, high], both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** Normal deviate (Box-Muller, one of the pair). */
  normal(mean = 0, deviation = 1): number {
    const u = 1 - this.unit();
    return mean + deviation * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.unit());
  }

  /** @throws RangeError on an empty list. */
  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new RangeError("pick requires at least 1 value");
    return from[this.integer(0, from.length - 1)] as T;
  }

  /** A generator of its own, independent of how often this one was used. */
  fork(name: string | number): Random {
    return new Random(`${this.#seed}/${name}`);
  }
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
