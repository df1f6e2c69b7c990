import type { PenId, RoomId, StudentId } from "./ids.ts";
import type { PenLinkState } from "./pen-state.ts";
import type { RadioAdapter, UnknownPen } from "./radio-state.ts";
import type { LocalText } from "./worksheet.ts";

/** The radios of a room as a technician sees them: `GET /api/v1/rooms/{room}/radio`. REG-6. */
export interface RoomRadio {
  readonly room: RoomId;
  readonly roomName: LocalText;
  /** Room time, ms. */
  readonly dataMs: number;
  readonly gateways: readonly GatewayRadio[];
  /** The pens of the class in order of seat, then others that were heard here. */
  readonly pens: readonly RadioRow[];
  /** Result of the test lesson that was asked for; null: none was. REG-7. */
  readonly test: readonly TestResult[] | null;
}

export interface GatewayRadio {
  readonly gateway: string;
  /** Its last word, ms. */
  readonly heardMs: number;
  readonly adapters: readonly RadioAdapter[];
  /** Pens of nobody here. */
  readonly unknown: readonly UnknownPen[];
}

/** One pen, as far as it is known; nulls: not known. */
export interface RadioRow {
  readonly pen: PenId;
  /** Who has it now; null: nobody. */
  readonly student: StudentId | null;
  readonly name: LocalText | null;
  readonly seat: number | null;
  /** Null: not heard here since the dashboard began. */
  readonly link: PenLinkState | null;
  readonly model: string;
  readonly firmware: string;
  readonly batteryPercent: number | null;
  readonly charging: boolean;
  readonly heardMs: number;
  readonly lostDots: number;
  readonly recoveredStrokes: number;
  readonly gateway: string | null;
  readonly adapter: string | null;
  readonly signalDbm: number | null;
  readonly drops: number | null;
  readonly latencyMs: number | null;
  readonly memoryPercent: number | null;
  readonly waitingBytes: number | null;
  /** Since when it is heard and no adapter has room for it, ms; null: it does not wait. */
  readonly waitsSinceMs: number | null;
}

/** What became of "everybody draws a line", worst first. REG-7. */
export const TEST_OUTCOMES = ["no-pen", "not-connected", "nothing", "with-losses", "drawn"] as const;
export type TestOutcome = (typeof TEST_OUTCOMES)[number];

export interface TestResult {
  readonly student: StudentId;
  readonly name: LocalText;
  readonly seat: number;
  readonly outcome: TestOutcome;
  readonly pen: PenId | null;
  /** Dots of the line, and how many of it were lost. */
  readonly dots: number;
  readonly lostDots: number;
}
