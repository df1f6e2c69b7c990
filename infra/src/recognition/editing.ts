import {
  type Assignment,
  type BoxId,
  DOT_STRIDE,
  DOT_X,
  DOT_Y,
  type Item,
  MM_PER_CENTIUNIT,
  type PenId,
  Random,
  type StrokeRow,
  type StudentId,
  strokeIdOf,
  type Worksheet,
} from "@penlight/proto";
import { readStored, WorksheetIndex } from "@penlight/stream-processor/stored";
import { frameOf, Hand, type Ink } from "./editing-hand.ts";
import { type Desk, EDITS, type Edit, type Pens, type Trial, trialOf } from "./editing-trials.ts";
import { readSamples, type Sample, type Split } from "./samples.ts";

/** The pen's grid, mm, and the time from one stroke to the next, ms. */
const GRID_MM = 0.08;
const STROKE_MS = 400;
const PEN = "9c7bd2000001" as PenId;
const STUDENT = "pupil" as StudentId;
const PAGE = { section: 3, owner: 27, note: 9, page: 1 };

/** What became of the trials of one kind of edit. */
export interface EditFigures {
  readonly edit: Edit;
  readonly trials: number;
  readonly right: number;
  readonly unsure: number;
  /** Marked by itself, and not what was meant. */
  readonly wrong: number;
  /** Share of the trials in which the edit was noticed; null: there is none to notice. */
  readonly recall: number | null;
  /** Of all trials in which its rules acted, the share where it was made. */
  readonly precision: number | null;
}

const RULES: Readonly<Partial<Record<Edit, readonly string[]>>> = {
  line: ["ANS-81"],
  "double-line": ["ANS-81"],
  scribble: ["ANS-82"],
  wave: ["ANS-83", "ANS-82"],
  withdrawn: ["ANS-81", "ANS-82"],
  overwritten: ["ANS-85"],
  "inserted-above": ["ANS-81"],
  "tick-to-cross": ["ANS-87"],
};

/** Ink of real hands, edited as pupils edit, through placing and reading as in a lesson. */
export function measureEditing(folder: string, split: Split, perKind: number, seed: number): EditFigures[] {
  const random = new Random(seed);
  const sheet = sheetOf();
  const desks = desksOf(folder, split, random, sheet.worksheet);
  const outcomes = EDITS.flatMap((edit) =>
    Array.from({ length: perKind }, () => outcomeOf(trialOf(edit, random.pick(desks)), sheet)),
  );
  return EDITS.map((edit) => figuresOf(edit, outcomes));
}

interface Outcome {
  readonly edit: Edit;
  readonly found: "right" | "unsure" | "wrong";
  readonly rules: ReadonlySet<string>;
}

function figuresOf(edit: Edit, outcomes: readonly Outcome[]): EditFigures {
  const own = outcomes.filter((each) => each.edit === edit);
  const count = (found: Outcome["found"]) => own.filter((each) => each.found === found).length;
  const rules = RULES[edit] ?? [];
  const acts = ({ rules: acted }: Outcome) => rules.some((rule) => acted.has(rule));
  const acted = outcomes.filter(acts);
  const isMeant = (each: Outcome) => rules.some((rule) => RULES[each.edit]?.includes(rule) === true);
  return {
    edit,
    trials: own.length,
    right: count("right"),
    unsure: count("unsure"),
    wrong: count("wrong"),
    recall: rules.length === 0 ? null : own.filter(acts).length / own.length,
    precision: acted.length === 0 ? null : acted.filter(isMeant).length / acted.length,
  };
}

function outcomeOf({ edit, target, ink, answer }: Trial, sheet: Parameters<typeof readStored>[0]): Outcome {
  const cells = readStored(sheet, ink.map(rowOf));
  const cell = cells.find(({ item }) => item.id === target);
  const stray = cells.find((each) => each !== cell && each.judged !== null);
  const rules = new Set(cell?.steps.map(({ rule }) => rule) ?? []);
  const isUnsure = cell?.judged === "unsure" || (cell === undefined && answer !== null);
  const isRight = JSON.stringify(cell?.answer ?? null) === JSON.stringify(answer) && stray === undefined;
  return { edit, found: isUnsure ? "unsure" : isRight ? "right" : "wrong", rules };
}

function rowOf({ points }: Ink[number], index: number): StrokeRow {
  const dots = new Int32Array((points.length / 2) * DOT_STRIDE);
  for (let at = 0; at < points.length / 2; at++) {
    const grid = (mm: number) => Math.round((Math.round(mm / GRID_MM) * GRID_MM) / MM_PER_CENTIUNIT);
    dots[at * DOT_STRIDE] = at * 8;
    dots[at * DOT_STRIDE + DOT_X] = grid(points[2 * at] as number);
    dots[at * DOT_STRIDE + DOT_Y] = grid(points[2 * at + 1] as number);
  }
  const downMs = 1_800_000_000_000 + index * STROKE_MS;
  return {
    ...{ stroke: strokeIdOf(PEN, PAGE, downMs), version: points.length / 2, placement: 1, gone: false },
    ...{ room: "room", pen: PEN, page: PAGE, downMs, upMs: downMs + 300, clockOffsetMs: 0, student: STUDENT },
    ...{ assignment: "lesson", item: null, box: null, tip: "pen", color: 0, maxForce: 852, source: "live" },
    ...{ syntheticStart: false, syntheticEnd: false, lostDots: 0, dots },
  } as StrokeRow;
}

