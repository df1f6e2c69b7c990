import {
  type Assignment,
  type Item,
  markId,
  optionsOf,
  type Random,
  type SetupRecord,
  type Student,
  type Verdict,
  type Worksheet,
  worksheetKey,
} from "@penlight/proto";

/** Keys of items that are answered in writing, and what a teacher types for them. */
export const NUMBERS = ["7", "12", "-3", "0.5"];
export const LETTERS = ["A", "B", "C", "D"];

export interface TeacherOptions {
  readonly assignment: Assignment;
  readonly worksheet: Worksheet;
  readonly students: readonly Student[];
  /** When the lesson is closed by hand, ms; null: it is not. */
  readonly closedMs: number | null;
  readonly startMs: number;
}

type Later = { readonly atMs: number; readonly records: readonly SetupRecord[] };

/** What a teacher does in the middle of a lesson: closes it, says what cells are worth, corrects keys and brings them back. */
export function drawTeacher(random: Random, options: TeacherOptions): Later[] {
  const { assignment, worksheet, closedMs, startMs } = options;
  const atMs = () => startMs + Math.round(random.between(2000, 45_000));
  const corrections = random.chance(0.3) ? random.integer(1, 2) : 0;
  const changes = Array.from({ length: corrections }, () => ({ atMs: atMs(), closes: false }));
  if (closedMs !== null) changes.push({ atMs: closedMs, closes: true });
  changes.sort((a, b) => a.atMs - b.atMs);
  let [given, sheet, version] = [assignment, worksheet, 1];
  const later = changes.map((change): Later => {
    const records: SetupRecord[] = [];
    if (change.closes) given = { ...given, closesMs: closedMs };
    else {
      sheet = { ...sheet, version: sheet.version + 1, items: sheet.items.map((item) => withOtherKey(random, item)) };
      given = { ...given, worksheetVersion: sheet.version };
      records.push({ kind: "worksheets", id: worksheetKey(sheet.id, sheet.version), version: 1, document: sheet });
    }
    version++;
    return { atMs: change.atMs, records: [...records, { kind: "assignments", id: given.id, version, document: given }] };
  });
  return [...later, ...drawWords(random, options, atMs)];
}

function withOtherKey(random: Random, item: Item): Item {
  if (random.chance(0.5)) return item;
  const ids = optionsOf(item).map((option) => option.id);
  if (item.kind === "choice") return { ...item, key: random.pick(ids), points: random.integer(1, 3) };
  if (item.kind === "number") return { ...item, key: { value: random.pick(NUMBERS), tolerance: random.pick(["0", "5"]) } };
  if (item.kind === "letters") return { ...item, key: [random.pick(LETTERS)], points: random.integer(1, 3) };
  return item.kind === "choices" ? { ...item, key: [random.pick(ids)] } : item;
}

function drawWords(random: Random, { assignment, worksheet, students }: TeacherOptions, atMs: () => number): Later[] {
  const count = random.chance(0.4) ? random.integer(1, 8) : 0;
  const times = Array.from({ length: count }, atMs).sort((a, b) => a - b);
  const versions = new Map<string, number>();
  return times.map((saidMs) => {
    const [student, item] = [random.pick(students).id, random.pick(worksheet.items.slice(0, 2))];
    const id = markId(assignment.id, student, item.id);
    const version = (versions.get(id) ?? 0) + 1;
    versions.set(id, version);
    const cell = { id, assignment: assignment.id, student, item: item.id };
    const document = { ...cell, verdict: drawVerdict(random, item), by: "Ms Li", atMs: saidMs };
    return { atMs: saidMs, records: [{ kind: "marks", id, version, document }] };
  });
}

function drawVerdict(random: Random, item: Item): Verdict | null {
  switch (random.integer(1, 5)) {
    case 1:
      return null;
    case 2:
      return { kind: "right" };
    case 3:
      return { kind: "points", points: random.pick([0, 0.5, 1]) };
    case 4: {
      if (item.kind === "number") return { kind: "answer", answer: random.pick(NUMBERS) };
      if (item.kind === "letters") return { kind: "answer", answer: random.pick(LETTERS) };
      const { id } = random.pick(optionsOf(item));
      return { kind: "answer", answer: item.kind === "choices" ? [id] : item.kind === "true-false" ? id === "true" : id };
    }
    default:
      return { kind: "wrong" };
  }
}
