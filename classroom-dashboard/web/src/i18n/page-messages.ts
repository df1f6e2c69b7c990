import type { AdapterState, PasswordOutcome, PenLinkState, RadioFaultKind, TestOutcome } from "@penlight/proto";
import type { Language } from "./messages.ts";
import { PAGES_EN } from "./pages-en.ts";
import { PAGES_ZH } from "./pages-zh-cn.ts";

type RadioColumn =
  | "seat"
  | "who"
  | "pen"
  | "link"
  | "adapter"
  | "signal"
  | "drops"
  | "latency"
  | "lost"
  | "battery"
  | "memory"
  | "recovered"
  | "firmware"
  | "heard";

/** Texts of the pages beside the board; a text that is missing in a language does not compile. */
export interface PageMessages {
  readonly views: { readonly label: string; readonly board: string; readonly pens: string; readonly radio: string };
  /** At a pupil, on the board. */
  readonly recovered: (strokes: string) => string;
  readonly recoveredShort: (strokes: string) => string;
  readonly pens: {
    readonly title: string;
    readonly count: (withPen: number, all: number) => string;
    readonly noClass: string;
    readonly noClassHint: string;
    readonly termLabel: string;
    readonly term: { readonly good: string; readonly lesson: string; readonly day: string };
    readonly choose: (name: string) => string;
    readonly noPen: string;
    readonly another: string;
    readonly free: string;
    readonly noFree: string;
    readonly others: string;
    readonly ofSchool: string;
    readonly notOurs: string;
    readonly lentFor: (minutes: number) => string;
    readonly takeBack: (pen: string, name: string) => string;
    readonly side: string;
    readonly given: (pens: number) => string;
    readonly twoPupils: (pen: string, holder: string, wanted: string) => string;
    readonly twoPens: (name: string, has: string, wanted: string) => string;
    readonly moreQuestions: (count: number) => string;
    readonly giveTo: (name: string) => string;
    readonly onlyThis: (pen: string) => string;
    readonly keepBoth: string;
    readonly leave: string;
    readonly faults: (count: number) => string;
    /** Where a fault is, e.g. "line 3". */
    readonly at: (place: string) => string;
    readonly marks: string;
    readonly marksHint: string;
    readonly marksOn: string;
    readonly marksOff: string;
    readonly noList: string;
    readonly listPage: string;
    readonly makeList: string;
    readonly showList: string;
    readonly listOf: (schoolClass: string) => string;
    readonly print: string;
    readonly printHint: (page: string) => string;
    readonly csv: string;
    readonly csvHint: string;
  };
  readonly password: {
    readonly title: string;
    readonly hint: string;
    readonly pen: string;
    readonly locked: (pen: string) => string;
    readonly what: string;
    readonly ways: Readonly<Record<"set" | "change" | "clear" | "unlock", string>>;
    readonly old: string;
    readonly fresh: string;
    readonly send: string;
    readonly asking: string;
    readonly told: Readonly<Record<PasswordOutcome | "not-here" | "invalid" | "failed", (triesLeft: number | null) => string>>;
  };
  readonly radio: {
    readonly adapters: string;
    readonly noGateway: string;
    readonly noAdapter: string;
    readonly silentFor: (time: string) => string;
    readonly state: Readonly<Record<AdapterState, string>>;
    readonly load: (pens: number, capacity: number) => string;
    readonly full: string;
    readonly queue: (count: number) => string;
    readonly noFaults: string;
    readonly fault: (kind: string, count: string) => string;
    readonly faults: Readonly<Record<RadioFaultKind, string>>;
    readonly waiting: (count: number) => string;
    readonly unknown: (count: number) => string;
    readonly pens: string;
    readonly column: Readonly<Record<RadioColumn, string>>;
    readonly hint: Readonly<Record<RadioColumn, string>>;
    readonly link: Readonly<Record<PenLinkState, string>>;
    readonly nobody: string;
    readonly neverHeard: string;
    readonly waitsForRoom: string;
    readonly waits: (size: string) => string;
    readonly test: string;
    readonly testHint: string;
    readonly testStart: string;
    readonly testStop: string;
    readonly testSum: (drawn: number, all: number) => string;
    readonly outcome: Readonly<Record<TestOutcome, (dots: number, lost: number) => string>>;
  };
}

export const PAGE_MESSAGES: Readonly<Record<Language, PageMessages>> = { en: PAGES_EN, "zh-CN": PAGES_ZH };
