import { type InkCell, type Insight, type Item, keyAnswerOf } from "@penlight/proto";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { formatAnswer } from "../board/figures.ts";
import { labelOf } from "../board/option-labels.ts";
import { formatPercent } from "../i18n/format.ts";
import { useApp } from "../state/app.ts";
import { DecisionBar } from "./decision-bar.tsx";
import { meaningOf, toggled, typingOf } from "./decision-keys.ts";
import { InkPicture } from "./ink-picture.tsx";
import { LessonChoice } from "./lesson-choice.tsx";
import { cellsDecided, cellsLeft, nameOf } from "./queue.ts";
import { usePageKeys } from "./use-page-keys.ts";

/** The queue of answers that wait: the ink large, one key a decision, the next one comes by itself. SET-12. */
export function ReviewPage() {
  const app = useApp();
  const words = app.markWords.value;
  const { marking } = app;
  const standing = marking.standing.value;
  const queue = marking.queue.value;
  const [group] = queue.groups;
  const main = useRef<HTMLElement>(null);
  const typed = useReviewKeys();
  useEffect(() => main.current?.focus(), []);
  const done = cellsDecided(queue);
  return (
    <main id="content" tabIndex={-1} class="review" ref={main} data-testid="review">
      <div class="review-head">
        <h2>{words.queue}</h2>
        <span class="note" role="status" data-testid="review-left" data-left={cellsLeft(queue)} data-done={done}>
          {words.left(queue.groups.length, cellsLeft(queue))}
          {done === 0 ? "" : ` · ${words.done(done)}`}
        </span>
        <LessonChoice focus={() => main.current?.focus()} />
        <TeacherName />
        <button type="button" class="tool" data-testid="review-back" onClick={marking.closeQueue}>
          {words.back}
        </button>
      </div>
      {standing === "loading" ? <p class="quiet">{words.loading}</p> : null}
      {standing === "failed" ? <p role="alert">{words.failed}</p> : null}
      {standing === "open" && group === undefined ? <NothingWaits /> : null}
      {group === undefined ? null : <Waiting key={group.cells.map(nameOf).join()} cells={group.cells} typed={typed} />}
      <MoreWaiting />
    </main>
  );
}

type Typed = string | readonly string[] | null;

/**
 * Keys of the page; what is being typed or picked is kept until it is a whole answer, and belongs to the group that it was
 * begun for. Signals: a key sees what the one before it did, also within one frame.
 */
function useReviewKeys(): Typed {
  const app = useApp();
  const draft = useSignal<{ readonly group: unknown; readonly typed: Typed }>({ group: null, typed: null });
  const typedFor = (group: unknown, { group: begun, typed }: typeof draft.value) => (group === begun ? typed : null);
  const onKeyDown = (event: KeyboardEvent) => {
    const group = app.marking.queue.peek().groups[0];
    const item = itemOf(app, group?.cells[0]);
    const typed = typedFor(group, draft.peek());
    const setTyped = (next: Typed) => {
      draft.value = { group, typed: next };
    };
    if (event.key === "Escape") {
      event.preventDefault();
      if (typed === null) app.marking.closeQueue();
      else setTyped(null);
      return;
    }
    if (event.key === "Backspace" && typed !== null) {
      setTyped(typed.length <= 1 ? null : typed.slice(0, -1));
      event.preventDefault();
      return;
    }
    const guess = group?.cells[0]?.insight?.guess;
    const answer = typed ?? (guess === "" ? null : (guess ?? null));
    if (event.key === "Enter" && answer !== null) {
      event.preventDefault();
      app.marking.decide({ kind: "answer", answer });
      return;
    }
    if (item === null) {
      if (event.key === "Backspace") app.marking.undo();
      return;
    }
    // Within a number a slash, a blank or a sign goes on.
    const meaning =
      typeof typed === "string" && event.key === " " ? { kind: "type" as const, text: " " } : meaningOf(event, item);
    if (meaning === null) return;
    event.preventDefault();
    switch (meaning.kind) {
      case "decide":
        app.marking.decide(meaning.verdict);
        break;
      case "type":
        setTyped(`${typeof typed === "string" ? typed : ""}${meaning.text}`);
        break;
      case "toggle":
        setTyped(toggled(Array.isArray(typed) ? typed : [], meaning.option));
        break;
      case "skip":
        app.marking.skip();
        break;
      case "undo":
        app.marking.undo();
        break;
    }
  };
  usePageKeys(onKeyDown);
  return typedFor(app.marking.queue.value.groups[0], draft.value);
}

function itemOf(app: ReturnType<typeof useApp>, cell: InkCell | undefined): Item | null {
  return app.marking.paper.value?.items.find((item) => item.id === cell?.item) ?? null;
}

