import {
  type PenId,
  type RadioRow,
  type RoomId,
  type RoomRadio,
  type Student,
  type StudentId,
  TEST_OUTCOMES,
  type TestOutcome,
  type TestResult,
} from "@penlight/proto";
import type { RadioBook } from "./radio-book.ts";
import type { Seating } from "./seating.ts";

export interface RoomRadioFacts {
  readonly room: RoomId;
  readonly seating: Seating;
  readonly book: RadioBook;
  readonly dataMs: number;
  /** Begin of a test lesson, gateway time, ms; null: none is asked for. */
  readonly testSinceMs: number | null;
}

/** Everything that a technician asks of the radios of a room. Pure. REG-6. */
export function roomRadioOf(facts: RoomRadioFacts): RoomRadio {
  const { room, seating, book, dataMs, testSinceMs } = facts;
  const { students, studentOf, pensOf } = seating;
  const ofClass = students.flatMap(({ id }) => pensOf.get(id) ?? []);
  const known = new Set(ofClass);
  const waiting = book.waiting.map(({ pen }) => pen);
  const others = [...new Set([...book.pens, ...waiting])].filter((pen) => !known.has(pen)).sort();
  const byId = new Map(students.map((student) => [student.id, student]));
  return {
    room,
    roomName: seating.roomName,
    dataMs,
    gateways: book.gateways,
    pens: [...ofClass, ...others].map((pen) => rowOf(pen, studentOf.get(pen) ?? null, byId, book)),
    test: testSinceMs === null ? null : testResults(seating, book, testSinceMs),
  };
}

function rowOf(pen: PenId, student: StudentId | null, byId: ReadonlyMap<StudentId, Student>, book: RadioBook): RadioRow {
  const state = book.stateOf(pen);
  const air = book.airOf(pen);
  const wait = book.waitOf(pen);
  const { name = null, seat = null } = (student === null ? undefined : byId.get(student)) ?? {};
  return {
    ...{ pen, student, name, seat },
    link: state?.link ?? null,
    model: state?.model ?? "",
    firmware: state?.firmware ?? "",
    batteryPercent: state?.batteryPercent ?? null,
    charging: state?.charging ?? false,
    heardMs: state?.heardMs ?? 0,
    lostDots: state?.lostDots ?? 0,
    recoveredStrokes: state?.recoveredStrokes ?? 0,
    gateway: air?.gateway ?? null,
    adapter: air === null || air.radio.adapter === "" ? null : air.radio.adapter,
    signalDbm: air?.radio.signalDbm ?? wait?.signalDbm ?? null,
    drops: air?.radio.drops ?? null,
    latencyMs: air?.radio.latencyMs ?? null,
    memoryPercent: air?.radio.memoryPercent ?? null,
    waitingBytes: air?.radio.waitingBytes ?? null,
    waitsSinceMs: wait?.sinceMs ?? null,
  };
}

/** Who has drawn a line since then, and of the others what is in the way; the worst first, then by seat. REG-7. */
export function testResults({ students, pensOf }: Seating, book: RadioBook, sinceMs: number): TestResult[] {
  const results = students.map(({ id, name, seat }): TestResult => {
    const pens = pensOf.get(id) ?? [];
    const drawing = pens.find((pen) => (book.lineOf(pen)?.atMs ?? 0) >= sinceMs);
    const line = drawing === undefined ? null : book.lineOf(drawing);
    const connected = pens.find((pen) => book.stateOf(pen)?.link === "connected");
    const pen = drawing ?? connected ?? pens[0] ?? null;
    const { dots = 0, lostDots = 0 } = line ?? {};
    const outcome: TestOutcome =
      line !== null
        ? lostDots > 0
          ? "with-losses"
          : "drawn"
        : pen === null
          ? "no-pen"
          : connected
            ? "nothing"
            : "not-connected";
    return { student: id, name, seat, outcome, pen, dots, lostDots };
  });
  const rank = ({ outcome }: TestResult) => TEST_OUTCOMES.indexOf(outcome);
  return results.sort((a, b) => rank(a) - rank(b) || a.seat - b.seat);
}
