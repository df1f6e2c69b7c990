import type { Desk } from "./desk.ts";

/** Desks by the time at which they want to be woken: a binary heap whose outdated entries are left out when they come up. */
export class DeskQueue {
  readonly #times: number[] = [];
  readonly #desks: Desk[] = [];

  /** Enters `desk` at its `nextMs`; an earlier entry of it becomes outdated by itself. */
  add(desk: Desk): void {
    const ms = desk.nextMs;
    if (ms === Number.POSITIVE_INFINITY) return;
    const times = this.#times;
    const desks = this.#desks;
    let at = times.length;
    times.push(ms);
    desks.push(desk);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((times[parent] as number) <= ms) break;
      times[at] = times[parent] as number;
      desks[at] = desks[parent] as Desk;
      at = parent;
    }
    times[at] = ms;
    desks[at] = desk;
  }

  /** Time of the first desk; infinity when nobody wants anything. */
  get firstMs(): number {
    for (;;) {
      const ms = this.#times[0];
      if (ms === undefined) return Number.POSITIVE_INFINITY;
      if ((this.#desks[0] as Desk).nextMs === ms) return ms;
      this.#pop();
    }
  }

  /** The first desk if it is due. */
  take(nowMs: number): Desk | null {
    if (this.firstMs > nowMs) return null;
    const desk = this.#desks[0] as Desk;
    this.#pop();
    return desk;
  }

  #pop(): void {
    const times = this.#times;
    const desks = this.#desks;
    const ms = times.pop() as number;
    const desk = desks.pop() as Desk;
    const size = times.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= size) break;
      if (child + 1 < size && (times[child + 1] as number) < (times[child] as number)) child++;
      if ((times[child] as number) >= ms) break;
      times[at] = times[child] as number;
      desks[at] = desks[child] as Desk;
      at = child;
    }
    times[at] = ms;
    desks[at] = desk;
  }
}
