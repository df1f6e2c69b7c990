import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { describe, expect, test } from "vitest";
import { createLogger } from "../../src/service/logger.ts";

describe("logger", () => {
  test("an event is one line, whatever is in its fields", () => {
    const lines: string[] = [];
    const clock = new SimulatedClock(Date.UTC(2026, 4, 4, 8, 0, 0, 250));
    const logger = createLogger({ service: "processor", clock, write: (line) => lines.push(line) });
    logger.log("warn", "waiting", {
      part: "log",
      why: 'no "answer"\nfrom\u2028there',
      tries: 3,
      next: 2n,
      gone: null,
      none: undefined,
    });
    logger.log("info", "stopped");
    expect(lines).toEqual([
      String.raw`2026-05-04T08:00:00.250Z warn processor waiting part=log why="no \"answer\"\nfrom there" tries=3 next=2`,
      "2026-05-04T08:00:00.250Z info processor stopped",
    ]);
  });
});
