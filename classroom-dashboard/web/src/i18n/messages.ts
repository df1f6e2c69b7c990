import type { CellLate, CellState, ItemKind, LocalText, PenTrouble } from "@penlight/proto";
import type { PenMark } from "../board/pen-mark.ts";

export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * Every text of the page. Each language is one object of this type, so a text that is missing in one of them does not
 * compile. Functions get numbers that are already formatted where they are strings.
 */
export interface Messages {
  readonly product: string;
  /** Name of this language, and of the one that the language button switches to. */
  readonly otherLanguage: string;
  readonly switchLanguage: string;
  readonly pick: (text: LocalText) => string;

  readonly skipToBoard: string;
  readonly pageTitle: (room: string) => string;
  readonly gridName: (students: number, items: number) => string;

  readonly live: string;
  readonly dataAge: (age: string) => string;
  readonly noDataYet: string;
  /** Age of the oldest record that waits at a gateway, and how much waits. */
  readonly sendingDelayed: (age: string, size: string) => string;
  readonly sendingGaveUp: (age: string, size: string) => string;
  readonly sendingHint: (size: string, limit: string) => string;
  readonly historyDelayed: (age: string) => string;
  readonly historyHint: (rows: string) => string;
  readonly connecting: string;
  readonly reconnecting: string;
  readonly reconnectingHint: string;
  readonly pens: (connected: number, total: number) => string;
  readonly pensHint: string;
  readonly running: (time: string) => string;
  readonly closedAfter: (time: string) => string;

  readonly studentsLabel: string;
  readonly itemsLabel: string;
  readonly bySeat: string;
  readonly byNeed: string;
  readonly byNeedHint: string;
  readonly byNumber: string;
  readonly byMissed: string;
  readonly byMissedHint: string;
  readonly orderHeld: string;
  readonly hideNames: string;
  readonly showNames: string;
  readonly roomy: string;
  readonly roomyHint: string;
  readonly rooms: string;

  readonly item: (number: string) => string;
  readonly itemHead: (number: string, right: number, judged: number, percent: string) => string;
  readonly kind: Readonly<Record<ItemKind, string>>;
  readonly state: Readonly<Record<CellState, string>>;
  /** How a cell stands to the end of the assignment. */
  readonly late: Readonly<Record<CellLate, string>>;
  /** The same in the legend. */
  readonly lateMark: Readonly<Record<"arrived" | "written", string>>;
  readonly trueFalse: { readonly true: string; readonly false: string };
  readonly noAnswer: string;
  readonly answered: (answer: string) => string;
  readonly listSeparator: string;

  readonly totalsRow: string;
  readonly totalsRowShort: string;
  readonly totalsCell: (right: number, judged: number, classSize: number) => string;
  readonly classTotal: string;
  readonly noneJudged: string;
  readonly done: (done: number, total: number) => string;
  readonly seat: (seat: number) => string;
  readonly pen: Readonly<Record<PenMark, string>>;
  readonly battery: (percent: string) => string;
  readonly charging: string;
  /** A loss of ink: about how many dots, and why. */
  readonly inkLost: (count: string, reason: string) => string;
  readonly inkLostShort: (count: string) => string;
  readonly inkLostHint: string;
  readonly lossReason: Readonly<Record<"gap" | "missing-page" | "chunk-abandoned" | "outbox-ink" | "other", string>>;
  readonly lossMark: string;
  readonly batteryLow: string;
  readonly trouble: Readonly<Record<PenTrouble, string>>;
  readonly legend: string;
  readonly legendPens: string;

  readonly close: string;
  readonly enlarge: string;
  readonly reduce: string;
  readonly itemPanel: string;
  readonly studentPanel: string;
  readonly summaryPanel: string;
  readonly key: string;
  readonly keyIs: (answer: string) => string;
  readonly points: (points: string) => string;
  readonly options: string;
  readonly commonAnswers: string;
  readonly optionCount: (count: number, percent: string) => string;
  readonly rightOfJudged: string;
  readonly ofClass: (judged: number, classSize: number) => string;
  readonly wilsonHint: string;
  readonly states: string;
  readonly notRight: string;
  readonly nobody: string;
  readonly meanPoints: (points: string, of: string) => string;

  readonly page: (page: number) => string;
  readonly pageOf: (name: string, page: number) => string;
  readonly pages: string;
  readonly sheetOf: (name: string, page: number) => string;
  readonly lastInk: (ago: string) => string;
  readonly writingNow: string;
  readonly noInk: string;
  readonly noWorksheet: string;
  readonly itemsOf: (name: string) => string;
  readonly ago: (ms: number) => string;

  readonly summary: string;
  readonly judgedShare: string;
  readonly mostMissed: string;
  readonly mostMissedNone: string;
  readonly attention: string;
  readonly attentionNone: string;
  readonly hand: { readonly help: string; readonly submit: string };
  readonly idleFor: (duration: string) => string;
  readonly rightOf: (right: number, judged: number) => string;
  readonly progress: string;
  readonly finished: (count: number, total: number) => string;

  readonly noRooms: string;
  readonly noRoomsHint: string;
  readonly chooseRoom: string;
  readonly unknownRoom: string;
  readonly noAssignment: string;
  readonly noAssignmentHint: string;
  readonly denied: string;
  readonly deniedHint: string;
  readonly token: string;
  readonly tokenSend: string;
  readonly gone: string;
  readonly goneHint: string;
  readonly loading: string;
  readonly starting: string;

  readonly announceItem: (number: string, right: number, judged: number) => string;
  readonly announceLost: (name: string) => string;
}
