import type { AssignmentId } from "@penlight/proto";
import { RECOGNIZERS } from "@penlight/stream-processor/stored";
import { ConfigError } from "../config.ts";
import { openHistory } from "../open-history.ts";
import { openLog } from "../open-log.ts";
import { type Applied, appliedText, applyReread } from "../reread/apply.ts";
import { reread, rereadText } from "../reread/reread.ts";
import { readSetup, sheetOf } from "../reread/stored-sheet.ts";
import { runCommand } from "../service/command.ts";
import { DASHBOARD_DEFAULT, orderReread } from "../setup-client.ts";
import { SystemClock } from "../system-clock.ts";

/** What this program would make of the stored ink of an assignment; with --apply it becomes so. */
await runCommand("reread", async ({ config, signal, say }) => {
  const { assignment, apply, by, token, dashboardUrl, json } = config;
  if (assignment === null) throw new ConfigError("npm run reread needs --assignment ID");
  const dashboard = { address: dashboardUrl ?? DASHBOARD_DEFAULT, token, signal };
  // The folder is npm start's while it runs, and it is npm start that applies: nobody else can look meanwhile.
  if (apply && config.kafka === null) {
    await orderReread(dashboard, assignment as AssignmentId, { by, recognizers: RECOGNIZERS });
    say(`${dashboard.address} reads ${assignment} again; what changes is stored as new versions, what teachers marked stays`);
    return 0;
  }
  const clock = new SystemClock();
  const log = await openLog(config, clock);
  try {
    const sheet = sheetOf(await readSetup(log), assignment);
    const history = await openHistory(config, clock, {});
    try {
      const id = assignment as AssignmentId;
      const report = reread(sheet, await history.strokesOfAssignment(id), await history.answersOfAssignment(id));
      let applied: Applied | null = null;
      if (!json) say(rereadText(report));
      if (apply) {
        applied = await applyReread(report, {
          ...{ by, clock, signal, order: (of, order) => orderReread(dashboard, of, order) },
          answersOf: (of) => history.answersOfAssignment(of),
        });
      }
      if (json) say(JSON.stringify(applied === null ? report : { ...report, applied }, null, 2));
      else say(applied === null ? "nothing was changed; --apply has it stored" : appliedText(applied));
      return applied === null || applied.left === 0 ? 0 : 1;
    } finally {
      await history.close();
    }
  } finally {
    await log.close();
  }
});
