import { createSimulatedClass, createSteadyLesson, type SimulatedClass } from "@penlight/pen-gateway/simulator";
import {
  type AssignmentId,
  type ClassId,
  type Clock,
  type EventLog,
  encodeSetup,
  type RoomId,
  type SetupRecord,
  type StudentId,
  setupKeyOf,
  type Worksheet,
} from "@penlight/proto";

/** Pens in one room; a bench with more has more rooms. */
export const PENS_PER_ROOM = 25;

export interface BenchRoom {
  readonly room: RoomId;
  readonly students: readonly StudentId[];
  readonly pupils: SimulatedClass;
}

/** Rooms full of pupils who write all the time, 42 % of it with the tip down, at 100 dots a second. */
export async function openRooms(
  log: EventLog,
  clock: Clock,
  worksheet: Worksheet,
  pens: number,
  seconds: number,
  pensPerRoom = PENS_PER_ROOM,
): Promise<BenchRoom[]> {
  const startMs = Math.ceil(clock.nowMs());
  const rooms: BenchRoom[] = [];
  await put(log, startMs, { kind: "worksheets", id: `${worksheet.id}@${worksheet.version}`, version: 1, document: worksheet });
  for (let first = 0; first < pens; first += pensPerRoom) {
    const number = rooms.length + 1;
    const room = `room-${number}` as RoomId;
    const name = { zh: room, en: room };
    const students = Array.from({ length: Math.min(pensPerRoom, pens - first) }, (_, i) => `r${number}-s${i + 1}` as StudentId);
    const seed = `bench/${number}`;
    const pupils = createSimulatedClass({
      clock,
      seed,
      students,
      worksheet,
      startMs,
      lesson: createSteadyLesson({ seed, students, worksheet, durationMs: seconds * 1000 }),
    });
    const classId = `class-${number}` as ClassId;
    await put(log, startMs, { kind: "rooms", id: room, version: 1, document: { id: room, name } });
    const seated = students.map((id, i) => ({ id, name: { zh: id, en: id }, seat: i + 1 }));
    await put(log, startMs, { kind: "classes", id: classId, version: 1, document: { id: classId, name, students: seated } });
    for (const { pen, student } of pupils.pens) {
      await put(log, startMs, { kind: "pens", id: pen, version: 1, document: { id: pen, student } });
    }
    const assignment = `assignment-${number}` as AssignmentId;
    await put(log, startMs, {
      kind: "assignments",
      id: assignment,
      version: 1,
      document: {
        id: assignment,
        room,
        class: classId,
        worksheet: worksheet.id,
        worksheetVersion: worksheet.version,
        kind: "lesson",
        opensMs: startMs,
        closesMs: null,
      },
    });
    rooms.push({ room, students, pupils });
  }
  return rooms;
}

async function put(log: EventLog, timestampMs: number, record: SetupRecord): Promise<void> {
  await log.append("setup", [{ key: setupKeyOf(record.kind, record.id), value: encodeSetup(record), timestampMs }]);
}