/** A number box with others close to it, a box for a tick or cross, and three printed options. */
function worksheetOf(): Worksheet {
  const box = (id: string, xMm: number, yMm: number, widthMm: number, heightMm: number) => ({
    ...{ id: id as BoxId, page: 0, xMm, yMm, widthMm, heightMm },
  });
  const base = {
    stem: { zh: "题", en: "item" },
    stemMm: { x: 1, y: 1 },
    points: 1,
    knowledgePoints: [],
    cognitiveLevel: "apply",
    expectedSeconds: 1,
  };
  const number = (id: string) => ({ ...base, id, number: id, kind: "number", box: id, key: { value: "0" } });
  const options = ["A", "B", "C"].map((id) => ({ id, box: id }));
  return {
    ...{ id: "measure", version: 1, title: base.stem },
    pages: [{ address: PAGE, widthMm: 210, heightMm: 297, originMm: { x: 0, y: 0 } }],
    boxes: [
      box("number", 60, 60, 60, 12),
      box("above", 60, 30, 60, 12),
      box("below", 60, 90, 60, 12),
      box("mark", 150, 60, 14, 12),
      ...["A", "B", "C"].map((id, at) => box(id, 60 + 24 * at, 150, 8, 8)),
    ],
    items: [
      ...["number", "above", "below"].map(number),
      {
        ...base,
        id: "mark",
        number: "m",
        kind: "true-false",
        box: "mark",
        options: [{ id: "true" }, { id: "false" }],
        key: true,
      },
      { ...base, id: "choice", number: "c", kind: "choice", options, key: "A" },
    ] as unknown as readonly Item[],
  } as unknown as Worksheet;
}

function sheetOf() {
  const worksheet = worksheetOf();
  const assignment = { id: "lesson" } as Assignment;
  return { assignment, index: new WorksheetIndex(worksheet), students: [], members: new Set<StudentId>(), worksheet };
}

function desksOf(folder: string, split: Split, random: Random, worksheet: Worksheet): Desk[] {
  const digits = ["unipen-digits", "pendigits"].flatMap((name) => readSamples(folder, name, split));
  const signs = readSamples(folder, "unipen-symbols", split);
  const marks = readSamples(folder, "marks", split);
  const inkOf = (samples: readonly Sample[], ...labels: string[]): Ink[] =>
    samples.filter(({ label }) => labels.includes(label)).map(({ strokes }) => strokes);
  const single = (ink: Ink) => ink.length === 1;
  const pens: Pens = {
    lines: inkOf(signs, "-", "_").filter(single).filter(isFlat),
    scribbles: inkOf(marks, "scratch_out").filter(single),
    waves: inkOf(signs, "~")
      .filter(single)
      .map((ink) => repeated(ink, 2)),
    ticks: inkOf(marks, "tick").filter(single),
    crosses: inkOf(marks, "cross").filter((ink) => ink.length === 2),
    circles: inkOf(marks, "circle").filter(single),
    falling: inkOf(signs, "\\").filter(single),
  };
  const frame = (id: string) => {
    const { xMm, yMm, widthMm, heightMm } = worksheet.boxes.find((box) => box.id === id) as Worksheet["boxes"][number];
    return { left: xMm, top: yMm, right: xMm + widthMm, bottom: yMm + heightMm };
  };
  const boxes = { number: frame("number"), mark: frame("mark"), options: ["A", "B", "C"].map(frame) };
  const byWriter = new Map<string, Sample[]>();
  for (const each of digits) byWriter.set(each.writer, [...(byWriter.get(each.writer) ?? []), each]);
  return [...byWriter.values()]
    .map((samples) => new Hand(samples, random))
    .filter((hand) => hand.has("0123456789"))
    .map((hand) => ({ hand, pens, random, boxes }));
}

function isFlat(ink: Ink): boolean {
  const { left, top, right, bottom } = frameOf(ink);
  return bottom - top < 0.2 * (right - left);
}

/** The same movement on and on, as one stroke: a tilde is one wave of many. */
function repeated(ink: Ink, times: number): Ink {
  const { left, right } = frameOf(ink);
  const [stroke] = ink;
  if (stroke === undefined) return ink;
  const values = Array.from({ length: times }, (_, n) =>
    [...stroke.points].map((value, at) => (at % 2 === 0 ? value + n * (right - left) : value)),
  );
  return [{ points: Float64Array.from(values.flat()) }];
}

/** What became of each kind of edit, as a table of text. */
export function editingTable(figures: readonly EditFigures[]): string {
  const percent = (share: number | null) => (share === null ? "" : (100 * share).toFixed(1));
  const rows = figures.map(({ edit, trials, right, unsure, wrong, recall, precision }) =>
    [edit, trials, right, unsure, wrong, percent(recall), percent(precision)].join(" | "),
  );
  const head = "edit | trials | right | unsure | marked wrongly | noticed, % of those made | made, % of those noticed";
  return [head, "---|---|---|---|---|---|---", ...rows].map((row) => `| ${row} |`).join("\n");
}
