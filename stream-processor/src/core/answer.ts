import type { AnswerValue, BoxId, Item } from "@penlight/proto";
import type { BoxReading } from "./recognize/read-boxes.ts";

/** What an item's ink says. `none`: no mark was ever made (rests and slips at most). ANS-40. */
export type AnswerReading =
  | { readonly kind: "none" }
  | { readonly kind: "withdrawn" }
  | { readonly kind: "unsure" }
  | { readonly kind: "answer"; readonly value: AnswerValue };

/** The boxes of an item in the order of its options. */
export function boxesOf(item: Item): readonly BoxId[] {
  return item.options.map((option) => option.box);
}

/** @param readings one for each option, in their order. */
export function answerOf(item: Item, readings: readonly BoxReading[]): AnswerReading {
  return item.kind === "choices" ? severalOf(item, readings) : oneOf(item, readings);
}

/** The mark made last counts; a doubt counts when nothing was marked after it. ANS-41. */
function oneOf(item: Item, readings: readonly BoxReading[]): AnswerReading {
  let last = -1;
  readings.forEach((reading, index) => {
    const valid = reading.state === "marked" || reading.state === "doubtful";
    if (valid && (last < 0 || reading.order > (readings[last] as BoxReading).order)) last = index;
  });
  if (last < 0) return withoutMark(readings);
  const option = item.options[last]?.id;
  if (readings[last]?.state === "doubtful" || option === undefined) return { kind: "unsure" };
  return { kind: "answer", value: item.kind === "true-false" ? option === "true" : option };
}

/** Marks add up; any doubt makes the whole set doubtful. ANS-42. */
function severalOf(item: Item, readings: readonly BoxReading[]): AnswerReading {
  if (readings.some((reading) => reading.state === "doubtful")) return { kind: "unsure" };
  const marked = item.options.filter((_, index) => readings[index]?.state === "marked").map((option) => option.id);
  return marked.length === 0 ? withoutMark(readings) : { kind: "answer", value: marked.sort() };
}

function withoutMark(readings: readonly BoxReading[]): AnswerReading {
  return readings.some((reading) => reading.state === "struck") ? { kind: "withdrawn" } : { kind: "none" };
}

/** Ids of the options that an answer chose; for `true-false` "true" or "false". */
export function chosenOptions(value: AnswerValue): readonly string[] {
  if (value === null) return [];
  if (typeof value === "object") return value;
  return [String(value)];
}
