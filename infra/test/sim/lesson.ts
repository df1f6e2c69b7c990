import {
  type Assignment,
  type AssignmentId,
  type Box,
  type BoxId,
  boxIdsOf,
  type ClassId,
  encodeSetup,
  type Item,
  type ItemId,
  type NewRecord,
  type Pen,
  type PenId,
  type Random,
  type Room,
  type RoomId,
  type SchoolClass,
  type SetupRecord,
  type Student,
  type StudentId,
  setupKeyOf,
  type Worksheet,
  type WorksheetId,
  type WorksheetPage,
  worksheetKey,
} from "@penlight/proto";
import { drawTeacher, LETTERS, NUMBERS } from "./teacher.ts";

const BOX_MM = 8;
/** No pupil begins earlier than this, ms after the start. */
const FIRST_INK_MS = 1400;
const text = (en: string) => ({ zh: en, en });

/** What is set up before a simulated lesson: one room, a small class, a small worksheet of all kinds of items. */
export interface LessonSetup {
  readonly room: RoomId;
  /** Another room, whose gateway hears the guests; null: there are none. */
  readonly otherRoom: RoomId | null;
  readonly assignment: Assignment;
  readonly worksheet: Worksheet;
  readonly students: readonly Student[];
  readonly pens: readonly Pen[];
  /** Host time at which the assignment closes, ms; null: it stays open. */
  readonly closesMs: number | null;
  /** What topic `setup` holds before the lesson. */
  readonly records: readonly NewRecord[];
  /** What is put there later, with the time, ms: what the teacher does, a pen that is given out late. */
  readonly later: readonly { readonly atMs: number; readonly records: readonly NewRecord[] }[];
}

export interface LessonTimes {
  readonly hasGuests: boolean;
  readonly opensMs: number;
  readonly startMs: number;
}

export function drawLessonSetup(random: Random, { hasGuests, opensMs, startMs }: LessonTimes): LessonSetup {
  const room = `room-${random.integer(1, 99)}` as RoomId;
  const students = Array.from({ length: random.integer(2, 4) }, (_, index) => studentOf(index));
  const pens = students.map(
    (student, index): Pen => ({ id: `9c7bd20000${(index + 16).toString(16)}` as PenId, student: student.id }),
  );
  const worksheet = withWriting(drawWorksheet(random), random.fork("written worksheet"));
  const schoolClass: SchoolClass = { id: "class-1" as ClassId, name: text("Class 1"), students };
  const closesMs = drawClosing(random, startMs);
  const isPlanned = random.chance(0.5);
  const assignment: Assignment = {
    id: "lesson-1" as AssignmentId,
    room,
    class: schoolClass.id,
    worksheet: worksheet.id,
    worksheetVersion: worksheet.version,
    kind: "lesson",
    opensMs,
    closesMs: isPlanned ? closesMs : null,
  };
  const rooms: Room[] = [{ id: room, name: text("Room") }];
  const otherRoom = hasGuests ? (`room-${random.fork("other room").integer(100, 199)}` as RoomId) : null;
  if (otherRoom !== null) rooms.push({ id: otherRoom, name: text("Other room") });
  const latePen = random.chance(0.15) ? random.pick(pens) : null;
  const given = pens.map((pen): SetupRecord => ({ kind: "pens", id: pen.id, version: 1, document: pen }));
  const later: LessonSetup["later"][number][] = [];
  const closedMs = isPlanned ? null : closesMs;
  for (const act of drawTeacher(random.fork("teacher"), { assignment, worksheet, students, closedMs, startMs })) {
    later.push({ atMs: act.atMs, records: act.records.map((each) => recordOf(each, act.atMs)) });
  }
  if (latePen !== null) {
    // Half of them in the middle of the lesson: the ink has no owner until then (ANS-12).
    const atMs = startMs + (random.chance(0.5) ? random.between(0, FIRST_INK_MS) : random.between(0, 25_000));
    later.push({ atMs, records: given.filter((each) => each.id === latePen.id).map((each) => recordOf(each, atMs)) });
  }
  const records = (
    [
      ...rooms.map((each): SetupRecord => ({ kind: "rooms", id: each.id, version: 1, document: each })),
      { kind: "classes", id: schoolClass.id, version: 1, document: schoolClass },
      ...given.filter((each) => each.id !== latePen?.id),
      { kind: "worksheets", id: worksheetKey(worksheet.id, worksheet.version), version: 1, document: worksheet },
      { kind: "assignments", id: assignment.id, version: 1, document: assignment },
    ] satisfies SetupRecord[]
  ).map((each) => recordOf(each, opensMs));
  return { room, otherRoom, assignment, worksheet, students, pens, closesMs, records, later };
}

