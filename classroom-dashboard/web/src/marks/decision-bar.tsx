import { type Item, optionsOf, type Verdict } from "@penlight/proto";
import { GLYPHS } from "../board/figures.ts";
import { labelOf } from "../board/option-labels.ts";
import { formatNumber } from "../i18n/format.ts";
import { useApp } from "../state/app.ts";

/** Most buttons for points that are shown beside each other. */
const POINT_BUTTONS_MAX = 10;

interface DecisionBarProps {
  readonly item: Item;
  readonly decide: (verdict: Verdict) => void;
}

/** Right, wrong, half, and what can be said of this kind of item by one click. */
export function DecisionBar({ item, decide }: DecisionBarProps) {
  const words = useApp().markWords.value;
  return (
    <div class="decide">
      <button type="button" data-decide="right" onClick={() => decide({ kind: "right" })}>
        <span aria-hidden="true">{GLYPHS.right}</span> {words.right} <kbd>→</kbd>
      </button>
      <button type="button" data-decide="wrong" onClick={() => decide({ kind: "wrong" })}>
        <span aria-hidden="true">{GLYPHS.wrong}</span> {words.wrong} <kbd>←</kbd>
      </button>
      <button type="button" data-decide="half" onClick={() => decide({ kind: "points", points: item.points / 2 })}>
        <span aria-hidden="true">{GLYPHS.partial}</span> {words.half} <kbd>↓</kbd>
      </button>
      <Choices item={item} decide={decide} />
      <Points item={item} decide={decide} />
    </div>
  );
}

function Choices({ item, decide }: DecisionBarProps) {
  const app = useApp();
  const { trueFalse } = app.text.value;
  if (item.kind !== "choice" && item.kind !== "true-false") return null;
  return (
    <div class="decide-row">
      {optionsOf(item).map(({ id }) => {
        const isTrueFalse = item.kind === "true-false";
        const answer = isTrueFalse ? id === "true" : id;
        const name = isTrueFalse
          ? id === "true"
            ? trueFalse.true
            : trueFalse.false
          : labelOf(app.optionLabels.value, item.id, id);
        return (
          <button type="button" key={id} data-decide={`answer-${id}`} onClick={() => decide({ kind: "answer", answer })}>
            {name}
          </button>
        );
      })}
    </div>
  );
}

/** The lines of a rubric, or whole points. */
function Points({ item, decide }: DecisionBarProps) {
  const app = useApp();
  const words = app.markWords.value;
  if (item.kind !== "open") return null;
  const whole = Array.from({ length: Math.min(POINT_BUTTONS_MAX, Math.floor(item.points) + 1) }, (_, points) => points);
  const lines = item.rubric ?? whole.map((points) => ({ points, text: null }));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame of its own
    <div class="decide-points" role="group" aria-label={words.rubric}>
      {lines.map(({ points, text }, index) => (
        <button
          type="button"
          key={index}
          data-decide={`points-${points}`}
          aria-label={words.points(formatNumber(app.language.value, points, 1))}
          onClick={() => decide({ kind: "points", points })}
        >
          <b>{formatNumber(app.language.value, points, 1)}</b>
          {text === null ? null : <span>{app.text.value.pick(text)}</span>}
        </button>
      ))}
    </div>
  );
}
