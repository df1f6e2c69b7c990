import type { ItemKey, NumberKey } from "@penlight/proto";
import { useState } from "preact/hooks";
import { formatAnswer } from "../board/figures.ts";
import { labelOf } from "../board/option-labels.ts";
import { formatClockTime, formatNumber } from "../i18n/format.ts";
import { useApp } from "../state/app.ts";

/** What two teachers at once are told, and that a key was corrected. SET-11, SET-20. */
export function MarkMessages() {
  const app = useApp();
  return (
    <div class="mark-messages" role="status">
      <CorrectionBanner />
      {app.marking.messages.value.map(({ id, say }) => (
        <p key={id} data-testid="mark-message">
          {say(app.markWords.value, app.language.value)}
          <button type="button" aria-label={app.markWords.value.dismiss} onClick={() => app.marking.dismiss(id)}>
            ×
          </button>
        </p>
      ))}
    </div>
  );
}

/** @example toleranceOf({ value: "3", tolerance: "0.5" }) // " ± 0.5" */
function toleranceOf(key: unknown): string {
  const tolerance = typeof key === "object" && key !== null ? (key as Partial<NumberKey>).tolerance : undefined;
  return tolerance === undefined ? "" : ` ± ${tolerance}`;
}

/** Who corrected which key, with a way back; until it is closed. */
function CorrectionBanner() {
  const app = useApp();
  const [text, words] = [app.text.value, app.markWords.value];
  const [closed, setClosed] = useState(0);
  const assignment = app.board.head.value?.assignment ?? null;
  const correction = assignment?.correction ?? null;
  if (assignment === null || correction === null || closed === assignment.worksheetVersion) return null;
  return (
    <div class="correction" data-testid="correction" data-version={assignment.worksheetVersion}>
      <p>
        {words.corrected(correction.by, formatClockTime(app.language.value, correction.atMs))}
        <button type="button" aria-label={words.dismiss} onClick={() => setClosed(assignment.worksheetVersion)}>
          ×
        </button>
      </p>
      <ul>
        {correction.items.map(({ item, before, after }) => {
          const label = (option: string) => labelOf(app.optionLabels.value, item, option);
          const shown = ({ answer, key, points, partialCredit }: ItemKey) =>
            [
              `${formatAnswer(answer, text, label) ?? "–"}${toleranceOf(key)}`,
              text.points(formatNumber(app.language.value, points, 1)),
              ...(before.partialCredit === after.partialCredit
                ? []
                : [words.credit[(partialCredit ?? "none") as keyof typeof words.credit]]),
            ].join(" · ");
          const number = app.board.item(item).value?.number ?? "";
          return <li key={item}>{words.correctedItem(number, shown(before), shown(after))}</li>;
        })}
      </ul>
      <button type="button" class="tool" data-testid="undo-key" onClick={app.marking.bringBack}>
        {words.undoKey}
      </button>
    </div>
  );
}
