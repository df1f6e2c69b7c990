import { LogError } from "@penlight/proto";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { describe, expect, test } from "vitest";
import { createLogger } from "../../src/service/logger.ts";
import { Parts } from "../../src/service/parts.ts";
import { StoppedWaiting, WAIT_MS_MAX, WAIT_MS_MIN, waitFor } from "../../src/service/wait-for.ts";

const HOUR_MS = 3_600_000;

/** Something that throws what it is told to, in turn, and then is there. */
function dependency(errors: readonly unknown[], waitMsMax = Number.POSITIVE_INFINITY) {
  const clock = new SimulatedClock(1_000_000);
  const parts = new Parts(clock);
  parts.add("log");
  const lines: string[] = [];
  const attemptsMs: number[] = [];
  const stop = new AbortController();
  const write = (line: string) => lines.push(line);
  let attempt = 0;
  const opened = waitFor({
    part: "log",
    what: "Kafka at nowhere:9092",
    open: async () => {
      attemptsMs.push(clock.nowMs());
      const error = errors[attempt++];
      if (error !== undefined) throw error;
      return "there";
    },
    canWait: (error) => error instanceof LogError && error.canRetry,
    parts,
    logger: createLogger({ service: "processor", clock, write }),
    clock,
    signal: stop.signal,
    waitMsMax,
  });
  opened.catch(() => {});
  return { clock, parts, lines, attemptsMs, stop, opened };
}

const down = () => new LogError("log.io", "connection refused");
const downFor = (attempts: number) => Array.from({ length: attempts }, down);

describe("waiting for a dependency", () => {
  test("[OPS-2] the pauses grow up to the longest, and /readyz says what, since when and why", async () => {
    const { clock, parts, attemptsMs, opened } = dependency(downFor(12));
    await clock.run(clock.nowMs() + 1000);
    expect(parts.states()).toEqual([
      {
        part: "log",
        ready: false,
        required: true,
        sinceMs: 1_000_000,
        detail: "waiting for Kafka at nowhere:9092",
        lastError: down().message,
      },
    ]);
    await clock.run(clock.nowMs() + HOUR_MS);
    expect(await opened).toBe("there");
    const pauses = attemptsMs.slice(1).map((at, i) => at - (attemptsMs[i] as number));
    expect(pauses.slice(0, 3)).toEqual([WAIT_MS_MIN, 2 * WAIT_MS_MIN, 4 * WAIT_MS_MIN]);
    expect(pauses.at(-1)).toBe(WAIT_MS_MAX);
    expect(parts.states()[0]).toMatchObject({ ready: true, sinceMs: attemptsMs.at(-1), lastError: down().message });
  });

  test("[OPS-2] the reason is one line at the first failure and when it changes, and no line an attempt", async () => {
    const { clock, lines, opened } = dependency([...downFor(4), new LogError("log.io", "no route"), ...downFor(1)]);
    await clock.run(clock.nowMs() + HOUR_MS);
    await opened;
    expect(lines.map((line) => line.replace(/ next_try_ms=\d+| after_ms=\d+/, "").slice(25))).toEqual([
      expect.stringMatching(/^warn processor waiting part=log for="Kafka at nowhere:9092" why=".*connection refused.*"$/),
      expect.stringContaining("no route"),
      expect.stringContaining("connection refused"),
      "info processor came part=log",
    ]);
  });

  test("[OPS-2] what waiting cannot mend is thrown at once; when the time is over, the last reason", async () => {
    const full = new LogError("log.too-large");
    await expect(dependency([full]).opened).rejects.toBe(full);
    const { clock, opened, attemptsMs } = dependency(downFor(1000), 2000);
    await clock.run(clock.nowMs() + HOUR_MS);
    await expect(opened).rejects.toThrow("connection refused");
    expect((attemptsMs.at(-1) as number) - (attemptsMs[0] as number)).toBe(2000);
  });

  test("[OPS-3] a signal ends the waiting", async () => {
    const { clock, opened, stop } = dependency(downFor(1000));
    await clock.run(clock.nowMs() + 10_000);
    stop.abort();
    await expect(opened).rejects.toBeInstanceOf(StoppedWaiting);
    expect(clock.sleepers).toBe(0);
  });
});
