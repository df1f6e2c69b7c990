import type {
  AnswerRow,
  AnswerValue,
  BoxId,
  Cell,
  CellState,
  Insight,
  Item,
  MarkRow,
  RereadOrder,
  StoredMark,
  StrokeId,
} from "@penlight/proto";
import type { AnswerReading } from "./answer.ts";
import { type InkReader, inkReaderOf } from "./ink-reader.ts";
import type { CountedCell } from "./item-stats.ts";
import type { EditStep } from "./recognize/editing/ink-edits.ts";
import type { BoxStroke } from "./recognize/read-boxes.ts";
import type { StrokeShape } from "./recognize/shape.ts";
import { POINTS_PER_UNIT, type Score, scoreOf } from "./score.ts";
import type { Stroke } from "./stroke.ts";
import type { StudentTally } from "./student-tally.ts";
import { type Decided, decide } from "./verdict.ts";
import type { PlacedBox } from "./worksheet-map.ts";

/** A stroke in the box of an item. */
export interface PlacedStroke extends BoxStroke {
  readonly stroke: Stroke;
  readonly boxId: BoxId;
  /** Dots of the telling that was placed: what it adds to the answer's version. EVT-12. */
  readonly dots: number;
  /** Host time of pen-down and of the last dot, ms. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Gateway time at which the last of it was received, ms; 0: nobody knows. */
  readonly receivedMs: number;
}

interface Judged {
  readonly reading: AnswerReading;
  readonly score: Score | null;
  readonly decided: Decided | null;
}

/** An answer's row names so many of its strokes, the first ones: a box that is scribbled full is no book. HIS-2. */
export const ANSWER_STROKES_MAX = 256;

const UNCOUNTED: CountedCell = { state: "no-signal", answer: null, milliPoints: null };

/** Which mark history was told last. HIS-8. */
export interface MarkOut extends Pick<MarkRow, "decision" | "answerVersion" | "worksheetVersion"> {
  /** It said that nothing was there. */
  readonly isEmpty: boolean;
}
const NEVER_MARKED: MarkOut = { decision: 0, answerVersion: -1, worksheetVersion: -1, isEmpty: false };

/** Everything known of one student's one item. The answer is a pure function of the set of its strokes. ANS-30. */
export class CellRecord {
  readonly tally: StudentTally;
  readonly itemIndex: number;
  item: Item;
  readonly #boxes: readonly PlacedBox[];
  /** By host time of pen-down, then id. */
  readonly strokes: PlacedStroke[] = [];
  /** Strokes in its boxes that were begun after the end: no part of the answer. With the host time of their last dot, ms. ANS-55. */
  readonly late = new Map<Stroke, number>();
  #reader: InkReader;
  #dots = 0;
  /** What strokes that went elsewhere leave behind in the version, so that it never goes back. EVT-12. */
  versionBase = 0;
  /** Made when it is asked for: while strokes are folded nobody does. */
  #judged: Judged | null = null;
  #judgedTold: AnswerRow | null = null;
  /** The last word of a teacher about it, a withdrawal too; null: none. ANS-60. */
  word: StoredMark | null = null;
  /** Pens that write in it now. */
  writers = 0;
  closing: "blank" | "no-signal" | null = null;
  /** Largest versions that history has, or was given; -1: none. */
  answerVersionOut = -1;
  /** State of that version of the answer; null: none. */
  answerStateOut: CellState | null = null;
  /** Strokes of that version. */
  answerStrokesOut: readonly StrokeId[] = [];
  /** The last answer that history has of it when another version of the recogniser read it; null: none. ANS-95. */
  told: AnswerRow | null = null;
  markOut: MarkOut = NEVER_MARKED;
  /** What the statistics count. */
  counted = UNCOUNTED;
  published: Cell | null = null;

  constructor(tally: StudentTally, itemIndex: number, item: Item, boxes: readonly PlacedBox[]) {
    this.tally = tally;
    this.itemIndex = itemIndex;
    this.item = item;
    this.#boxes = boxes;
    this.#reader = inkReaderOf(item, boxes);
  }

  get version(): number {
    return this.#dots + this.versionBase;
  }

  /** Host time of the last ink, ms; 0: none. */
  get inkMs(): number {
    return this.strokes.reduce((latest, each) => Math.max(latest, each.lastMs), 0);
  }

  /** Gateway time at which the last of its ink was received, ms; 0: none, or nobody knows. */
  get receivedMs(): number {
    return this.strokes.reduce((latest, each) => Math.max(latest, each.receivedMs), 0);
  }

  /** Host time of the last ink that was written too late, ms; 0: none. ANS-55. */
  get lateInkMs(): number {
    let latest = 0;
    for (const lastMs of this.late.values()) latest = Math.max(latest, lastMs);
    return latest;
  }

  get judged(): "unsure" | "right" | "partial" | "wrong" | "withdrawn" | null {
    if (this.reading.kind === "none") return null;
    return this.reading.kind === "answer" ? (this.score?.state ?? null) : this.reading.kind;
  }

