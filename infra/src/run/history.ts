import { runHistory } from "../history-server/run.ts";
import { runService } from "../service/service.ts";

/** The embedded ClickHouse engine by ClickHouse's own HTTP interface. */
await runService("history", (service) => runHistory(service, Number(process.env.UV_THREADPOOL_SIZE) || 4));
