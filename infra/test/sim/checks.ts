import {
  type AnswerRow,
  type AnswerValue,
  type BoardCell,
  type CellState,
  DOT_STRIDE,
  DOT_X,
  DOT_Y,
  type ItemId,
  isWritten,
  type MarkRow,
  MM_PER_CENTIUNIT,
  type PenId,
  pageKeyOf,
  type StrokeRow,
  type StudentId,
} from "@penlight/proto";
import { lookOf } from "./ink-ledger.ts";
import { inkOfLog } from "./log-ink.ts";
import { checkProof } from "./proof.ts";
import { DELAY_MS_MAX } from "./radio.ts";
import { checkReadings } from "./readings.ts";
import type { Viewer } from "./viewer.ts";
import type { World } from "./world.ts";

/** A stroke's time in history may be wrong by so much, ms; and by the delay of every question of a handshake. PEN-10. */
const DATED_MS_MAX = 1000;

/** What the checks found; `lost` and `doubled` count dots. SIM-5. */
export interface Verdict {
  readonly failures: readonly string[];
  readonly lost: number;
  readonly doubled: number;
}

/** Looks at everything once the world has settled. SIM-5 to SIM-8. */
export async function judge(world: World): Promise<Verdict> {
  const { assignment } = world.setup;
  const strokes = world.history.rows.strokes();
  const answers = await world.history.rows.answersOfAssignment(assignment.id);
  const marks = await world.history.rows.marksOfAssignment(assignment.id);
  const ink = checkInk(world, strokes);
  const first = world.seats[0]?.viewer.board?.cells ?? [];
  const failures = [
    ...ink.failures,
    ...world.log.toldEarly.slice(0, 1),
    ...world.history.contradictions.map((each) => `history was told two things of ${each}`),
    ...doubledRows([...strokes.map((row) => row.stroke), ...answers.map(rowKey), ...marks.map((row) => `mark ${rowKey(row)}`)]),
    ...checkProof(world, strokes),
    ...checkTimes(world, strokes),
    ...checkBoard(world, answers, marks),
    ...checkViewers(world, strokes),
    ...checkReadings(world.setup, strokes, answers),
    ...(expectsTruth(world) ? checkTruth(world, first) : []),
  ];
  return { failures, lost: ink.lost, doubled: ink.doubled };
}

interface InkVerdict {
  readonly failures: string[];
  readonly lost: number;
  readonly doubled: number;
}

/** Every dot that reached the log is in history, and every dot that was made is there once or excused. SIM-5. */
function checkInk(world: World, strokes: readonly StrokeRow[]): InkVerdict {
  const failures: string[] = [];
  const kept = new Map(strokes.map((row) => [row.stroke as string, row]));
  let lost = 0;
  for (const [stroke, { copies, piece }] of copiesInLog(world)) {
    const row = kept.get(stroke);
    // The dots of a piece whose pen-down was lost are in the whole stroke, once that is there. EVT-22.
    const has = row !== undefined ? [row] : piece === null ? [] : strokes.filter((each) => each.pen === piece);
    const have = countOf(has.flatMap(looksOf));
    for (const copy of copies.values()) {
      let missing = 0;
      for (const [look, count] of countOf([...copy.values()])) missing += Math.max(0, count - (have.get(look) ?? 0));
      if (missing === 0) continue;
      lost += missing;
      failures.push(
        `${missing} of ${copy.size} dots of stroke ${stroke} are in the log and not in history (${row?.version ?? "no row"})`,
      );
    }
  }
  const balance = world.ledger.balance(strokes, world.history.rows.gaps());
  if (balance.unexplained > 0) failures.push(`${balance.unexplained} dots are lost without a reason`);
  if (balance.doubled > 0) failures.push(`${balance.doubled} dots are in history more often than they were made`);
  if (balance.strange > 0 && !world.losesInk) failures.push(`${balance.strange} dots in history were never made`);
  if (!world.losesInk && balance.kept !== balance.made) failures.push(`${balance.made} dots were made, ${balance.kept} kept`);
  return { failures, lost: Math.max(lost, balance.unexplained), doubled: balance.doubled };
}

