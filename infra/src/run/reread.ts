import type { AssignmentId } from "@penlight/proto";
import { ConfigError } from "../config.ts";
import { openHistory } from "../open-history.ts";
import { openLog } from "../open-log.ts";
import { reread, rereadText } from "../reread/reread.ts";
import { readSetup, sheetOf } from "../reread/stored-sheet.ts";
import { runCommand } from "../service/command.ts";
import { SystemClock } from "../system-clock.ts";

/** What this program would make of the stored ink of an assignment, before anybody applies it. */
await runCommand("reread", async ({ config, say }) => {
  const { assignment } = config;
  if (assignment === null) throw new ConfigError("npm run reread needs --assignment ID");
  const clock = new SystemClock();
  const log = await openLog(config, clock);
  try {
    const sheet = sheetOf(await readSetup(log), assignment);
    const history = await openHistory(config, clock, {});
    try {
      const id = assignment as AssignmentId;
      const report = reread(sheet, await history.strokesOfAssignment(id), await history.answersOfAssignment(id));
      say(config.json ? JSON.stringify(report, null, 2) : rereadText(report));
      return 0;
    } finally {
      await history.close();
    }
  } finally {
    await log.close();
  }
});
