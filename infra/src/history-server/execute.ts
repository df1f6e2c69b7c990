import type { IncomingMessage } from "node:http";
import { sqlText } from "../history/text-writer.ts";
import type { Account } from "./accounts.ts";
import type { Answer } from "./answer.ts";
import type { Done, Engine, EngineSession } from "./engine.ts";
import { Fault } from "./fault.ts";
import { formatNamed } from "./formats.ts";
import type { Asked } from "./request.ts";
import { engineSettings, queryParameters, type ReaderLimits, sessionSettings } from "./settings.ts";
import type { RowsPlace } from "./statement.ts";

/** A result that is no stream is held in memory up to this; the engine refuses a larger one (396). */
const HELD_BYTES_MAX = 256 * 1024 ** 2;

/** What one request asks, once it is known who asks. */
export interface Question {
  readonly account: Account;
  readonly query: URLSearchParams;
  readonly database: string;
  readonly isReadOnly: boolean;
  readonly asked: Asked;
  readonly format: string;
}

/** @param file holds the rows of an INSERT @throws Fault */
export async function execute(
  engine: Engine,
  limits: ReaderLimits,
  question: Question,
  work: { readonly mark: string; readonly file: string | null; readonly answer: Answer },
): Promise<void> {
  const session = engine.session();
  try {
    const isStream = isStreamed(question);
    await session.use(question.database);
    await session.set(
      sessionSettings(question.account, limits, {
        settings: engineSettings(question.query),
        parameters: queryParameters(question.query),
        ours: [["log_comment", work.mark], ...(isStream ? [] : [["max_result_bytes", String(HELD_BYTES_MAX)] as const])],
        readOnly: question.isReadOnly,
      }),
    );
    if (isStream) {
      await stream(session, question, work.answer);
      return;
    }
    const { asked, format } = question;
    const done = await (work.file === null ? session.run(asked.sql, format) : insert(session, asked, work.file));
    work.answer.begin({ done, isInsert: work.file !== null });
    await work.answer.write(done.bytes);
    work.answer.end();
  } finally {
    session.close();
  }
}

function isStreamed({ asked, format, query }: Question): boolean {
  const isSelect = asked.statement.verb === "SELECT" || asked.statement.verb === "WITH";
  return isSelect && formatNamed(format).joins && query.get("wait_end_of_query") !== "1";
}

async function stream(session: EngineSession, question: Question, answer: Answer): Promise<void> {
  for await (const block of session.blocks(question.asked.sql, question.format)) {
    if (!answer.hasBegun) answer.begin({});
    await answer.write(block.bytes);
  }
  if (!answer.hasBegun) answer.begin({});
  answer.end();
}

/** The same INSERT, its rows taken from a file, of which the client need not know. */
async function insert(session: EngineSession, { sql, statement, rows }: Asked, file: string): Promise<Done> {
  const { infileAt, formatAt, format } = statement.rows as RowsPlace;
  const source = `FROM INFILE ${sqlText(file)} COMPRESSION '${rows?.compression ?? "none"}'`;
  const text = `${sql.slice(0, infileAt)} ${source} ${sql.slice(infileAt, formatAt)} FORMAT ${format}`;
  return session.run(text, "Null").catch((error: unknown) => {
    if (!(error instanceof Fault)) throw error;
    const message = error.message.replaceAll(`(in file/uri ${file})`, "(in the rows)").replaceAll(file, "the rows");
    throw new Fault(error.number, error.kind, message, { cause: error });
  });
}

/** For the clients that say nothing: as ClickHouse. */
export function formatAsked(asked: Asked, query: URLSearchParams, request: IncomingMessage): string {
  return (
    asked.statement.format ?? (query.get("default_format") || String(request.headers["x-clickhouse-format"] ?? "TabSeparated"))
  );
}
