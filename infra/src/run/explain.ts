import type { AssignmentId } from "@penlight/proto";
import { readStored } from "@penlight/stream-processor/stored";
import { ConfigError } from "../config.ts";
import { openHistory } from "../open-history.ts";
import { openLog } from "../open-log.ts";
import { explanationOf } from "../reread/explanation.ts";
import { assignmentNamed, readSetup, sheetOf } from "../reread/stored-sheet.ts";
import { runCommand } from "../service/command.ts";
import { SystemClock } from "../system-clock.ts";

/** How the machine came to one answer. */
await runCommand("explain", async ({ config, say }) => {
  const [name, student, item, ...more] = (config.answer ?? "").split("/");
  if (name === undefined || student === undefined || item === undefined || more.length > 0) {
    throw new ConfigError("npm run explain needs --answer ASSIGNMENT/STUDENT/ITEM (or ROOM/STUDENT/ITEM)");
  }
  const clock = new SystemClock();
  const log = await openLog(config, clock);
  try {
    const setup = await readSetup(log);
    const sheet = sheetOf(setup, assignmentNamed(setup, name));
    const history = await openHistory(config, clock, {});
    try {
      const strokes = await history.strokesOfAssignment(sheet.assignment.id as AssignmentId);
      const own = strokes.filter((row) => row.student === student);
      const cell = readStored(sheet, own).find((each) => each.item.id === item);
      if (cell === undefined) throw new ConfigError(`${student} has no ink in item ${item} of ${sheet.assignment.id}`);
      for (const line of explanationOf(cell)) say(line);
      return 0;
    } finally {
      await history.close();
    }
  } finally {
    await log.close();
  }
});
