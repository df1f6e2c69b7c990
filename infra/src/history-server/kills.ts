import type { Engine } from "./engine.ts";
import { Fault } from "./fault.ts";

/** A kill may come before the engine has begun: it is told again until the statement has ended. */
const KILL_AGAIN_MS = 250;

/** One statement that somebody waits for. */
export interface RunningStatement {
  /** What it is called in the engine: `log_comment`, as chDB takes no query ids. */
  readonly mark: string;
  readonly signal: AbortSignal;
  kill(): void;
  end(): void;
}

/** Statements by the ids that their clients gave them. */
export class RunningStatements {
  readonly #engine: Engine;
  readonly #byId = new Map<string, RunningStatement>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @throws Fault 216 */
  begin(queryId: string, mark: string): RunningStatement {
    if (this.#byId.has(queryId)) {
      const text = `Query with id = ${queryId} is already running.`;
      throw new Fault(216, "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING", text);
    }
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const tell = (): void => void this.#engine.kill(mark).catch(() => {});
    const running: RunningStatement = {
      mark,
      signal: abort.signal,
      kill: () => {
        if (abort.signal.aborted) return;
        abort.abort();
        tell();
        timer = setInterval(tell, KILL_AGAIN_MS);
      },
      end: () => {
        clearInterval(timer);
        this.#byId.delete(queryId);
      },
    };
    this.#byId.set(queryId, running);
    return running;
  }

  /** One that is not there (any more) is no error, as with ClickHouse. */
  kill(queryId: string): void {
    this.#byId.get(queryId)?.kill();
  }

  killAll(): void {
    for (const running of this.#byId.values()) running.kill();
  }
}
