import type { AnswerValue, Item } from "@penlight/proto";
import type { BoxReading } from "./recognize/read-boxes.ts";

/** What an item's ink says. `none`: no mark was ever made (rests and slips at most). ANS-40. */
export type AnswerReading =
  | { readonly kind: "none" }
  | { readonly kind: "withdrawn" }
  | { readonly kind: "unsure" }
  | { readonly kind: "answer"; readonly value: AnswerValue };

/** Of printed boxes. @param readings one for each box of the item, in their order. */
export function answerOf(item: Item, readings: readonly BoxReading[]): AnswerReading {
  switch (item.kind) {
    case "choice":
      return oneOf(readings, (index) => item.options[index]?.id);
    case "true-false":
      return oneOf(readings, (index) => item.options[index]?.id === "true");
    case "choices":
      return severalOf(item.options, readings);
    case "help":
    case "submit":
      return oneOf(readings, () => true);
    case "number":
    case "letters":
    case "open":
      return { kind: "unsure" };
  }
}

/** The mark made last counts; a doubt counts when nothing was marked after it. ANS-41, ANS-44. */
function oneOf(readings: readonly BoxReading[], valueAt: (index: number) => string | boolean | undefined): AnswerReading {
  let last = -1;
  readings.forEach((reading, index) => {
    const valid = reading.state === "marked" || reading.state === "doubtful";
    if (valid && (last < 0 || reading.order > (readings[last] as BoxReading).order)) last = index;
  });
  if (last < 0) return withoutMark(readings);
  const value = valueAt(last);
  if (readings[last]?.state === "doubtful" || value === undefined) return { kind: "unsure" };
  return { kind: "answer", value };
}

/** Marks add up; any doubt makes the whole set doubtful. ANS-42. */
function severalOf(options: readonly { readonly id: string }[], readings: readonly BoxReading[]): AnswerReading {
  if (readings.some((reading) => reading.state === "doubtful")) return { kind: "unsure" };
  const marked = options.filter((_, index) => readings[index]?.state === "marked").map((option) => option.id);
  return marked.length === 0 ? withoutMark(readings) : { kind: "answer", value: marked.sort() };
}

function withoutMark(readings: readonly BoxReading[]): AnswerReading {
  return readings.some((reading) => reading.state === "struck") ? { kind: "withdrawn" } : { kind: "none" };
}
