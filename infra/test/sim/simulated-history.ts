import {
  type AnswerRow,
  type Clock,
  type History,
  type HistoryBatch,
  HistoryError,
  type HistoryReader,
  type MarkRow,
  type Random,
  type StrokeRow,
} from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import type { Faults } from "./faults.ts";
import type { Incarnation } from "./fence.ts";
import type { Trace } from "./trace.ts";

const encoder = new TextEncoder();

/**
 * A history that survives its clients and keeps an account of every row it was given: a row of one identity and version
 * must say the same each time it is written. A write that was begun goes on after its writer's death. SIM-4.
 */
export class SimulatedHistory {
  readonly rows = new MemoryHistory();
  /** Rows written again under the same identity and version with other content. */
  readonly contradictions: string[] = [];
  quiet = false;
  readonly #clock: Clock;
  readonly #trace: Trace;
  readonly #faults: Faults["history"];
  readonly #random: Random;
  readonly #said = new Map<string, string>();
  #downUntilMs = 0;
  #writing = 0;

  constructor(options: {
    readonly clock: Clock;
    readonly trace: Trace;
    readonly faults: Faults["history"];
    readonly random: Random;
  }) {
    this.#clock = options.clock;
    this.#trace = options.trace;
    this.#faults = options.faults;
    this.#random = options.random;
  }

  /** Writes on their way, also those whose writer is dead. */
  get writing(): number {
    return this.#writing;
  }

  client(life: Incarnation): History {
    const read = <Rows>(what: string, ask: (rows: HistoryReader) => Promise<Rows>) =>
      life.cross(what, async () => {
        await this.#clock.sleep(this.#faults.latencyMs * this.#random.between(0.5, 1.5));
        if (this.#fails(this.#faults.fails)) throw new HistoryError("history.unavailable", "simulated");
        return ask(this.rows);
      });
    return {
      write: (batch) => life.cross("history write", () => this.#write(life, batch)),
      strokesOfAssignment: (assignment) => read("read strokes", (rows) => rows.strokesOfAssignment(assignment)),
      strokesOfPage: (assignment, student, page) => read("read page", (rows) => rows.strokesOfPage(assignment, student, page)),
      strokesWithoutAssignment: (room, sinceMs) =>
        read("read strokes of no assignment", (rows) => rows.strokesWithoutAssignment(room, sinceMs)),
      answersOfAssignment: (assignment) => read("read answers", (rows) => rows.answersOfAssignment(assignment)),
      marksOfAssignment: (assignment) => read("read marks", (rows) => rows.marksOfAssignment(assignment)),
      gapsOfRoom: (room, sinceMs) => read("read gaps", (rows) => rows.gapsOfRoom(room, sinceMs)),
      close: async () => {},
    };
  }

  /** Nothing is read or written for so long. */
  goDown(ms: number): void {
    this.#trace.note(`history is down for ${Math.round(ms)} ms`);
    this.#downUntilMs = this.#clock.nowMs() + ms;
  }

  #fails(rate: number): boolean {
    return !this.quiet && (this.#random.chance(rate) || this.#clock.nowMs() < this.#downUntilMs);
  }

  async #write(life: Incarnation, batch: HistoryBatch): Promise<void> {
    const slowMs = !this.quiet && this.#random.chance(this.#faults.slow) ? this.#random.between(300, 4000) : 0;
    const fails = this.#fails(this.#faults.fails);
    const failsAfter = !this.quiet && this.#random.chance(this.#faults.failsAfterTheEffect);
    // A process that stops can have it in its own hands yet; one that dies so has written nothing.
    if (this.#random.chance(0.3)) await life.clock(this.#clock).sleep(this.#faults.latencyMs * 0.3);
    this.#writing++;
    await this.#clock.sleep(this.#faults.latencyMs * this.#random.between(0.5, 1.5) + slowMs);
    this.#writing--;
    const { strokes, answers, marks, gaps } = batch;
    const size = `${strokes.length} strokes ${answers.length} answers ${marks.length} marks ${gaps.length} gaps`;
    if (fails) {
      this.#trace.note(`${life.name} history write failed: ${size}`);
      throw new HistoryError("history.unavailable", "simulated");
    }
    this.#account(batch);
    await this.rows.write(batch);
    if (failsAfter) throw new HistoryError("history.unavailable", "simulated: after the effect");
  }

  #account(batch: HistoryBatch): void {
    for (const row of batch.strokes) {
      const owner = `${row.assignment} ${row.student}`;
      this.#hear(`stroke ${owner} ${row.stroke} p${row.placement} v${row.version}${row.gone ? " gone" : ""}`, inkOf(row));
    }
    for (const row of batch.answers)
      this.#hear(`answer ${row.assignment} ${row.student} ${row.item} v${row.version}`, answerOf(row));
    for (const row of batch.marks) {
      this.#hear(
        `mark ${row.assignment} ${row.student} ${row.item} v${row.decision}.${row.answerVersion}.${row.worksheetVersion} ${row.by} ${row.state === "not-started"}`,
        markOf(row),
      );
    }
    for (const row of batch.gaps) this.#hear(`gap ${row.cause}`, JSON.stringify([row.pen, row.lostEvents, row.reason]));
  }

  #hear(identity: string, content: string): void {
    this.#trace.note(`history <- ${identity}`, encoder.encode(content));
    const before = this.#said.get(identity);
    if (before === undefined) this.#said.set(identity, content);
    else if (before !== content) this.contradictions.push(`${identity}: ${before} and ${content}`);
  }
}

/** What two copies of one version of a stroke must agree on: its place and its dots. */
function inkOf(row: StrokeRow): string {
  return JSON.stringify([row.item, row.box, [...row.dots]]);
}
/** By another key its first mark is another one; what it is worth is in its marks. HIS-3. */
function answerOf(row: AnswerRow): string {
  const isJudged = ["right", "partial", "wrong"].includes(row.state);
  return JSON.stringify([isJudged ? "judged" : row.state, row.answer, row.strokes]);
}
function markOf(row: MarkRow): string {
  return JSON.stringify([row.state, row.points, row.maxPoints, row.decidedBy, row.decidedMs]);
}
