import type { ClassList, ListBox, SchoolClass, WorksheetPage } from "@penlight/proto";

/** Margins of a printed list, room for its heading, and the space between boxes, mm. */
const MARGIN_MM = 12;
const HEADING_MM = 22;
const SPACE_MM = 4;
/** A box is not higher than this however few there are, mm. */
const BOX_HEIGHT_MM_MAX = 22;
const COLUMNS = 4;

/** A sheet with a box for each student, by seat, line by line; null: they do not fit on the page. REG-4. */
export function classListOf({ students }: SchoolClass, page: WorksheetPage): ClassList | null {
  const rows = Math.max(1, Math.ceil(students.length / COLUMNS));
  const widthMm = (page.widthMm - 2 * MARGIN_MM - (COLUMNS - 1) * SPACE_MM) / COLUMNS;
  const roomMm = page.heightMm - HEADING_MM - MARGIN_MM - (rows - 1) * SPACE_MM;
  const heightMm = Math.min(BOX_HEIGHT_MM_MAX, roomMm / rows);
  if (widthMm < 4 || heightMm < 4) return null;
  const bySeat = [...students].sort((a, b) => a.seat - b.seat);
  const boxes = bySeat.map(
    ({ id }, index): ListBox => ({
      student: id,
      xMm: round(MARGIN_MM + (index % COLUMNS) * (widthMm + SPACE_MM)),
      yMm: round(HEADING_MM + Math.floor(index / COLUMNS) * (heightMm + SPACE_MM)),
      widthMm: round(widthMm),
      heightMm: round(heightMm),
    }),
  );
  return { page, boxes };
}

/** Down to a tenth, so that neighbours never overlap. */
function round(mm: number): number {
  return Math.floor(mm * 10) / 10;
}