function recordOf(record: SetupRecord, timestampMs: number): NewRecord {
  return { key: setupKeyOf(record.kind, record.id), value: encodeSetup(record), timestampMs };
}

/** Half of the lessons stay open, a quarter closes after the last pupil, a quarter in the middle. */
function drawClosing(random: Random, startMs: number): number | null {
  if (random.chance(0.5)) return null;
  return startMs + Math.round(random.chance(0.5) ? random.between(90_000, 100_000) : random.between(12_000, 40_000));
}

function studentOf(index: number): Student {
  return { id: `pupil-${index + 1}` as StudentId, name: text(`Pupil ${index + 1}`), seat: index + 1 };
}

const KINDS = ["choice", "choices", "true-false"] as const;
type MarkedKind = (typeof KINDS)[number];

function drawWorksheet(random: Random): Worksheet {
  const pages: WorksheetPage[] = Array.from({ length: random.integer(1, 2) }, (_, index) => ({
    address: { section: 3, owner: 27, note: 603, page: index + 1 },
    widthMm: 210,
    heightMm: 297,
    originMm: { x: 12.7, y: 12.7 },
  }));
  const boxes: Box[] = [];
  const items = Array.from({ length: random.integer(4, 6) }, (_, index) =>
    drawItem({ index, page: index % pages.length, kind: KINDS[index % KINDS.length] as MarkedKind }, boxes, random),
  );
  return { id: "sheet" as WorksheetId, version: 1, title: text("Sheet"), pages, boxes, items };
}

/** In so many seeds the worksheet is written on, too: reading costs more time than anything else. */
const WRITTEN_SHARE = 0.1;
const WRITTEN_MM = { widthMm: 40, heightMm: 12 };

/** In some seeds the first three items are one box each to write in: a letter in a bracket, a number, letters. */
function withWriting(worksheet: Worksheet, random: Random): Worksheet {
  if (!random.chance(WRITTEN_SHARE)) return worksheet;
  const boxes = [...worksheet.boxes];
  const items = worksheet.items.map((item, index): Item => {
    const first = boxes.find((box) => box.id.startsWith(`${item.id}-`));
    if (index > 2 || first === undefined || !("options" in item)) return item;
    const box = `${item.id}-box` as BoxId;
    boxes.push({ ...first, id: box, ...WRITTEN_MM });
    const { kind, key, options, ...base } = item;
    if (kind === "choice") return { ...base, kind, key, box, options: options.map(({ id }) => ({ id })) };
    if (kind === "choices") {
      const value = random.pick(NUMBERS);
      return { ...base, kind: "number", box, key: { value }, partialCredit: "half-if-other-form" };
    }
    return { ...base, kind: "letters", box, alphabet: "A-D", key: [random.pick(LETTERS)] };
  });
  const used = new Set<string>(items.flatMap(boxIdsOf));
  return { ...worksheet, items, boxes: boxes.filter((box) => used.has(box.id)) };
}

interface Place {
  readonly index: number;
  readonly page: number;
  readonly kind: MarkedKind;
}

function drawItem({ index, page, kind }: Place, boxes: Box[], random: Random): Item {
  const ids = kind === "true-false" ? ["true", "false"] : ["A", "B", "C", "D"].slice(0, random.integer(3, 4));
  const yMm = 40 + index * 40;
  const options = ids.map((id, column) => {
    const box = `q${index + 1}-${id}` as BoxId;
    boxes.push({ id: box, page, xMm: 26 + column * 44, yMm, widthMm: BOX_MM, heightMm: BOX_MM });
    return { id, box };
  });
  const base = {
    id: `q${index + 1}` as ItemId,
    number: String(index + 1),
    stem: text(`Question ${index + 1}`),
    stemMm: { x: 18, y: yMm - 10 },
    points: random.integer(1, 3),
    knowledgePoints: ["k"],
    cognitiveLevel: "apply" as const,
    expectedSeconds: 2,
    options,
  };
  switch (kind) {
    case "choice":
      return { ...base, kind, key: random.pick(ids) };
    case "choices":
      return {
        ...base,
        kind,
        key: ids.slice(0, random.integer(1, 3)),
        partialCredit: random.pick(["per-option", "half-if-subset"]),
      };
    case "true-false":
      return { ...base, kind, key: random.chance(0.5) };
  }
}
