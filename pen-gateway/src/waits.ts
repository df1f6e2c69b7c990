import { PenSourceError } from "./source/pen-source.ts";

/** @throws PenSourceError always: a source that fails says why, one way or the other */
export function failedSource(error: unknown): never {
  if (error instanceof PenSourceError) throw error;
  throw new PenSourceError("source.failed", error instanceof Error ? error.message : undefined, { cause: error });
}

export function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
