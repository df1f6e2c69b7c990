import type { InkCell, ItemId, StudentId } from "@penlight/proto";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { StateMark } from "../board/legend.tsx";
import { formatNumber } from "../i18n/format.ts";
import { useApp } from "../state/app.ts";
import { DecisionBar } from "./decision-bar.tsx";
import { meaningOf } from "./decision-keys.ts";
import { InkPicture } from "./ink-picture.tsx";
import { useItemInk } from "./use-item-ink.ts";
import { usePageKeys } from "./use-page-keys.ts";

/** So many answers stand side by side. */
const COMPARED_MAX = 4;

/** Everybody's ink of one item: points by click or key, two to four side by side. */
export function WallPage({ item: id }: { readonly item: ItemId }) {
  const app = useApp();
  const [text, words] = [app.text.value, app.markWords.value];
  const ink = useItemInk(id);
  const main = useRef<HTMLElement>(null);
  // Signals: a key sees what the one before it did, also within one frame.
  const [chosen, together] = [useSignal<StudentId | null>(null), useSignal<readonly StudentId[]>([])];
  const [current, compared] = [chosen.value, together.value];
  const worksheet = app.board.worksheet.value;
  const item = worksheet?.items.find((each) => each.id === id);
  const figures = app.board.item(id).value;
  useEffect(() => main.current?.focus(), []);
  const cells = ink?.cells ?? [];
  const decide = (student: StudentId | null, verdict: Parameters<Parameters<typeof DecisionBar>[0]["decide"]>[0]) => {
    if (student === null) return;
    const seen = app.board.cell(student, id).peek()?.mark?.version ?? 0;
    void app.marking.say([{ student, item: id, verdict, seen }]);
  };
  const compare = (student: StudentId) => {
    const before = together.peek();
    const without = before.filter((each) => each !== student);
    together.value = without.length < before.length ? without : [...before, student].slice(-COMPARED_MAX);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      if (together.peek().length > 0) together.value = [];
      else app.marking.closeWall();
      return;
    }
    const moved = event.key.startsWith("Arrow") ? neighbour(main.current, event.key) : null;
    if (moved !== null) {
      event.preventDefault();
      moved.focus();
      return;
    }
    const meaning = event.key.startsWith("Arrow") || item === undefined ? null : meaningOf(event, item);
    if (meaning?.kind !== "decide") return;
    event.preventDefault();
    decide(chosen.peek(), meaning.verdict);
  };
  usePageKeys(onKeyDown);
  if (item === undefined || figures === null) return null;
  return (
    <main id="content" tabIndex={-1} class="review wall" ref={main} data-testid="wall">
      <div class="review-head">
        <h2>
          {text.item(figures.number)} <span class="note">{text.pick(item.stem)}</span>
        </h2>
        <span class="note">{words.wallHint}</span>
        <button type="button" class="tool" data-testid="wall-back" onClick={app.marking.closeWall}>
          {words.back}
        </button>
      </div>
      {ink !== null && compared.length > 1 ? (
        <ul class="compared" data-testid="compared">
          {cells
            .filter((cell) => compared.includes(cell.student))
            .map((cell) => (
              <li key={cell.student} class="card">
                <b>{app.nameOf(cell.student)}</b>
                <InkPicture region={ink.region} strokes={cell.strokes} label={null} worksheet={worksheet} item={item} />
              </li>
            ))}
        </ul>
      ) : null}
      <div class="review-item">
        <ul class="tiles">
          {ink === null
            ? null
            : cells.map((cell) => (
                <li key={cell.student}>
                  <button
                    type="button"
                    data-tile={cell.student}
                    aria-pressed={compared.includes(cell.student)}
                    onFocus={() => {
                      chosen.value = cell.student;
                    }}
                    onClick={() => compare(cell.student)}
                  >
                    <InkPicture region={ink.region} strokes={cell.strokes} label={null} worksheet={worksheet} item={item} />
                    <Worth cell={cell} />
                  </button>
                </li>
              ))}
        </ul>
        <div class="waiting-side card">
          <p>
            <b>{current === null ? words.chooseTile : app.nameOf(current)}</b>
          </p>
          {current === null ? null : <DecisionBar item={item} decide={(verdict) => decide(current, verdict)} />}
        </div>
      </div>
    </main>
  );
}

/** Whose it is, and what it is worth now. */
function Worth({ cell: { student, item } }: { readonly cell: InkCell }) {
  const app = useApp();
  const cell = app.board.cell(student, item).value;
  const state = cell?.state ?? "not-started";
  return (
    <span class="worth" data-worth={student} data-state-of={state}>
      <StateMark state={state} />
      <span>{app.nameOf(student)}</span>
      <span class="visually-hidden">{app.text.value.state[state]}</span>
      {cell?.points == null ? null : <b>{formatNumber(app.language.value, cell.points, 2)}</b>}
    </span>
  );
}

/** The tile beside, above or below the one that has the focus; without one the first. */
function neighbour(main: HTMLElement | null, key: string): HTMLElement | null {
  const tiles = [...(main?.querySelectorAll<HTMLElement>("[data-tile]") ?? [])];
  const at = tiles.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return tiles[0] ?? null;
  const top = tiles[0]?.offsetTop;
  const columns = Math.max(1, tiles.filter((tile) => tile.offsetTop === top).length);
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key] ?? 0;
  return tiles[at + step] ?? null;
}
