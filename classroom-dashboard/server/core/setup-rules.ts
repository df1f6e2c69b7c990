import type { Assignment, ClassList, Pen, Room, SchoolClass, SetupFault, SetupState, Worksheet } from "@penlight/proto";
import { faultOf, pageKeyOf, worksheetKey } from "@penlight/proto";
import { repeated } from "./repeated.ts";
import { checkBoxes, checkWorksheet } from "./worksheet-rules.ts";

type Checked =
  | { readonly kind: "rooms"; readonly document: Room }
  | { readonly kind: "classes"; readonly document: SchoolClass }
  | { readonly kind: "pens"; readonly document: Pen }
  | { readonly kind: "worksheets"; readonly document: Worksheet }
  | { readonly kind: "assignments"; readonly document: Assignment };

/** Of setup what the checks look at. */
export type KnownSetup = Pick<SetupState, "rooms" | "classes" | "pens" | "worksheets" | "assignments" | "worksheetOf">;

/** Setup as it will be once this document is there too; `id` is its record's. */
export function withDocument(setup: KnownSetup, kind: Checked["kind"], id: string, document: Checked["document"]): KnownSetup {
  const { rooms, classes, pens, worksheets, assignments } = setup;
  const known = { rooms, classes, pens, worksheets, assignments, [kind]: new Map([...setup[kind], [id, document]]) };
  const worksheetOf = ({ worksheet, worksheetVersion }: Assignment) =>
    known.worksheets.get(worksheetKey(worksheet, worksheetVersion)) ?? null;
  return { ...known, worksheetOf };
}

/** What a JSON Schema cannot say: everything that is wrong with a document of the right shape. Empty: nothing. SET-2. */
export function checkDocument(checked: Checked, setup: KnownSetup): SetupFault[] {
  switch (checked.kind) {
    case "rooms":
      return [];
    case "classes":
      return checkClass(checked.document, setup);
    case "pens":
      return checkPen(checked.document, setup);
    case "worksheets":
      return [...checkWorksheet(checked.document), ...checkPages(checked.document, setup)];
    case "assignments":
      return checkAssignment(checked.document, setup);
  }
}

function checkClass(schoolClass: SchoolClass, setup: KnownSetup): SetupFault[] {
  const { students, list } = schoolClass;
  return [
    ...repeated(students, (student) => student.id, "/students", "id"),
    ...repeated(students, (student) => student.seat, "/students", "seat"),
    ...(list === undefined ? [] : checkList(schoolClass, list, setup)),
  ];
}

/** Students come before it is printed; who leaves later keeps a box that nobody marks. REG-4. */
function checkList({ id }: SchoolClass, { page, boxes }: ClassList, setup: KnownSetup): SetupFault[] {
  const key = pageKeyOf(page.address);
  const others = [...setup.classes.values()].filter((each) => each.id !== id && each.list !== undefined);
  const other = others.find(({ list }) => list !== undefined && pageKeyOf(list.page.address) === key);
  return [
    ...(other === undefined ? [] : [faultOf("/list/page/address", "other-list", other.id)]),
    ...repeated(boxes, (box) => box.student, "/list/boxes", "student"),
    ...checkBoxes(
      boxes.map((box) => ({ ...box, id: box.student, page: 0 })),
      [page],
      "/list",
    ),
  ];
}

function checkPen(pen: Pen, setup: KnownSetup): SetupFault[] {
  const { student, held = [] } = pen;
  const faults = held.flatMap(({ fromMs, untilMs }, index) =>
    fromMs === null || fromMs < untilMs ? [] : [faultOf(`/held/${index}/untilMs`, "not-later", "fromMs")],
  );
  if (student === null) return faults;
  for (const { students } of setup.classes.values()) if (students.some((each) => each.id === student)) return faults;
  return [faultOf("/student", "no-such-student", student), ...faults];
}

/** A page means one worksheet: else nobody could say which one its ink belongs to. SET-3. */
function checkPages({ id, pages }: Worksheet, setup: KnownSetup): SetupFault[] {
  const owners = new Map<string, string>();
  for (const other of setup.worksheets.values()) {
    if (other.id !== id) for (const page of other.pages) owners.set(pageKeyOf(page.address), other.id);
  }
  return pages.flatMap(({ address }, index) => {
    const owner = owners.get(pageKeyOf(address));
    return owner === undefined ? [] : [faultOf(`/pages/${index}/address`, "other-worksheet", owner)];
  });
}

function checkAssignment(assignment: Assignment, setup: KnownSetup): SetupFault[] {
  const { room, worksheet, worksheetVersion, opensMs, closesMs } = assignment;
  const faults: SetupFault[] = [];
  if (!setup.rooms.has(room)) faults.push(faultOf("/room", "no-room", room));
  if (!setup.classes.has(assignment.class)) faults.push(faultOf("/class", "no-class", assignment.class));
  if (!setup.worksheets.has(worksheetKey(worksheet, worksheetVersion))) {
    const any = [...setup.worksheets.values()].some((each) => each.id === worksheet);
    if (any) faults.push(faultOf("/worksheetVersion", "no-version", worksheet, worksheetVersion));
    else faults.push(faultOf("/worksheet", "no-worksheet", worksheet));
  }
  if (closesMs !== null && closesMs <= opensMs) faults.push(faultOf("/closesMs", "not-later", "opensMs"));
  return [...faults, ...checkGiven(assignment, setup)];
}

const FIXED_ONCE_GIVEN = ["room", "class", "worksheet"] as const;

/** Answers in history refer to what was given: give another worksheet as another assignment. SET-5. */
function checkGiven(assignment: Assignment, setup: KnownSetup): SetupFault[] {
  const given = setup.assignments.get(assignment.id);
  if (given === undefined) return [];
  const faults = FIXED_ONCE_GIVEN.filter((field) => given[field] !== assignment[field]).map((field) =>
    faultOf(`/${field}`, "given-fixed", given[field]),
  );
  return [...faults, ...checkCorrection(given, assignment, setup)];
}

/** The paper is printed: a later version of its worksheet may correct keys and points, nothing that is on it. */
function checkCorrection(given: Assignment, next: Assignment, setup: KnownSetup): SetupFault[] {
  if (given.worksheet !== next.worksheet || given.worksheetVersion === next.worksheetVersion) return [];
  const at = "/worksheetVersion";
  if (next.worksheetVersion < given.worksheetVersion) return [faultOf(at, "given-version", given.worksheetVersion)];
  const [before, after] = [setup.worksheetOf(given), setup.worksheetOf(next)];
  if (before === null || after === null || sameDocument(paperOf(before), paperOf(after))) return [];
  return [faultOf(at, "given-paper", given.worksheetVersion)];
}

/** A worksheet without what a teacher may correct. */
function paperOf(worksheet: Worksheet): unknown {
  const items = worksheet.items.map((item) => ({ ...item, key: null, points: null, partialCredit: null }));
  return { ...worksheet, version: null, items };
}

/** Equal as JSON, whatever the order of properties. */
export function sameDocument(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => key in b && sameDocument(a[key as keyof typeof a], b[key as keyof typeof b]));
}
