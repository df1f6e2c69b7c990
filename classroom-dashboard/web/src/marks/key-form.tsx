// biome-ignore-all lint/a11y/useSemanticElements: a fieldset brings a frame and a minimum width of its own
import { type Item, type KeyPreview, type NumberKey, optionsOf } from "@penlight/proto";
import { useEffect, useState } from "preact/hooks";
import { formatAnswer, GLYPHS } from "../board/figures.ts";
import { labelOf } from "../board/option-labels.ts";
import { refusalTexts } from "../i18n/faults.ts";
import { formatNumber } from "../i18n/format.ts";
import { useApp } from "../state/app.ts";
import { type KeyChange, previewKeys, type Refused } from "./api.ts";
import { toggled } from "./decision-keys.ts";

/** What is written in the form is looked up this long after the last change, ms. */
const PREVIEW_AFTER_MS = 200;

/** What can be partly right, by kind. */
const CREDITS = {
  choices: ["all-or-nothing", "per-option", "half-if-subset"],
  number: ["none", "half-if-other-form"],
} as const;

/** What of an item is corrected. */
type Draft = Required<Pick<KeyChange, "key" | "points" | "partialCredit">>;

function draftOf(item: Item): Draft {
  const partialCredit = "partialCredit" in item ? (item.partialCredit ?? null) : null;
  return { key: "key" in item ? item.key : null, points: item.points, partialCredit };
}

/** Corrects the key, the points and what is partly right of one item: what would change is shown before it is done. SET-20. */
export function KeyForm({ item, done }: { readonly item: Item; readonly done: () => void }) {
  const app = useApp();
  const words = app.markWords.value;
  const [draft, setDraft] = useState<Draft>(draftOf(item));
  const change: KeyChange = { item: item.id, ...draft };
  const preview = usePreview(change, item);
  const apply = async () => {
    if (await app.marking.correct([change])) done();
  };
  return (
    <section class="key-form" data-testid="key-form">
      <h3>{words.correctKey}</h3>
      <KeyInput item={item} value={draft.key} change={(key) => setDraft({ ...draft, key })} />
      <Tolerance item={item} value={draft.key} change={(key) => setDraft({ ...draft, key })} />
      <Credit item={item} value={draft.partialCredit} change={(partialCredit) => setDraft({ ...draft, partialCredit })} />
      <label>
        <span>{words.pointsOfItem}</span>
        <input
          type="number"
          min="0"
          step="0.5"
          data-testid="key-points"
          value={draft.points}
          onInput={(event) => setDraft({ ...draft, points: event.currentTarget.valueAsNumber || 0 })}
        />
      </label>
      <div class="waiting-more">
        <button
          type="button"
          class="primary"
          data-testid="key-apply"
          disabled={preview === null || "refused" in preview}
          onClick={() => void apply()}
        >
          {words.apply}
        </button>
        <button type="button" class="tool" onClick={done}>
          {words.cancel}
        </button>
      </div>
      <Preview preview={preview} />
    </section>
  );
}

type Looked = KeyPreview | Refused | null;

/** Null: not known yet, or nothing is changed. */
function usePreview(change: KeyChange, item: Item): Looked {
  const app = useApp();
  const [looked, setLooked] = useState<{ readonly for: string; readonly preview: Looked } | null>(null);
  const asked = JSON.stringify(change);
  const isChanged = asked !== JSON.stringify({ item: item.id, ...draftOf(item) });
  const assignment = app.board.head.value?.assignment?.id;
  // Answers go on coming while the form is open.
  const revision = app.board.revision.value;
  useEffect(() => {
    if (!isChanged || assignment === undefined) return;
    let isOpen = true;
    const timer = setTimeout(async () => {
      const preview = await previewKeys(assignment, [JSON.parse(asked) as KeyChange]);
      if (isOpen) setLooked({ for: asked, preview });
    }, PREVIEW_AFTER_MS);
    return () => {
      isOpen = false;
      clearTimeout(timer);
    };
  }, [asked, isChanged, assignment, revision]);
  return isChanged && looked?.for === asked ? looked.preview : null;
}