/** A pen's own times, whatever its clock, are host times in history: live and from memory. A reckoned beginning has none. PEN-10. */
function checkTimes(world: World, strokes: readonly StrokeRow[]): string[] {
  const limitMs = DATED_MS_MAX + (world.faults.link.delayed > 0 ? DELAY_MS_MAX : 0);
  return strokes.flatMap((row) => {
    if (row.syntheticStart || row.dots.length === 0) return [];
    const wrongMs = world.ledger.wrongBy(lookOf(row.pen, row.dots, 0), row.downMs + row.clockOffsetMs);
    return wrongMs <= limitMs ? [] : [`stroke ${row.stroke} (${row.source}) is dated ${wrongMs} ms wrong`];
  });
}

interface LoggedStroke {
  /** Source -> index of a dot -> what it looks like. */
  readonly copies: Map<string, Map<number, string>>;
  /** The pen of a stroke whose pen-down nobody heard; null: it was heard. */
  readonly piece: PenId | null;
}

/** By stroke id. The log alone decides, so that the processor can be judged. */
function copiesInLog(world: World): Map<string, LoggedStroke> {
  const strokes = new Map<string, LoggedStroke>();
  for (const { stroke, pen, source, syntheticStart, firstDot, looks } of inkOfLog(world.log)) {
    const logged = strokes.get(stroke) ?? { copies: new Map(), piece: syntheticStart ? pen : null };
    const { copies } = logged;
    strokes.set(stroke, logged);
    const copy = copies.get(source) ?? new Map<number, string>();
    copies.set(source, copy);
    looks.forEach((look, dot) => {
      // What a cut frame pretends to be is no ink: the copy from the pen's memory has not got it.
      if (!copy.has(firstDot + dot) && world.ledger.isKnown(look)) copy.set(firstDot + dot, look);
    });
  }
  return strokes;
}

function looksOf(row: StrokeRow): string[] {
  const looks: string[] = [];
  for (let at = 0; at < row.dots.length; at += DOT_STRIDE) looks.push(lookOf(row.pen, row.dots, at));
  return looks;
}

