import {
  type FaultCode,
  faultOf,
  type PenChange,
  parsePenId,
  type SchoolClass,
  type SetupFault,
  type StudentId,
} from "@penlight/proto";

/** Lines of a list of pens; more is a mistake. REG-5. */
export const CSV_LINES_MAX = 2000;

export type CsvAnswer =
  | { readonly kind: "changes"; readonly changes: readonly PenChange[] }
  | { readonly kind: "invalid"; readonly faults: readonly SetupFault[] };

/**
 * `pen,student` a line, with comma, semicolon or tab: the MAC in any of its spellings, and the student's id, seat or name. A
 * first line without a MAC is a heading. Everything that is wrong is told, by line. REG-5.
 */
export function parsePenCsv(text: string, schoolClass: SchoolClass): CsvAnswer {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  if (lines.length > CSV_LINES_MAX) {
    return { kind: "invalid", faults: [faultIn(CSV_LINES_MAX + 1, "too-many-lines", CSV_LINES_MAX)] };
  }
  const faults: SetupFault[] = [];
  const changes: PenChange[] = [];
  const lineOfPen = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    const cells = cellsOf(line);
    const isHeading = index === 0 && parsePenId(cells[0] ?? "") === null && !/\d/.test(cells[0] ?? "");
    if (isHeading || cells.every((cell) => cell === "")) continue;
    const found = readLine(cells, schoolClass);
    if ("code" in found) faults.push(faultIn(index + 1, found.code, found.value));
    else {
      const first = lineOfPen.get(found.pen);
      if (first === undefined) changes.push(found);
      else faults.push(faultIn(index + 1, "pen-twice", first));
      lineOfPen.set(found.pen, first ?? index + 1);
    }
  }
  if (faults.length === 0 && changes.length === 0) faults.push(faultIn(1, "empty"));
  return faults.length > 0 ? { kind: "invalid", faults } : { kind: "changes", changes };
}

function cellsOf(line: string): string[] {
  return line.split(/[,;\t]/).map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .trim(),
  );
}

interface Wrong {
  readonly code: FaultCode;
  readonly value: string;
}

function faultIn(line: number, code: FaultCode, ...values: readonly (string | number)[]): SetupFault {
  return faultOf(`line ${line}`, code, ...values);
}

function readLine(cells: readonly string[], schoolClass: SchoolClass): PenChange | Wrong {
  const [penText = "", studentText = "", ...more] = cells;
  if (more.some((cell) => cell !== "")) return { code: "too-many-cells", value: "" };
  const pen = parsePenId(penText);
  if (pen === null) return { code: "not-a-pen", value: penText };
  if (studentText === "") return { code: "no-student", value: "" };
  const student = findStudent(studentText, schoolClass);
  return typeof student === "string" ? { pen, student } : student;
}

function findStudent(text: string, { students }: SchoolClass): StudentId | Wrong {
  const byId = students.find((each) => each.id === text);
  if (byId !== undefined) return byId.id;
  const bySeat = /^\d+$/.test(text) ? students.filter((each) => each.seat === Number(text)) : [];
  const found = bySeat.length > 0 ? bySeat : students.filter(({ name }) => name.zh === text || name.en === text);
  const [only, another] = found;
  if (only === undefined) return { code: "unknown-student", value: text };
  return another === undefined ? only.id : { code: "several-students", value: text };
}
