import { readFile } from "node:fs/promises";
import type { ClickHouseHistory } from "./clickhouse-history.ts";
import type { QueryParameters } from "./connection.ts";

/** Questions that researchers ask first; each is `questions/<name>.sql`, a sentence and one SELECT. HIS-10. */
export const QUESTIONS = [
  "01-page-ink",
  "02-strokes-of-item",
  "03-time-to-first-stroke",
  "04-pen-down-and-in-air",
  "05-pauses",
  "06-changes-of-mind",
  "07-writing-speed",
  "08-item-difficulty",
  "09-timeline",
  "10-data-gaps",
] as const;
export type QuestionName = (typeof QUESTIONS)[number];

/** Silence from which on a gap between strokes is a pause and no longer time in the air. */
export const PAUSE_MS = 2000;

/** The SQL of a question, comments included. */
export function readQuestion(name: QuestionName): Promise<string> {
  return readFile(new URL(`questions/${name}.sql`, import.meta.url), "utf8");
}

/**
 * One object a row; the parameters are named in the question's SQL.
 * @throws HistoryError
 */
export async function askQuestion(
  history: Pick<ClickHouseHistory, "query">,
  name: QuestionName,
  parameters: QueryParameters,
): Promise<Record<string, unknown>[]> {
  return history.query(await readQuestion(name), parameters);
}
