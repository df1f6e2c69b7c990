import {
  type AnswerRow,
  type AssignmentId,
  type Clock,
  type GapRow,
  type History,
  type HistoryBatch,
  HistoryError,
  type MarkRow,
  type PageAddress,
  pageKeyOf,
  type RoomId,
  type StrokeRow,
  type StudentId,
} from "@penlight/proto";
import { compareCells, compareGaps, compareStrokes, downHostMs } from "@penlight/proto/memory-history";
import { type HistoryConnection, type HistoryTarget, openConnection, type QueryParameters } from "./connection.ts";
import { HistoryInserter, type HistoryInserterOptions } from "./history-inserter.ts";
import { migrate, readMigrations } from "./migrate.ts";
import {
  ANSWER_COLUMNS,
  GAP_COLUMNS,
  MARK_COLUMNS,
  parseAnswer,
  parseGap,
  parseMark,
  parseStroke,
  STROKE_COLUMNS,
} from "./row-parse.ts";
import { sqlText } from "./text-writer.ts";

export interface ClickHouseHistoryOptions extends HistoryInserterOptions {
  readonly target: HistoryTarget;
  readonly clock: Clock;
}

export interface ClickHouseHistory extends History {
  /**
   * Any SELECT, with ClickHouse's named parameters (`{assignment:String}`); one object a row, 64-bit integers as text.
   * Runs on a connection of its own, so that a slow question delays neither writing nor the port's readers. The result is
   * made on the event loop: a program that must stay live asks large questions from another process.
   * @throws HistoryError
   */
  query(sql: string, parameters?: QueryParameters): Promise<Record<string, unknown>[]>;
}

/**
 * Which row of a stroke counts: what view strokes_latest says, and compareCopies in memory-history.ts. Said again here
 * because the view's sixty columns cost half the time of reading one page. HIS-7.
 */
const BEST_COPY =
  "ORDER BY placement DESC, version DESC, gone DESC, synthetic_end, synthetic_start, lost_dots, source, clock_offset_ms DESC, " +
  "item DESC, box DESC, received_ms " +
  "LIMIT 1 BY assignment, student, page, pen, pen_down_ms";

/**
 * Two rows of a stroke can differ in their clock offset, by less than this, ms: the one that counts is chosen before its
 * time is looked at, yet the index on the time is used. HIS-13.
 */
const OFFSET_SPREAD_MS = 60_000;

/** Rows that are parsed before the event loop gets a turn: about 1 ms. */
const PARSE_ROWS = 64;
const NEWLINE = 10;

/**
 * Opens the history and brings its schema up to date.
 * @throws HistoryError
 */
export async function openClickHouseHistory(options: ClickHouseHistoryOptions): Promise<ClickHouseHistory> {
  const connections: HistoryConnection[] = [];
  try {
    for (let i = 0; i < 3; i++) connections.push(await openConnection(options.target));
    const [writer, reader, questions] = connections as [HistoryConnection, HistoryConnection, HistoryConnection];
    const cluster = options.target.kind === "server" ? (options.target.cluster ?? null) : null;
    await migrate(writer, await readMigrations(), options.clock, cluster);
    const inserter = new HistoryInserter(writer, options.clock, options);
    return new OpenHistory(inserter, reader, questions, connections);
  } catch (error) {
    await Promise.allSettled(connections.map((connection) => connection.close()));
    throw error;
  }
}

/**
 * The port's readers write their few values into the SQL: chDB runs queries with bound parameters one after the other in
 * the whole process, so a slow question of a researcher would hold up a board that is being rebuilt.
 */
class OpenHistory implements ClickHouseHistory {
  readonly #inserter: HistoryInserter;
  readonly #reader: HistoryConnection;
  readonly #questions: HistoryConnection;
  readonly #connections: readonly HistoryConnection[];
  #closing: Promise<void> | null = null;