function countOf(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function rowKey(row: { readonly student: StudentId; readonly item: ItemId }): string {
  return `${row.student} ${row.item}`;
}

function doubledRows(keys: readonly string[]): string[] {
  return [...countOf(keys)].filter(([, count]) => count > 1).map(([key, count]) => `history has ${count} rows of ${key}`);
}

/** The board of every viewer is the fold of the answers in history. SIM-6. */
function checkBoard(world: World, answers: readonly AnswerRow[], marks: readonly MarkRow[]): string[] {
  const answerOf = new Map(answers.map((row) => [rowKey(row), row]));
  const markOf = new Map(marks.map((row) => [rowKey(row), row]));
  return world.seats.flatMap((seat, index) => {
    const board = seat.viewer.board;
    if (board === null) return [`viewer ${index} has no board`];
    const cells = board.cells.flatMap((cell) => {
      const answer = answerOf.get(rowKey(cell));
      const mark = markOf.get(rowKey(cell));
      const expected = expectedCell(cell, answer, mark);
      const is = JSON.stringify([cell.state, cell.answer, cell.points]);
      return is === JSON.stringify(expected)
        ? []
        : [`viewer ${index}: ${rowKey(cell)} is ${is}, history says ${JSON.stringify(expected)}`];
    });
    const whole = world.setup.students.length * world.setup.worksheet.items.length;
    if (board.cells.length !== whole) cells.push(`viewer ${index} has ${board.cells.length} cells of ${whole}`);
    return [...cells, ...checkTotals(seat.viewer, index)];
  });
}

/** All pens are connected when the checks are made, so a cell without an answer is not-started. */
function expectedCell(
  cell: BoardCell,
  answer: AnswerRow | undefined,
  mark: MarkRow | undefined,
): [CellState, AnswerValue, number | null] {
  // A teacher's word stands above whatever the ink says. HIS-8.
  const isTeachers = mark !== undefined && mark.by !== "machine";
  const typed = cell.mark?.verdict.kind === "answer" ? cell.mark.verdict.answer : null;
  if (isTeachers) return [mark.state, typed ?? answer?.answer ?? null, mark.points];
  if (answer === undefined) return ["not-started", null, null];
  const own = mark?.answerVersion === answer.version ? mark : undefined;
  // What was marked by a key that was corrected since is marked anew. HIS-3.
  const state = own?.state ?? answer.state;
  return [state, answer.answer, JUDGED.has(state) ? (own?.points ?? null) : null];
}

const JUDGED: ReadonlySet<CellState> = new Set(["right", "partial", "wrong", "blank", "withdrawn"]);

const DONE: ReadonlySet<CellState> = new Set(["unsure", "right", "partial", "wrong", "blank", "withdrawn"]);

/** Rows and columns say what the cells say. STAT-1, counted anew. */
function checkTotals({ board }: Viewer, index: number): string[] {
  if (board === null) return [];
  const failures: string[] = [];
  const count = (cells: readonly BoardCell[], state: CellState) => cells.filter((cell) => cell.state === state).length;
  const points = (cells: readonly BoardCell[]) => cells.reduce((sum, cell) => sum + (cell.points ?? 0), 0);
  const compare = (what: string, is: unknown, should: unknown) => {
    if (JSON.stringify(is) !== JSON.stringify(should))
      failures.push(`viewer ${index}: ${what} is ${JSON.stringify(is)}, cells say ${JSON.stringify(should)}`);
  };
  for (const item of board.items) {
    const cells = board.cells.filter((cell) => cell.item === item.item);
    const { right, partial, wrong, judged, unsure, blank, withdrawn, writing, notStarted, noSignal } = item;
    const is = [right, partial, wrong, judged, unsure, blank, withdrawn, writing, notStarted, noSignal];
    const [r, p, w] = [count(cells, "right"), count(cells, "partial"), count(cells, "wrong")];
    const rest = (["unsure", "blank", "withdrawn", "writing", "not-started", "no-signal"] as const).map((state) =>
      count(cells, state),
    );
    compare(`column ${item.item}`, is, [r, p, w, r + p + w, ...rest]);
    compare(`points of column ${item.item}`, rounded(item.pointsSum), rounded(points(cells)));
    const chosen = cells.flatMap((cell) =>
      cell.answer === null ? [] : Array.isArray(cell.answer) ? cell.answer : [String(cell.answer)],
    );
    for (const { option, count: chosenBy } of item.options) {
      compare(`option ${option} of ${item.item}`, chosenBy, chosen.filter((each) => each === option).length);
    }
  }
  for (const student of board.students) {
    const cells = board.cells.filter((cell) => cell.student === student.student);
    const is = [student.done, student.right, rounded(student.points)];
    const done = cells.filter((cell) => DONE.has(cell.state)).length;
    compare(`row ${student.student}`, is, [done, count(cells, "right"), rounded(points(cells))]);
  }
  return failures;
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** Viewers kept to the rules, agree with each other, and see the ink that history has. SIM-6. */
function checkViewers(world: World, strokes: readonly StrokeRow[]): string[] {
  const failures: string[] = [];
  const views = world.seats.map((seat) => {
    const { board } = seat.viewer;
    const students = board?.students.map((each) => ({ ...each, lastInkMs: 0, pen: { ...each.pen, heardMs: 0 } }));
    return JSON.stringify([board?.assignment, board?.cells, board?.items, students]);
  });
  if (new Set(views).size > 1) failures.push("two viewers of one room see different boards");
  world.seats.forEach((seat, index) => {
    failures.push(...seat.viewer.faults.map((fault) => `viewer ${index} was sent ${fault}`));
    // History has everything by now.
    if (seat.viewer.board?.delays.history) failures.push(`viewer ${index} is told that history is behind`);
    failures.push(...checkWatchedInk(world, seat.viewer, strokes).map((each) => `viewer ${index} ${each}`));
  });
  return failures;
}

function checkWatchedInk(world: World, viewer: Viewer, strokes: readonly StrokeRow[]): string[] {
  const { watched, ink } = viewer;
  if (watched === null) return [];
  const page = world.setup.worksheet.pages.find((each) => pageKeyOf(each.address) === watched.page);
  const origin = page?.originMm ?? { x: 0, y: 0 };
  const own = strokes.filter(
    (row) =>
      row.student === watched.student && row.assignment !== null && row.page !== null && pageKeyOf(row.page) === watched.page,
  );
  const known = new Set<string>(own.map((row) => row.stroke));
  const holed = strokesWithHoles(world);
  const strange = [...ink.keys()].filter((stroke) => !known.has(stroke)).map((stroke) => `sees ${stroke}, which is not there`);
  const seen = own.flatMap((row) => checkSeen(row, ink.get(row.stroke) ?? [], { origin, hasHole: holed.has(row.stroke) }));
  return [...strange, ...seen];
}

/** Strokes of which the log has the whole in no copy: the outbox gave a part up. Live they are shown up to there. */
function strokesWithHoles(world: World): ReadonlySet<string> {
  const holed = new Set<string>();
  if (world.faults.outbox === null) return holed;
  for (const [stroke, { copies }] of copiesInLog(world)) {
    const isWhole = (copy: Map<number, string>) => Math.max(...copy.keys()) === copy.size - 1;
    if (![...copies.values()].some(isWhole)) holed.add(stroke);
  }
  return holed;
}

interface Seeing {
  readonly origin: { readonly x: number; readonly y: number };
  readonly hasHole: boolean;
}

/** A stroke as a viewer has it against its row. */
function checkSeen(row: StrokeRow, points: readonly number[], { origin, hasHole }: Seeing): string[] {
  const seen = points.length / 3;
  if (hasHole ? seen > row.version : seen !== row.version) return [`sees ${seen} of ${row.version} dots of ${row.stroke}`];
  for (let dot = 0; dot < seen; dot++) {
    const x = (row.dots[dot * DOT_STRIDE + DOT_X] as number) * MM_PER_CENTIUNIT - origin.x;
    const y = (row.dots[dot * DOT_STRIDE + DOT_Y] as number) * MM_PER_CENTIUNIT - origin.y;
    const far = Math.hypot(x - (points[3 * dot] as number), y - (points[3 * dot + 1] as number));
    if (!(far < 0.1)) return [`sees dot ${dot} of ${row.stroke} ${far} mm from where it is`];
  }
  return [];
}

/** The truth can be expected where no ink was lost and the lesson did not close in the middle. SIM-7. */
function expectsTruth(world: World): boolean {
  const { closesMs } = world.setup;
  const lastMs = Math.max(0, ...world.radio.truth.map((intention) => intention.atMs));
  return !world.losesInk && (closesMs === null || closesMs > lastMs);
}

/** Of writing only that it is there: what it says is the recogniser's business. */
const INKED: ReadonlySet<CellState> = new Set(["right", "partial", "wrong", "unsure", "withdrawn"]);

function checkTruth(world: World, cells: readonly BoardCell[]): string[] {
  const written = new Set(world.setup.worksheet.items.filter(isWritten).map((item) => item.id));
  const meant = new Map<string, AnswerValue>();
  for (const intention of world.radio.truth) meant.set(rowKey(intention), intention.answer);
  return cells.flatMap((cell) => {
    // What a teacher typed is what counts as written.
    if (cell.mark?.verdict.kind === "answer") return [];
    if (written.has(cell.item)) {
      const isThere = !meant.get(rowKey(cell)) || INKED.has(cell.state);
      return isThere ? [] : [`${rowKey(cell)} is ${cell.state}, the pupil wrote ${meant.get(rowKey(cell))}`];
    }
    const should = JSON.stringify(meant.get(rowKey(cell)) ?? null);
    const is = JSON.stringify(cell.answer);
    return is === should && cell.state !== "unsure"
      ? []
      : [`${rowKey(cell)} is ${cell.state} ${is}, the pupil meant ${should}`];
  });
}
