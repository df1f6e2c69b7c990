import { useCallback, useEffect, useState } from "preact/hooks";

/** What a path answered last; null: nothing yet, or it could not be asked. */
export interface Polled<T> {
  readonly value: T | null;
  /** Asks at once, and resolves with the answer. */
  readonly again: () => Promise<T | null>;
}

/** Asks for a path as long as the component is there. An answer that fails leaves what was there. */
export function usePolled<T>(path: string | null, everyMs: number): Polled<T> {
  const [value, setValue] = useState<T | null>(null);
  const again = useCallback(async (): Promise<T | null> => {
    if (path === null) return null;
    const answer = await ask<T>(path);
    if (answer !== null) setValue(answer);
    return answer;
  }, [path]);
  useEffect(() => {
    void again();
    const timer = window.setInterval(() => void again(), everyMs);
    return () => clearInterval(timer);
  }, [again, everyMs]);
  return { value, again };
}

async function ask<T>(path: string): Promise<T | null> {
  try {
    const response = await fetch(path, { headers: { accept: "application/json" }, cache: "no-store" });
    return response.ok ? ((await response.json()) as T) : null;
  } catch {
    return null;
  }
}
