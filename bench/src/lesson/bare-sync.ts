import { open } from "node:fs/promises";

export interface Written {
  readonly atMs: number;
  readonly bytes: number;
}

/**
 * The floor: the same bytes at the same moments, appended to a file with nothing around it, one write and one fdatasync in
 * flight, what comes meanwhile going together. Latencies from append to the end of its sync, ms.
 */
export async function bareSync(file: string, appends: readonly Written[]): Promise<number[]> {
  const handle = await open(file, "w");
  const latencies: number[] = [];
  const startMs = performance.now();
  const firstMs = appends[0]?.atMs ?? 0;
  let waiting: { readonly atMs: number; readonly bytes: number }[] = [];
  let syncing: Promise<void> | null = null;
  const sync = async () => {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await handle.write(Buffer.alloc(group.reduce((sum, each) => sum + each.bytes, 0)));
      await handle.datasync();
      const nowMs = performance.now();
      for (const each of group) latencies.push(nowMs - each.atMs);
    }
    syncing = null;
  };
  for (const append of appends) {
    const dueMs = startMs + append.atMs - firstMs;
    while (performance.now() < dueMs)
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now() - 0.5)));
    waiting.push({ atMs: performance.now(), bytes: append.bytes });
    syncing ??= sync();
  }
  await syncing;
  await handle.close();
  return latencies;
}
