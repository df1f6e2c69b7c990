import type { HostPacket, HostPacketOf, PenPacketKind, PenPacketOf } from "@penlight/proto/pen";
import type { FaultCounter } from "./fault-counter.ts";
import type { EventList } from "./link-event.ts";
import { hoverOf, type PenSettings, settingOf, WISHES, type Wish } from "./pen-settings.ts";

/** Highest protocol version asked for: counted events, and hover as a packet of its own. */
const PROTOCOL = "2.18";
const APP_TYPE = 0x1201;
const APP_VERSION = "1.0.0";
/** A pen's clock is set when it is further off than this. Small differences are reckoned with, not set: setting makes times jump. */
export const CLOCK_ERROR_MS_MAX = 2000;

export interface HandshakeOptions {
  /** The pen's password, where the owner has given it to us. Never logged. */
  readonly password: string | null;
  readonly settings: PenSettings;
}

export interface HandshakeWorld {
  readonly events: EventList;
  readonly faults: FaultCounter;
  readonly send: (packet: HostPacket) => void;
  /** The clock is about to be set: is what it says now remembered? False: {@link Handshake.clockRemembered} tells when. */
  readonly rememberClock: () => boolean;
  /** The pen took a new time: what was reckoned of its clock is void. */
  readonly clockWasSet: (nowMs: number, saidMs: number) => void;
  /** The pen sends what it writes from here on. */
  readonly isLive: (nowMs: number) => void;
  /** The pen took the hover mode that the school wants. */
  readonly hoverWasSet: () => void;
}

/** What the handshake asks a pen, each with an answer. PEN-7. */
export type Question =
  | "version"
  | "status"
  | "password"
  | "memory-on"
  | "remember"
  | "clock"
  | "measure"
  | "register"
  | Wish
  | "read-back"
  | "change-password"
  | "confirm-password";

/** Questions, and where none is under way. */
export type Step = Question | "closed" | "locked" | "resting" | "ready";

const ANSWERS: Readonly<Partial<Record<Step, PenPacketKind>>> = {
  register: "useNotesResult",
  password: "passwordResult",
  "change-password": "passwordChangeResult",
  "confirm-password": "passwordResult",
};

/** The packet whose refusal answers it; settings aside. */
export function answerOf(step: Step): PenPacketKind | undefined {
  return ANSWERS[step];
}

/** Questions that are never repeated by themselves: the pen may have counted a try whose answer was lost. */
export const ASKED_ONCE: ReadonlySet<Question> = new Set(["password", "remember", "change-password", "confirm-password"]);
/** Questions without whose answer there is no ink. */
export const NEEDED: ReadonlySet<Question> = new Set(["version", "status", "password", "register"]);

/** One password for another; null: none. */
export interface PasswordChange {
  readonly old: string | null;
  readonly fresh: string | null;
}

/** What the packets of questions are made of; it changes as the pen answers. */
export interface QuestionFacts {
  readonly settings: PenSettings;
  version: PenPacketOf<"version"> | null;
  status: PenPacketOf<"status"> | null;
  /** The password under way. */
  password: string;
  change: PasswordChange | null;
}

/** From an unlocked pen's first status to ink. `isLate`: the status was long under way and says little of the clock. */
export function planOf(facts: QuestionFacts, status: PenPacketOf<"status">, nowMs: number, isLate: boolean): Question[] {
  const plan: Question[] = ["memory-on"];
  if (Math.abs(nowMs - status.timeMs) > CLOCK_ERROR_MS_MAX) plan.push("remember", "clock", "measure");
  else if (isLate) plan.push("measure");
  if (wishedOf("hover", { ...facts, status }) !== null) plan.push("hover");
  plan.push("register");
  return plan;
}

/** What else the school wants of the pen, and whether it took that, and hover, which was set before its notes. */
export function wishPlanOf(facts: QuestionFacts): Question[] {
  const wishes: Question[] = WISHES.filter((wish) => wishedOf(wish, facts) !== null);
  return wishes.length === 0 ? wishes : [...wishes.filter((wish) => wish !== "hover"), "read-back"];
}

/** Wishes that the pen did not take, by its own word. It does not say its colour. */
export function ignoredWishes(facts: QuestionFacts): Wish[] {
  return WISHES.filter((wish) => wish !== "ledColor" && wishedOf(wish, facts) !== null);
}

type Setting = HostPacketOf<"setSetting">["setting"];

/** The frame that asks it; null: the pen is not asked. */
export function packetOf(question: Question, facts: QuestionFacts, nowMs: number): HostPacket | null {
  switch (question) {
    case "version":
      return { kind: "versionRequest", appType: APP_TYPE, appVersion: APP_VERSION, protocol: PROTOCOL };
    case "status":
    case "measure":
    case "read-back":
      return { kind: "statusRequest" };
    case "password":
      return { kind: "password", value: facts.password };
    case "change-password": {
      const { old, fresh } = facts.change ?? { old: null, fresh: null };
      return { kind: "changePassword", use: fresh !== null, old: old ?? "", new: fresh ?? "" };
    }
    case "confirm-password":
      return { kind: "password", value: facts.change?.fresh ?? "" };
    case "register":
      return { kind: "useAllNotes" };
    default: {
      const setting = settingAsked(question, facts, nowMs);
      return setting === null ? null : { kind: "setSetting", setting };
    }
  }
}

/** The setting that a question is about; null: it is about something else. */
export function settingAsked(question: string, facts: QuestionFacts, nowMs: number): Setting | null {
  switch (question) {
    case "memory-on":
      return { type: "offlineData", value: true };
    case "clock":
      return { type: "time", value: Math.round(nowMs) };
    case "hover":
      return { type: "hover", value: hoverOf(facts.settings) };
    case "autoOffMinutes":
    case "beep":
    case "autoPowerOn":
    case "sensitivity":
    case "ledColor":
      return wishedOf(question, facts);
    default:
      return null;
  }
}

/** What has to be set for a wish of the school; null: nothing. */
function wishedOf(wish: Wish, { settings, version, status }: QuestionFacts): Setting | null {
  return status === null ? null : settingOf(wish, settings, { version, status });
}
