import { type BoardCell, type BoardItem, type ItemId, isSignal } from "@penlight/proto";
import { useState } from "preact/hooks";
import { formatAnswer } from "../board/figures.ts";
import { labelOf } from "../board/option-labels.ts";
import { type App, useApp } from "../state/app.ts";
import { wrongGroups } from "./common-wrong.ts";
import { InkPicture } from "./ink-picture.tsx";
import { KeyForm } from "./key-form.tsx";
import { useItemInk } from "./use-item-ink.ts";

/** Ink of so many pupils is shown for a common wrong answer. */
const SAMPLES_MAX = 4;

export function cellsOf(app: App, item: ItemId): readonly BoardCell[] {
  app.board.revision.value;
  return app.board.studentIds.value.flatMap((student) => app.board.cell(student, item).peek() ?? []);
}

/** In an item's panel: what is wrong in the same way, everybody's ink, and correcting the key. */
export function ItemExtras({ figures }: { readonly figures: BoardItem }) {
  const app = useApp();
  const words = app.markWords.value;
  const [isCorrecting, setCorrecting] = useState(false);
  const item = app.board.worksheet.value?.items.find((each) => each.id === figures.item);
  if (item === undefined || isSignal(item)) return null;
  return (
    <>
      <CommonWrong item={figures.item} />
      <div class="waiting-more">
        <button type="button" class="tool" data-testid="open-wall" onClick={() => app.marking.openWall(figures.item)}>
          {words.wall}
        </button>
        {item.kind === "open" ? null : (
          <button
            type="button"
            class="tool"
            data-testid="correct-key"
            aria-expanded={isCorrecting}
            onClick={() => setCorrecting(!isCorrecting)}
          >
            {words.correctKey}
          </button>
        )}
      </div>
      {isCorrecting ? <KeyForm item={item} done={() => setCorrecting(false)} /> : null}
    </>
  );
}

function CommonWrong({ item: id }: { readonly item: ItemId }) {
  const app = useApp();
  const [text, words] = [app.text.value, app.markWords.value];
  const groups = wrongGroups(cellsOf(app, id)).filter(({ students }) => students.length > 1);
  const ink = useItemInk(groups.length === 0 ? null : id);
  const worksheet = app.board.worksheet.value;
  const item = worksheet?.items.find((each) => each.id === id) ?? null;
  if (groups.length === 0) return null;
  return (
    <section data-testid="common-wrong">
      <h3>{words.commonWrong}</h3>
      <ul class="common-wrong">
        {groups.map(({ answer, students, isCommon }) => {
          const said = formatAnswer(answer, text, (option) => labelOf(app.optionLabels.value, id, option)) ?? "–";
          const samples = ink?.cells.filter((cell) => students.includes(cell.student)).slice(0, SAMPLES_MAX) ?? [];
          return (
            <li key={said} data-common={isCommon ? "yes" : undefined} data-count={students.length}>
              <b>{words.wrote(students.length, said)}</b>
              <span class="samples">
                {samples.map((cell) => (
                  <InkPicture
                    key={cell.student}
                    region={(ink as NonNullable<typeof ink>).region}
                    strokes={cell.strokes}
                    label={words.inkOf(app.nameOf(cell.student), app.board.item(id).value?.number ?? "")}
                    worksheet={worksheet}
                    item={item}
                  />
                ))}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Under the board: the most common wrong answer of all, when it is common enough. */
export function WrongAlert() {
  const app = useApp();
  const [text, words] = [app.text.value, app.markWords.value];
  const found = app.board.itemIds.value
    .flatMap((item) => wrongGroups(cellsOf(app, item)).map((group) => ({ ...group, item })))
    .filter((group) => group.isCommon)
    .sort((a, b) => b.students.length - a.students.length)[0];
  if (found === undefined) return null;
  const { item, answer, students } = found;
  const said = formatAnswer(answer, text, (option) => labelOf(app.optionLabels.value, item, option)) ?? "–";
  return (
    <button
      type="button"
      class="alert"
      data-testid="wrong-alert"
      data-item={item}
      onClick={(event) => {
        app.rememberOpener(event.currentTarget, event.detail === 0);
        app.openItem(item);
      }}
    >
      <b>{text.item(app.board.item(item).value?.number ?? "")}</b> {words.wrote(students.length, said)}
    </button>
  );
}
