import { penIdsOf } from "@penlight/pen-gateway/simulator";
import type { Assignment, AssignmentId, ClassId, Pen, Room, RoomId, SchoolClass, StudentId, Worksheet } from "@penlight/proto";
import { demoNameOf } from "./names.ts";
import fractions from "./worksheets/fractions-decimals-12.json" with { type: "json" };
import science from "./worksheets/general-science-20.json" with { type: "json" };

/** The two ready worksheets. What the JSON documents hold is checked by a test against the published schema. */
export const DEMO_WORKSHEETS = {
  fractions: fractions as unknown as Worksheet,
  science: science as unknown as Worksheet,
} as const;
export type DemoWorksheet = keyof typeof DEMO_WORKSHEETS;

/** The setup documents of a demo class. They enter like anybody's: `PUT /api/v1/setup/{kind}/{id}`, in this order. */
export interface DemoClass {
  readonly room: Room;
  readonly schoolClass: SchoolClass;
  readonly pens: readonly Pen[];
  readonly worksheet: Worksheet;
  readonly assignment: Assignment;
}

export interface DemoClassOptions {
  readonly students: number;
  /** Decides the pens' ids: the same as the simulated class's. */
  readonly seed: string | number;
  readonly worksheet: DemoWorksheet;
  readonly assignment: AssignmentId;
  readonly opensMs: number;
}

export function demoClass(options: DemoClassOptions): DemoClass {
  const { students, seed, assignment, opensMs } = options;
  const worksheet = DEMO_WORKSHEETS[options.worksheet];
  const room = { id: "demo-room" as RoomId, name: { zh: "演示教室", en: "Demo room" } };
  const schoolClass: SchoolClass = {
    id: "demo-class" as ClassId,
    name: { zh: "六年级（2）班", en: "Class 6B" },
    students: Array.from({ length: students }, (_, i) => ({ id: demoStudentIdOf(i), name: demoNameOf(i), seat: i + 1 })),
  };
  const pens = penIdsOf(seed, students).map((id, i) => ({ id, student: demoStudentIdOf(i) }));
  return {
    room,
    schoolClass,
    pens,
    worksheet,
    assignment: {
      id: assignment,
      room: room.id,
      class: schoolClass.id,
      worksheet: worksheet.id,
      worksheetVersion: worksheet.version,
      kind: "lesson",
      opensMs,
      closesMs: null,
    },
  };
}

/** @example demoStudentIdOf(0) // "s01" */
export function demoStudentIdOf(index: number): StudentId {
  return `s${String(index + 1).padStart(2, "0")}` as StudentId;
}
