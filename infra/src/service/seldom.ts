import type { Clock } from "@penlight/proto";

/** The same text is not told again for so long. */
export const SAME_TEXT_MS = 60_000;
/** Texts that are remembered; when there are more, the memory begins anew. */
const TEXTS_MAX = 100;

/** Passes texts on, the same one at most once a minute: who is out of reach says so with every attempt. */
export function seldom(clock: Clock, say: (text: string) => void): (text: string) => void {
  const toldMs = new Map<string, number>();
  return (text) => {
    const nowMs = clock.nowMs();
    if (nowMs - (toldMs.get(text) ?? Number.NEGATIVE_INFINITY) < SAME_TEXT_MS) return;
    if (toldMs.size >= TEXTS_MAX) toldMs.clear();
    toldMs.set(text, nowMs);
    say(text);
  };
}
