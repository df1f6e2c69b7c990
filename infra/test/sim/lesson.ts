import {
  type Assignment,
  type AssignmentId,
  type Box,
  type BoxId,
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

const BOX_MM = 8;
const text = (en: string) => ({ zh: en, en });

/** What is set up before a simulated lesson: one room, a small class, a small worksheet of all kinds of items. */
export interface LessonSetup {
  readonly room: RoomId;
  readonly assignment: Assignment;
  readonly worksheet: Worksheet;
  readonly students: readonly Student[];
  readonly pens: readonly Pen[];
  readonly records: readonly NewRecord[];
}

export function drawLessonSetup(
  random: Random,
  times: { readonly opensMs: number; readonly closesMs: number | null },
): LessonSetup {
  const room = `room-${random.integer(1, 99)}` as RoomId;
  const students = Array.from({ length: random.integer(2, 4) }, (_, index) => studentOf(index));
  const pens = students.map(
    (student, index): Pen => ({ id: `9c7bd20000${(index + 16).toString(16)}` as PenId, student: student.id }),
  );
  const worksheet = drawWorksheet(random);
  const schoolClass: SchoolClass = { id: "class-1" as ClassId, name: text("Class 1"), students };
  const assignment: Assignment = {
    id: "lesson-1" as AssignmentId,
    room,
    class: schoolClass.id,
    worksheet: worksheet.id,
    worksheetVersion: worksheet.version,
    kind: "lesson",
    opensMs: times.opensMs,
    closesMs: times.closesMs,
  };
  const hall: Room = { id: room, name: text("Room") };
  const documents: SetupRecord[] = [
    { kind: "rooms", id: hall.id, version: 1, document: hall },
    { kind: "classes", id: schoolClass.id, version: 1, document: schoolClass },
    ...pens.map((pen): SetupRecord => ({ kind: "pens", id: pen.id, version: 1, document: pen })),
    { kind: "worksheets", id: worksheetKey(worksheet.id, worksheet.version), version: 1, document: worksheet },
    { kind: "assignments", id: assignment.id, version: 1, document: assignment },
  ];
  const records = documents.map((record) => ({
    key: setupKeyOf(record.kind, record.id),
    value: encodeSetup(record),
    timestampMs: times.opensMs,
  }));
  return { room, assignment, worksheet, students, pens, records };
}

function studentOf(index: number): Student {
  return { id: `pupil-${index + 1}` as StudentId, name: text(`Pupil ${index + 1}`), seat: index + 1 };
}

const KINDS = ["choice", "choices", "true-false"] as const;

function drawWorksheet(random: Random): Worksheet {
  const pages: WorksheetPage[] = Array.from({ length: random.integer(1, 2) }, (_, index) => ({
    address: { section: 3, owner: 27, note: 603, page: index + 1 },
    widthMm: 210,
    heightMm: 297,
    originMm: { x: 12.7, y: 12.7 },
  }));
  const boxes: Box[] = [];
  const items = Array.from({ length: random.integer(3, 5) }, (_, index) =>
    drawItem({ index, page: index % pages.length, kind: KINDS[index % KINDS.length] as Item["kind"] }, boxes, random),
  );
  return { id: "sheet" as WorksheetId, version: 1, title: text("Sheet"), pages, boxes, items };
}

interface Place {
  readonly index: number;
  readonly page: number;
  readonly kind: Item["kind"];
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
