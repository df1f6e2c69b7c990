import type { AnswerValue, Item, Verdict } from "@penlight/proto";
import { POINTS_PER_UNIT, scoreOf } from "./score.ts";
import { decide } from "./verdict.ts";

/** What an answer is worth, by a teacher's word where there is one: for whoever asks what another key would change. SET-20. */
export function worthOf(item: Item, answer: AnswerValue, verdict: Verdict | null) {
  const { state, milliPoints } = verdict === null ? scoreOf(item, answer) : decide(item, verdict, answer);
  return { state, points: milliPoints / POINTS_PER_UNIT };
}
