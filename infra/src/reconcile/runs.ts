/** Whole numbers as sorted disjoint runs [from, to): dots of a stroke, numbers of records. Small while they are in one piece. */
export class Runs {
  /** from, to, from, to ... */
  readonly #edges: number[] = [];

  /** Adds [from, to). Answers how many of them were not there. */
  add(from: number, to: number): number {
    const edges = this.#edges;
    const last = edges.length - 1;
    // The usual case: what goes on where it ended.
    if (last > 0 && edges[last] === from) {
      edges[last] = to;
      return to - from;
    }
    let first = 0;
    while (first < edges.length && (edges[first + 1] as number) < from) first += 2;
    let end = first;
    let [low, high, known] = [from, to, 0];
    for (; end < edges.length && (edges[end] as number) <= to; end += 2) {
      const [a, b] = [edges[end] as number, edges[end + 1] as number];
      known += Math.max(0, Math.min(b, to) - Math.max(a, from));
      low = Math.min(low, a);
      high = Math.max(high, b);
    }
    edges.splice(first, end - first, low, high);
    return to - from - known;
  }

  /** Takes [from, to) out. Answers how many of them were there. */
  remove(from: number, to: number): number {
    const edges = this.#edges;
    const kept: number[] = [];
    let removed = 0;
    for (let at = 0; at < edges.length; at += 2) {
      const [a, b] = [edges[at] as number, edges[at + 1] as number];
      removed += Math.max(0, Math.min(b, to) - Math.max(a, from));
      if (a < Math.min(b, from)) kept.push(a, Math.min(b, from));
      if (Math.max(a, to) < b) kept.push(Math.max(a, to), b);
    }
    edges.splice(0, edges.length, ...kept);
    return removed;
  }

  get size(): number {
    let sum = 0;
    for (let at = 0; at < this.#edges.length; at += 2) sum += (this.#edges[at + 1] as number) - (this.#edges[at] as number);
    return sum;
  }

  get first(): number | undefined {
    return this.#edges[0];
  }

  /** "3", "5-9": both ends included. */
  names(): string[] {
    const names: string[] = [];
    for (let at = 0; at < this.#edges.length; at += 2) {
      const [from, to] = [this.#edges[at] as number, (this.#edges[at + 1] as number) - 1];
      names.push(from === to ? `${from}` : `${from}-${to}`);
    }
    return names;
  }
}
