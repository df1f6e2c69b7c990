import { type PenChange, parsePenId, type SchoolClass, type StudentId } from "@penlight/proto";
import type { SetupFault } from "./setup-fault.ts";

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
    return {
      kind: "invalid",
      faults: [{ at: `line ${CSV_LINES_MAX + 1}`, reason: `at most ${CSV_LINES_MAX} lines are read` }],
    };
  }
  const faults: SetupFault[] = [];
  const changes: PenChange[] = [];
  const lineOfPen = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    const cells = cellsOf(line);
    const isHeading = index === 0 && parsePenId(cells[0] ?? "") === null && !/\d/.test(cells[0] ?? "");
    if (isHeading || cells.every((cell) => cell === "")) continue;
    const at = `line ${index + 1}`;
    const found = readLine(cells, schoolClass);
    if (typeof found === "string") faults.push({ at, reason: found });
    else {
      const first = lineOfPen.get(found.pen);
      if (first === undefined) changes.push(found);
      else faults.push({ at, reason: `pen ${found.pen} stands in line ${first} already` });
      lineOfPen.set(found.pen, first ?? index + 1);
    }
  }
  if (faults.length === 0 && changes.length === 0)
    faults.push({ at: "line 1", reason: "there is no line with a pen and a student" });
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

/** The reason when it cannot be read. */
function readLine(cells: readonly string[], schoolClass: SchoolClass): PenChange | string {
  const [penText = "", studentText = "", ...more] = cells;
  if (more.some((cell) => cell !== "")) return "more than a pen and a student";
  const pen = parsePenId(penText);
  if (pen === null) return `"${penText}" is no pen: its MAC has 12 hex digits, as 9C:7B:D2:51:F4:1F`;
  if (studentText === "") return "the student is missing";
  const student = findStudent(studentText, schoolClass);
  return typeof student === "string" ? { pen, student } : student.reason;
}

function findStudent(text: string, { students }: SchoolClass): StudentId | { readonly reason: string } {
  const byId = students.find((each) => each.id === text);
  if (byId !== undefined) return byId.id;
  const bySeat = /^\d+$/.test(text) ? students.filter((each) => each.seat === Number(text)) : [];
  const found = bySeat.length > 0 ? bySeat : students.filter(({ name }) => name.zh === text || name.en === text);
  const [only, another] = found;
  if (only === undefined) return { reason: `nobody in this class has the id, seat or name "${text}"` };
  return another === undefined ? only.id : { reason: `"${text}" is the name of several: use the id or the seat` };
}
