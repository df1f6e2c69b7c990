import type { Clock } from "@penlight/proto";

/** The same line is said again after so long. */
export const SAY_AGAIN_MS = 30_000;
const SAID_MAX = 200;

/** Says each line seldom: kafkajs has one for every attempt of every connection, and an outage has thousands of them. */
export function seldom(clock: Clock, say: (text: string) => void): (text: string) => void {
  const said = new Map<string, number>();
  return (text) => {
    const nowMs = clock.nowMs();
    if (nowMs < (said.get(text) ?? Number.NEGATIVE_INFINITY) + SAY_AGAIN_MS) return;
    if (said.size >= SAID_MAX) said.clear();
    said.set(text, nowMs);
    say(text);
  };
}
