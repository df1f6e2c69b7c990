import { keyAnswerOf } from "@penlight/proto";
import type { CellRecord } from "@penlight/stream-processor/stored";
import { type Alphabet, explainWriting } from "@penlight/stream-processor/writing";

/** Readings that are told beside the best. */
const OTHERS_TOLD = 4;

/** How the machine came to an answer, line by line, for a developer. */
export function explanationOf(cell: CellRecord): string[] {
  const { item, insight } = cell;
  return [
    `${cell.tally.student} ${item.id} (${item.kind}): ${cell.judged ?? "nothing"}, answer ${JSON.stringify(cell.answer)}, ` +
      `key ${JSON.stringify("key" in item ? item.key : keyAnswerOf(item))}, version ${cell.version}, read by ${cell.recognizer}`,
    ...cell.strokes.map(({ stroke, boxId, kind, shape, dots }, at) => {
      const [wide, high] = [shape.right - shape.left, shape.bottom - shape.top].map(mm);
      const place = `${mm(shape.left)}, ${mm(shape.top)} mm`;
      return `stroke ${at}: ${stroke.id}, ${dots} dots, ${wide} x ${high} mm at ${place}, ${mm(shape.lengthMm)} mm long, box ${boxId}, as a mark: ${kind}`;
    }),
    ...cell.steps.map(({ rule, what, by, to }) => `${rule}: stroke ${by.join(", ")} over ${to.join(", ")}: ${what}`),
    ...(insight === null ? [] : readingLines(cell, insight.alphabet as Alphabet)),
  ];
}

function readingLines({ live }: CellRecord, alphabet: Alphabet): string[] {
  const { reading, groups, others, sure } = explainWriting(live, alphabet);
  return [
    `read as ${alphabet}: ${JSON.stringify(reading.text)}, ${share(reading.confidence)}, ${reading.verdict} (sure from ${share(sure)} on)`,
    ...groups.map(({ strokes, text, scores }) => {
      const ranked = scores.ranked.slice(0, OTHERS_TOLD).map((each) => `${each.text} ${share(each.probability)}`);
      return `symbol ${text}: strokes ${strokes.join(", ")} of those left; ${ranked.join(", ")}; no symbol ${share(scores.refused)}`;
    }),
    ...others.slice(0, OTHERS_TOLD).map(({ text, probability }) => `or ${JSON.stringify(text)}, ${share(probability)}`),
  ];
}

function mm(value: number): string {
  return value.toFixed(1);
}

function share(value: number): string {
  return `${(100 * value).toFixed(2)} %`;
}
