import fs from "node:fs";
import path from "node:path";
import { performance } from "node:perf_hooks";

/** What a group commit could be made of: one write of a few kB that survives a power cut. */
export const WRITE_WAYS = {
  "write and fdatasync, the file grows": { allocated: false, flags: 0 },
  "write with O_DSYNC, the file grows": { allocated: false, flags: fs.constants.O_DSYNC },
  "write and fdatasync, in place": { allocated: true, flags: 0 },
  "write with O_DSYNC, in place": { allocated: true, flags: fs.constants.O_DSYNC },
} as const satisfies Record<string, { readonly allocated: boolean; readonly flags: number }>;
export type WriteWay = keyof typeof WRITE_WAYS;

const WRITE_BYTES = 3000;

/** Milliseconds of each of `count` writes, one after the other. */
export async function timeWrites(folder: string, way: WriteWay, count: number): Promise<number[]> {
  const { allocated, flags } = WRITE_WAYS[way];
  const file = path.join(folder, "writes");
  if (allocated) fs.writeFileSync(file, Buffer.alloc(count * WRITE_BYTES), { flush: true });
  const fd = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT | flags);
  const bytes = Buffer.alloc(WRITE_BYTES, 7);
  const times: number[] = [];
  try {
    for (let i = 0; i < count; i++) {
      const startMs = performance.now();
      await call((done) => fs.write(fd, bytes, 0, WRITE_BYTES, i * WRITE_BYTES, done));
      if (flags === 0) await call((done) => fs.fdatasync(fd, done));
      times.push(performance.now() - startMs);
    }
  } finally {
    fs.closeSync(fd);
  }
  return times;
}

function call(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error === null ? resolve() : reject(error))));
}
