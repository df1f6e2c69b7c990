import { runHistory } from "../history-server/run.ts";
import { runCommand } from "../service/command.ts";

/** The embedded ClickHouse engine by ClickHouse's own HTTP interface. */
await runCommand("history", (command) => runHistory(command, Number(process.env.UV_THREADPOOL_SIZE) || 4));
