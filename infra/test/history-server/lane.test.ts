import { describe, expect, it } from "vitest";
import { Lane } from "../../src/history-server/lane.ts";

const never = new AbortController().signal;

function held(lane: Lane, signal = never) {
  let finish: () => void = () => {};
  const work = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { done: lane.run(signal, () => work), finish };
}

describe("lane", () => {
  it("[HTTP-6] so many run, so many wait, in order; the next one is refused", async () => {
    const lane = new Lane({ running: 2, waiting: 2, waitMs: 60_000 });
    const order: string[] = [];
    const [a, b] = [held(lane), held(lane)];
    const c = lane.run(never, async () => order.push("c"));
    const d = lane.run(never, async () => order.push("d"));
    expect([lane.running, lane.waiting]).toEqual([2, 2]);
    await expect(lane.run(never, async () => 0)).rejects.toMatchObject({ number: 202 });
    a.finish();
    await Promise.all([a.done, c, d]);
    expect(order).toEqual(["c", "d"]);
    b.finish();
    await b.done;
    expect([lane.running, lane.waiting]).toEqual([0, 0]);
  });

  it("[HTTP-6] who waits too long, or goes away, leaves its place", async () => {
    const lane = new Lane({ running: 1, waiting: 2, waitMs: 20 });
    const first = held(lane);
    await expect(lane.run(never, async () => 0)).rejects.toMatchObject({ number: 202 });
    const abort = new AbortController();
    const gone = lane.run(abort.signal, async () => 0);
    abort.abort();
    await expect(gone).rejects.toMatchObject({ number: 394 });
    expect(lane.waiting).toBe(0);
    first.finish();
    await first.done;
    await expect(lane.run(abort.signal, async () => 0)).rejects.toMatchObject({ number: 394 });
    expect(await lane.run(never, async () => 7)).toBe(7);
  });

  it("[HTTP-6] a task that fails gives its place back", async () => {
    const lane = new Lane({ running: 1, waiting: 0, waitMs: 1000 });
    await expect(lane.run(never, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await lane.run(never, async () => 1)).toBe(1);
  });
});
