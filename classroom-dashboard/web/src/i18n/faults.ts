import { FAULT_TEXTS, type FaultCode, filledIn, type SetupFault } from "@penlight/proto";
import { FAULTS_ZH } from "./faults-zh-cn.ts";
import type { Language } from "./messages.ts";

const TEXTS: Readonly<Record<Language, Readonly<Record<FaultCode, string>>>> = { en: FAULT_TEXTS, "zh-CN": FAULTS_ZH };

/** What the server refused as a whole, where it tells nothing wrong in it. A code that is not here is told as it came. */
const REFUSALS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {
    "setup.outdated": "somebody else changed this at the same moment: look again",
    "keys.outdated": "the keys were corrected meanwhile: look again",
    starting: "the server is starting: try again in a moment",
    "not-found": "this is not there any more",
    "payload-too-large": "this is too large",
    unreachable: "the server does not answer: try again in a moment",
  },
  "zh-CN": {
    "setup.outdated": "其他人同时做了更改，请重新查看",
    "keys.outdated": "答案刚刚被更正过，请重新查看",
    starting: "服务器正在启动，请稍后再试",
    "not-found": "已经不存在了",
    "payload-too-large": "内容太大",
    unreachable: "服务器没有回应，请稍后再试",
  },
};

/** Why the server did not do something. */
export interface Refusal {
  /** The answer's `error`, or `unreachable`. */
  readonly error: string;
  /** Everything that was wrong with it; may be empty. */
  readonly faults: readonly SetupFault[];
}

/** What the body of an answer says that is no success; null: nothing came. */
export function refusalOf(body: { readonly error?: string; readonly details?: readonly SetupFault[] } | null): Refusal {
  return { error: body?.error ?? "unreachable", faults: body?.details ?? [] };
}

/** One fault in the reader's language; what an older page does not know comes in the server's words. */
export function faultText({ code, values, reason }: SetupFault, language: Language): string {
  const text: string | undefined = TEXTS[language][code];
  return text === undefined ? reason : filledIn(text, values);
}

/** Everything that was wrong, or the refusal itself, each a line. */
export function refusalTexts({ error, faults }: Refusal, language: Language): string[] {
  if (faults.length > 0) return faults.map((fault) => faultText(fault, language));
  return [REFUSALS[language][error] ?? error];
}