  constructor(
    inserter: HistoryInserter,
    reader: HistoryConnection,
    questions: HistoryConnection,
    connections: readonly HistoryConnection[],
  ) {
    this.#inserter = inserter;
    this.#reader = reader;
    this.#questions = questions;
    this.#connections = connections;
  }

  async write(batch: HistoryBatch): Promise<void> {
    if (this.#closing !== null) throw new HistoryError("history.unavailable", "it was closed");
    await this.#inserter.write(batch);
  }

  async strokesOfAssignment(assignment: AssignmentId): Promise<StrokeRow[]> {
    return this.#strokes(`assignment = ${sqlText(assignment)}`);
  }

  async strokesOfPage(assignment: AssignmentId, student: StudentId, page: PageAddress): Promise<StrokeRow[]> {
    const place = [
      `assignment = ${sqlText(assignment)}`,
      `student = ${sqlText(student)}`,
      `page = ${sqlText(pageKeyOf(page))}`,
    ];
    return this.#strokes(place.join(" AND "));
  }

  async strokesWithoutAssignment(room: RoomId, sinceMs: number): Promise<StrokeRow[]> {
    const fromMs = sinceMs - OFFSET_SPREAD_MS;
    const rows = await this.#strokes(
      `assignment = '' AND room = ${sqlText(room)} AND pen_down_ms + clock_offset_ms >= ${fromMs}`,
    );
    return rows.filter((row) => downHostMs(row) >= sinceMs);
  }

  async answersOfAssignment(assignment: AssignmentId): Promise<AnswerRow[]> {
    const sql = `SELECT ${ANSWER_COLUMNS} FROM answers_latest WHERE assignment = ${sqlText(assignment)}`;
    return (await this.#read(sql, parseAnswer)).sort(compareCells);
  }

  async marksOfAssignment(assignment: AssignmentId): Promise<MarkRow[]> {
    const sql = `SELECT ${MARK_COLUMNS} FROM marks_latest WHERE assignment = ${sqlText(assignment)}`;
    return (await this.#read(sql, parseMark)).sort(compareCells);
  }

  async gapsOfRoom(room: RoomId, sinceMs: number): Promise<GapRow[]> {
    const sql = `SELECT ${GAP_COLUMNS} FROM gaps WHERE room = ${sqlText(room)} AND at_ms >= ${sinceMs} LIMIT 1 BY cause`;
    return (await this.#read(sql, parseGap)).sort(compareGaps);
  }

  async query(sql: string, parameters: QueryParameters = {}): Promise<Record<string, unknown>[]> {
    const bytes = await this.#questions.lines(sql, parameters, "JSONEachRow");
    return parseLines(bytes, (line) => JSON.parse(line) as Record<string, unknown>);
  }

  close(): Promise<void> {
    this.#closing ??= this.#inserter.close().then(async () => {
      for (const connection of this.#connections) await connection.close();
    });
    return this.#closing;
  }

  /** The row that counts of each stroke that `condition` is true of. */
  async #strokes(condition: string): Promise<StrokeRow[]> {
    const sql = `SELECT ${STROKE_COLUMNS} FROM strokes WHERE ${condition} ${BEST_COPY}`;
    return (await this.#read(sql, parseStroke)).filter((row) => !row.gone).sort(compareStrokes);
  }

  async #read<Row>(sql: string, parse: (line: string) => Row): Promise<Row[]> {
    // A page or a lesson is little to read: a second thread would cost more than it brings, and takes it from the log.
    return parseLines(await this.#reader.lines(`${sql} SETTINGS max_threads = 1`, {}, "JSONCompactEachRow"), parse);
  }
}

async function parseLines<Row>(bytes: Buffer, parse: (line: string) => Row): Promise<Row[]> {
  const rows: Row[] = [];
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(NEWLINE, start);
    const end = found < 0 ? bytes.length : found;
    if (end > start) rows.push(parse(bytes.toString("utf8", start, end)));
    start = end + 1;
    if (rows.length % PARSE_ROWS === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return rows;
}
