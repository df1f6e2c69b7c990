import path from "node:path";
import { openHistory } from "../open-history.ts";
import { runCommand } from "../service/command.ts";
import { truthOf } from "../simulation.ts";
import { SystemClock } from "../system-clock.ts";
import { truthText } from "../truth/compare.ts";

const READ_WRONG = 1;

/** Holds what history has of a simulated class against what its pupils meant. */
await runCommand("truth", async ({ config, say }) => {
  const history = await openHistory(config, new SystemClock(), {});
  try {
    const report = await truthOf(path.join(config.dataDirectory, "simulation"), history);
    say(config.json ? JSON.stringify(report, null, 2) : truthText(report));
    return report.wrong.length > 0 ? READ_WRONG : 0;
  } finally {
    await history.close();
  }
});