  /** Strokes that a row of history names. */
  get strokesNamed(): StrokeId[] {
    return this.strokes.slice(0, ANSWER_STROKES_MAX).map((each) => each.stroke.id);
  }

  /** Name and version of what read the ink. */
  get recognizer(): string {
    return this.#reader.recognizer;
  }

  /** How the recogniser of writing came to what it says; null: no writing was read. */
  get insight(): Insight | null {
    return this.#toldNow === null ? this.#reader.insight : (this.#toldNow.insight ?? null);
  }

  /** What a teacher has seen, where it was read by another version of the recogniser from the same ink. ANS-95. */
  get #toldNow(): AnswerRow | null {
    const { told } = this;
    return told !== null && told.version === this.version && told.recognizer !== this.#reader.recognizer ? told : null;
  }

  /** Somebody wants its ink read again by the reader that runs here, to whom it says something else. ANS-96. */
  isReadOtherwise({ atMs, recognizers }: RereadOrder): boolean {
    const told = this.#toldNow;
    if (told === null || told.atMs >= atMs || !recognizers.includes(this.#reader.recognizer)) return false;
    return JSON.stringify(readingOfRow(told)) !== JSON.stringify(this.#reader.reading);
  }

  get reading(): AnswerReading {
    return this.#now.reading;
  }

  get score(): Score | null {
    return this.#now.score;
  }

  /** What it is by a teacher's word; null: what the machine says. */
  get decided(): Decided | null {
    return this.#now.decided;
  }

  /** Its strike-outs, overwritings and the like. */
  get steps(): readonly EditStep[] {
    return this.#reader.steps;
  }

  /** Its strokes of writing that count. */
  get live(): readonly StrokeShape[] {
    return this.#reader.live;
  }

  get answer(): AnswerValue {
    return this.reading.kind === "answer" ? this.reading.value : null;
  }

  /** How many words of teachers were heard about it. */
  get decision(): number {
    return this.word?.version ?? 0;
  }

  /** What the board shows when nobody writes: a teacher's word before what the machine makes of the ink. */
  get shown(): CellRecord["judged"] {
    return this.decided?.state ?? this.judged;
  }

  hear(word: StoredMark): void {
    this.word = word;
    this.#judged = null;
  }

  /** Its key or points were corrected: the ink is read no other than before. */
  rekey(item: Item): void {
    this.item = item;
    this.#judged = null;
  }

  /** Adds a stroke, or puts a longer telling in the place of a shorter one, and judges. */
  put(placed: PlacedStroke): void {
    this.#take(placed.stroke);
    let at = this.strokes.length;
    while (at > 0 && isBefore(placed, this.strokes[at - 1] as PlacedStroke)) at--;
    this.strokes.splice(at, 0, placed);
    this.#dots += placed.dots;
    // The usual case, a stroke after all others, costs that stroke alone.
    if (at === this.strokes.length - 1) this.#reader.read(placed);
    else this.#readAll();
    this.#judged = null;
  }

  /** Takes a stroke out that belongs elsewhere now. */
  remove(stroke: Stroke): void {
    const version = this.version;
    if (!this.#take(stroke)) return;
    this.versionBase = version + 1 - this.#dots;
    this.#judged = null;
  }

  #take(stroke: Stroke): boolean {
    const at = this.strokes.findIndex((each) => each.stroke === stroke);
    if (at < 0) return false;
    this.#dots -= (this.strokes[at] as PlacedStroke).dots;
    this.strokes.splice(at, 1);
    this.#readAll();
    return true;
  }

  #readAll(): void {
    this.#reader = inkReaderOf(this.item, this.#boxes);
    for (const each of this.strokes) this.#reader.read(each);
  }

  get #now(): Judged {
    const told = this.#toldNow;
    if (this.#judged !== null && this.#judgedTold === told) return this.#judged;
    const reading = told === null ? this.#reader.reading : readingOfRow(told);
    const answer = reading.kind === "answer" ? reading.value : null;
    const verdict = this.word?.mark.verdict ?? null;
    this.#judgedTold = told;
    this.#judged = {
      reading,
      score: reading.kind === "answer" ? scoreOf(this.item, reading.value) : null,
      decided: verdict === null ? null : decide(this.item, verdict, answer),
    };
    return this.#judged;
  }

  /** Points as they are shown: null while the cell is not judged. */
  pointsOf(counted: CountedCell): number | null {
    return counted.milliPoints === null ? null : counted.milliPoints / POINTS_PER_UNIT;
  }
}

function readingOfRow({ state, answer }: AnswerRow): AnswerReading {
  if (answer !== null) return { kind: "answer", value: answer };
  return state === "unsure" || state === "withdrawn" ? { kind: state } : { kind: "none" };
}

function isBefore(a: PlacedStroke, b: PlacedStroke): boolean {
  return a.firstMs < b.firstMs || (a.firstMs === b.firstMs && a.stroke.id < b.stroke.id);
}
