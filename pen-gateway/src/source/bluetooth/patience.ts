/** What `task` comes to, or "late" after `ms`: noble waits for ever for a device that vanished. */
export async function withinMs<T>(ms: number, task: () => Promise<T>): Promise<T | "late"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((done) => {
    timer = setTimeout(() => done("late"), ms);
  });
  try {
    return await Promise.race([task(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves after `ms`, or when the function that `wakeBy` is given is called. */
export function pause(ms: number, wakeBy: (wake: () => void) => void = () => {}): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    wakeBy(() => {
      clearTimeout(timer);
      done();
    });
  });
}
