import { penIdsOf } from "@penlight/pen-gateway/simulator";
import type { Assignment, AssignmentId, ClassId, Pen, Room, RoomId, SchoolClass, StudentId, Worksheet } from "@penlight/proto";
import { demoNameOf } from "./names.ts";
import fractions from "./worksheets/fractions-decimals-12.json" with { type: "json" };
import science from "./worksheets/general-science-20.json" with { type: "json" };
import numbers from "./worksheets/numbers-letters-15.json" with { type: "json" };

/** The ready worksheets. What the JSON documents hold is checked by a test against the published schema. */
export const DEMO_WORKSHEETS = {
  fractions: fractions as unknown as Worksheet,
  science: science as unknown as Worksheet,
  numbers: numbers as unknown as Worksheet,
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

/** The room of `npm start`. */
export const DEMO_ROOM = "demo-room";

export interface DemoClassOptions {
  /** Another one than DEMO_ROOM has a class, pupils and pens of its own. */
  readonly room: string;
  readonly students: number;
  /** With the room it decides the pens' ids. */
  readonly seed: number;
  readonly worksheet: DemoWorksheet;
  readonly assignment: AssignmentId;
  readonly opensMs: number;
}

export function demoClass(options: DemoClassOptions): DemoClass {
  const { students, assignment, opensMs } = options;
  const isDemoRoom = options.room === DEMO_ROOM;
  const studentOf = (i: number) => (isDemoRoom ? demoStudentIdOf(i) : (`${options.room}-${demoStudentIdOf(i)}` as StudentId));
  const worksheet = DEMO_WORKSHEETS[options.worksheet];
  const name = isDemoRoom ? { zh: "演示教室", en: "Demo room" } : { zh: options.room, en: options.room };
  const room = { id: options.room as RoomId, name };
  const schoolClass: SchoolClass = {
    id: (isDemoRoom ? "demo-class" : `${options.room}-class`) as ClassId,
    name: { zh: "六年级（2）班", en: "Class 6B" },
    students: Array.from({ length: students }, (_, i) => ({ id: studentOf(i), name: demoNameOf(i), seat: i + 1 })),
  };
  const pens = penIdsOf(demoSeedOf(options), students).map((id, i) => ({ id, student: studentOf(i) }));
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

/** The seed of the simulated class of a room: rooms with the same seed still have pens of their own. */
export function demoSeedOf({ room, seed }: { readonly room: string; readonly seed: number }): string | number {
  return room === DEMO_ROOM ? seed : `${seed}/${room}`;
}

/** @example demoStudentIdOf(0) // "s01" */
export function demoStudentIdOf(index: number): StudentId {
  return `s${String(index + 1).padStart(2, "0")}` as StudentId;
}