function Waiting({ cells, typed }: { readonly cells: readonly InkCell[]; readonly typed: Typed }) {
  const app = useApp();
  const [text, words] = [app.text.value, app.markWords.value];
  const first = cells[0];
  const item = itemOf(app, first);
  const region = first === undefined ? undefined : app.marking.regions.value.get(first.item);
  if (first === undefined || item === null || region === undefined) return null;
  const label = (option: string) => labelOf(app.optionLabels.value, item.id, option);
  const answer = formatAnswer(first.answer, text, label);
  const key = formatAnswer(keyAnswerOf(item), text, label);
  const name = app.nameOf(first.student);
  const worksheet = app.marking.paper.value;
  const typing = typingOf(item);
  return (
    <section
      class="review-item"
      data-testid="waiting"
      data-item={item.id}
      data-student={first.student}
      data-cells={cells.length}
    >
      <div class="waiting-ink card">
        <p class="waiting-title">
          <b>{cells.length === 1 ? name : words.group(cells.length)}</b>
          <span>{text.item(item.number)}</span>
          <span class="note">{text.pick(item.stem)}</span>
        </p>
        <InkPicture
          region={region}
          strokes={first.strokes}
          label={words.inkOf(name, item.number)}
          worksheet={worksheet}
          item={item}
        />
        {cells.length === 1 ? null : <Alike cells={cells} region={region} item={item} />}
      </div>
      <div class="waiting-side card">
        <Thinks insight={first.insight} answer={answer} />
        {key === null ? null : <p>{words.keyIs(key)}</p>}
        <DecisionBar item={item} decide={app.marking.decide} />
        {typing === null ? null : <p class="note">{words.typeHint[typing]}</p>}
        {typed === null ? null : (
          <p class="typed" role="status" data-testid="typed">
            {words.typed}: <b>{typeof typed === "string" ? typed : typed.map(label).join(text.listSeparator)}</b>
          </p>
        )}
        <div class="waiting-more">
          <button type="button" class="tool" data-testid="review-skip" onClick={app.marking.skip}>
            {words.skip} <kbd>␣</kbd>
          </button>
          <button
            type="button"
            class="tool"
            data-testid="review-undo"
            disabled={app.marking.queue.value.decided.length === 0}
            onClick={app.marking.undo}
          >
            {words.undo} <kbd>⌫</kbd>
          </button>
        </div>
      </div>
    </section>
  );
}

/** What the machine thinks of it; its guess is taken by Enter, while nothing is typed. */
function Thinks({ insight, answer }: { readonly insight: Insight | null; readonly answer: string | null }) {
  const app = useApp();
  const words = app.markWords.value;
  if (insight === null || insight.guess === "") {
    return <p class="quiet">{answer === null ? words.machineUnsure : words.machine(answer)}</p>;
  }
  const { guess, confidence, runnerUp } = insight;
  return (
    <>
      <p data-testid="guess">{words.guess(guess, formatPercent(app.language.value, confidence), runnerUp)}</p>
      <button
        type="button"
        class="tool"
        data-decide="guess"
        onClick={() => app.marking.decide({ kind: "answer", answer: guess })}
      >
        {words.takeGuess} {guess} <kbd>⏎</kbd>
      </button>
    </>
  );
}

interface AlikeProps {
  readonly cells: readonly InkCell[];
  readonly region: Parameters<typeof InkPicture>[0]["region"];
  readonly item: Item;
}

/** Everybody whose answer looks the same; a click leaves one out. */
function Alike({ cells, region, item }: AlikeProps) {
  const app = useApp();
  const words = app.markWords.value;
  const { leftOut } = app.marking.queue.value;
  return (
    <>
      <p class="note">{words.groupHint}</p>
      <ul class="alike">
        {cells.map((cell) => {
          const name = app.nameOf(cell.student);
          return (
            <li key={cell.student}>
              <button
                type="button"
                aria-pressed={leftOut.has(nameOf(cell))}
                title={words.leaveOut(name)}
                data-alike={cell.student}
                onClick={() => app.marking.leaveOut(cell)}
              >
                <InkPicture
                  region={region}
                  strokes={cell.strokes}
                  label={null}
                  worksheet={app.marking.paper.value}
                  item={item}
                />
                <span>{name}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function NothingWaits() {
  const words = useApp().markWords.value;
  return (
    <div class="card nothing-waits" data-testid="nothing-waits">
      <h3>{words.nothingWaits}</h3>
      <p class="quiet">{words.nothingWaitsHint}</p>
    </div>
  );
}

/** What has come since the queue was loaded. */
function MoreWaiting() {
  const app = useApp();
  const waiting = useWaiting();
  const queue = app.marking.queue.value;
  const more = waiting - cellsLeft(queue);
  if (app.marking.standing.value !== "open" || app.marking.earlier.value !== null || more <= 0) return null;
  return (
    <button type="button" class="tool more-waiting" data-testid="review-more" onClick={() => void app.marking.load()}>
      {app.markWords.value.more(more)}
    </button>
  );
}

/** Cells of the board that wait for the teacher. */
export function useWaiting(): number {
  const app = useApp();
  app.board.revision.value;
  return app.board.itemIds.value.reduce((sum, item) => sum + (app.board.item(item).peek()?.unsure ?? 0), 0);
}

function TeacherName() {
  const app = useApp();
  const words = app.markWords.value;
  return (
    <label class="teacher-name">
      <span>{words.yourName}</span>
      <input
        data-testid="teacher-name"
        maxLength={64}
        placeholder={words.nobody}
        value={app.teacher.value}
        onInput={(event) => app.setTeacher(event.currentTarget.value)}
      />
    </label>
  );
}
