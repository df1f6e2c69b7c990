import type { RoomId } from "@penlight/proto";
import { type Config, ConfigError } from "../config.ts";
import { openHistory } from "../open-history.ts";
import { type MeasuredLog, openLog } from "../open-log.ts";
import { reconcile } from "../reconcile/reconcile.ts";
import { reportText } from "../reconcile/report-text.ts";
import { partitionOfRoom, readOldest } from "../reconcile/stores.ts";
import { runCommand } from "../service/command.ts";
import { SystemClock } from "../system-clock.ts";

const DAY_MS = 86_400_000;
const FOUND_LOSSES = 1;

/** Holds the stores of a room against each other; the embedded ones when nobody else has them. REC-1. */
await runCommand("reconcile", async ({ config, say }) => {
  const clock = new SystemClock();
  const toMs = config.toMs ?? clock.nowMs();
  const fromMs = config.fromMs ?? toMs - DAY_MS;
  if (fromMs >= toMs)
    throw new ConfigError(`--from is ${timeText(fromMs)}, not before --to, ${timeText(toMs)}; give an earlier one`);
  const log = await openLog(config, clock);
  try {
    const history = await openHistory(config, clock, {});
    try {
      const room = config.room as RoomId;
      await checkReach(log, config, fromMs);
      const report = await reconcile({ log, history, room, fromMs, toMs });
      say(config.json ? JSON.stringify(report, null, 2) : reportText(report));
      return report.unexplained > 0 ? FOUND_LOSSES : 0;
    } finally {
      await history.close();
    }
  } finally {
    await log.close();
  }
});

/** What retention has taken looks like a loss. REC-2. */
async function checkReach(log: MeasuredLog, { room, fromMs: given }: Config, fromMs: number): Promise<void> {
  const oldest = await readOldest(log, "ink", await partitionOfRoom(log, room as RoomId));
  if (oldest === null || oldest.offset === 0n || oldest.timestampMs <= fromMs) return;
  const setting = given === null ? "--from (a day before --to)" : "--from";
  throw new ConfigError(
    `${setting} is ${timeText(fromMs)}, but the log goes back to ${timeText(oldest.timestampMs)} only; give that or a later one`,
  );
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
