// biome-ignore-all lint/a11y/useSemanticElements: a fieldset brings a frame and a minimum width of its own
import { type ItemId, isSignal, type StudentId, type Verdict } from "@penlight/proto";
import { formatClockTime } from "../i18n/format.ts";
import { useApp } from "../state/app.ts";
import { DecisionBar } from "./decision-bar.tsx";

/** At a pupil's item: what the teacher says of it, and who said what before. */
export function MarkBar({ student, item: id }: { readonly student: StudentId; readonly item: ItemId | null }) {
  const app = useApp();
  const words = app.markWords.value;
  const item = app.board.worksheet.value?.items.find((each) => each.id === id);
  const cell = id === null ? null : app.board.cell(student, id).value;
  if (item === undefined || isSignal(item)) return null;
  const mark = cell?.mark ?? null;
  const say = (verdict: Verdict | null) =>
    void app.marking.say([{ student, item: item.id, verdict, seen: mark?.version ?? 0 }]);
  return (
    <div
      class="mark-bar"
      role="group"
      aria-label={words.markBar}
      data-testid="mark-bar"
      data-marked={mark === null ? "no" : "yes"}
    >
      <DecisionBar item={item} decide={say} />
      {mark === null ? null : (
        <p>
          <span data-testid="marked-by">{words.markedBy(mark.by, formatClockTime(app.language.value, mark.atMs))}</span>
          <button type="button" class="tool" data-testid="withdraw" onClick={() => say(null)}>
            {words.withdraw}
          </button>
        </p>
      )}
    </div>
  );
}