function Preview({ preview }: { readonly preview: Looked }) {
  const app = useApp();
  const [text, words] = [app.text.value, app.markWords.value];
  if (preview === null) return <p class="quiet">{words.chooseKey}</p>;
  if ("refused" in preview) return <p role="alert">{refusalTexts(preview.refused, app.language.value).join("; ")}</p>;
  const points = (value: number | null) => (value === null ? "–" : formatNumber(app.language.value, value, 2));
  return (
    <div data-testid="key-preview" data-cells={preview.cells.length}>
      <p role="status">{words.changes(preview.cells.length)}</p>
      <ul class="preview">
        {preview.cells.map(({ student, item, answer, from, to }) => (
          <li key={student} data-from={from.state} data-to={to.state}>
            <span class="who">{app.nameOf(student)}</span>
            <span>{formatAnswer(answer, text, (option) => labelOf(app.optionLabels.value, item, option)) ?? "–"}</span>
            <span>
              {GLYPHS[from.state]} {points(from.points)} → {GLYPHS[to.state]} {points(to.points)}
              <span class="visually-hidden">
                {text.state[from.state]} → {text.state[to.state]}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface KeyInputProps {
  readonly item: Item;
  readonly value: unknown;
  readonly change: (key: unknown) => void;
}

/** How far off a number may be. SCORE-6. */
function Tolerance({ item, value, change }: KeyInputProps) {
  const words = useApp().markWords.value;
  if (item.kind !== "number") return null;
  const { tolerance = "", ...rest } = value as NumberKey;
  const keyOf = (typed: string) => (typed === "" ? rest : { ...rest, tolerance: typed });
  return (
    <label>
      <span>{words.tolerance}</span>
      <input
        data-testid="key-tolerance"
        inputMode="decimal"
        value={tolerance}
        onInput={(event) => change(keyOf(event.currentTarget.value.trim()))}
      />
    </label>
  );
}

interface CreditProps {
  readonly item: Item;
  readonly value: string | null | undefined;
  readonly change: (partialCredit: string | null) => void;
}

/** What is worth a part of the points. SCORE-2 to SCORE-4, SCORE-7. */
function Credit({ item, value, change }: CreditProps) {
  const words = useApp().markWords.value;
  const choices = CREDITS[item.kind as keyof typeof CREDITS];
  if (choices === undefined) return null;
  return (
    <label>
      <span>{words.partialCredit}</span>
      <select
        data-testid="key-credit"
        value={value ?? "none"}
        onChange={({ currentTarget }) => change(currentTarget.value === "none" ? null : currentTarget.value)}
      >
        {choices.map((credit) => (
          <option key={credit} value={credit}>
            {words.credit[credit]}
          </option>
        ))}
      </select>
    </label>
  );
}

function KeyInput({ item, value, change }: KeyInputProps) {
  const app = useApp();
  const words = app.markWords.value;
  if (item.kind === "number" || item.kind === "letters") {
    const shown = item.kind === "number" ? (value as typeof item.key).value : (value as typeof item.key).join(" ");
    const keyOf = (typed: string) =>
      item.kind === "number" ? { ...(value as NumberKey), value: typed } : typed.split(/[\s,，、]+/).filter(Boolean);
    return (
      <label>
        <span>{words.newKey}</span>
        <input data-testid="key-text" value={shown} onInput={(event) => change(keyOf(event.currentTarget.value.trim()))} />
      </label>
    );
  }
  const { trueFalse } = app.text.value;
  const isChosen = (id: string) => (Array.isArray(value) ? value.includes(id) : String(value) === id);
  const keyOf = (id: string): unknown => {
    if (item.kind === "choices") return toggled(value as readonly string[], id);
    return item.kind === "true-false" ? id === "true" : id;
  };
  return (
    <div class="decide-row" role="group" aria-label={words.newKey}>
      {optionsOf(item).map(({ id }) => (
        <button type="button" key={id} data-key-option={id} aria-pressed={isChosen(id)} onClick={() => change(keyOf(id))}>
          {item.kind !== "true-false"
            ? labelOf(app.optionLabels.value, item.id, id)
            : id === "true"
              ? trueFalse.true
              : trueFalse.false}
        </button>
      ))}
    </div>
  );
}
