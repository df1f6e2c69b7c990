import { type BoardItem, compareNumber, type ItemId, optionsOf } from "@penlight/proto";
import { formatAnswer, formatInterval, INTERVAL_BELOW_JUDGED, isMissed, rightShare, stateCounts } from "../board/figures.ts";
import { StateMark } from "../board/legend.tsx";
import { labelOf, type OptionLabels } from "../board/option-labels.ts";
import { formatNumber, formatPercent } from "../i18n/format.ts";
import { ItemExtras } from "../marks/item-extras.tsx";
import { useApp } from "../state/app.ts";
import { PanelFrame } from "./panel-frame.tsx";

export function ItemPanel({ item }: { item: ItemId }) {
  const app = useApp();
  const figures = app.board.item(item).value;
  return figures === null ? null : <ItemDetails item={figures} />;
}

function ItemDetails({ item }: { item: BoardItem }) {
  const app = useApp();
  const text = app.text.value;
  const answer = formatAnswer(item.key, text, (option) => labelOf(app.optionLabels.value, item.item, option));
  return (
    <PanelFrame
      kind="item"
      label={text.itemPanel}
      subject={item.item}
      title={text.item(item.number)}
      note={
        <span class="note">
          {text.kind[item.kind]} · {text.points(formatNumber(app.language.value, item.points, 1))}
        </span>
      }
    >
      <div class="panel-body">
        <p class="stem" data-testid="stem">
          {text.pick(item.stem)}
        </p>
        <Share item={item} />
        <Options item={item} keyWords={answer} />
        <States item={item} />
        <ItemExtras figures={item} />
        <NotRight item={item} />
      </div>
    </PanelFrame>
  );
}

function Share({ item }: { item: BoardItem }) {
  const app = useApp();
  const text = app.text.value;
  const share = rightShare(item);
  const mean = item.judged === 0 ? null : formatNumber(app.language.value, item.pointsSum / item.judged, 2);
  return (
    <div class="share" data-missed={isMissed(item) ? "yes" : undefined}>
      <b class="big">{share === null ? "–" : formatPercent(app.language.value, share)}</b>
      <div>
        <span class="fraction" title={text.rightOfJudged} data-testid="item-fraction">
          {item.right} / {item.judged} / {item.classSize}
        </span>
        <small>{text.rightOfJudged}</small>
      </div>
      <div>
        {item.judged > 0 && item.judged < INTERVAL_BELOW_JUDGED ? (
          <span title={text.wilsonHint} data-testid="wilson">
            {formatInterval(item.wilson)}%
          </span>
        ) : null}
        {mean === null ? null : <small>{text.meanPoints(mean, formatNumber(app.language.value, item.points, 1))}</small>}
      </div>
    </div>
  );
}

/** One bar an option; the key is marked by a tick and its colour, the share is of everybody who answered. */
function Options({ item, keyWords }: { item: BoardItem; keyWords: string | null }) {
  const app = useApp();
  const text = app.text.value;
  const worksheet = app.board.worksheet.value;
  const answered = item.judged;
  const most = Math.max(1, answered, ...item.options.map((each) => each.count));
  const asked = worksheet?.items.find((each) => each.id === item.item);
  if (asked?.kind === "open") return null;
  const textOf = (option: string) => asked && optionsOf(asked).find((each) => each.id === option)?.text;
  const isKey = (option: string) => {
    if (asked?.kind === "number") return compareNumber(asked.key, option) === "right";
    if (asked?.kind === "letters") return asked.key.includes(option);
    return Array.isArray(item.key) ? item.key.includes(option) : String(item.key) === option;
  };
  return (
    <section>
      <h3>
        {asked !== undefined && optionsOf(asked).length > 0 ? text.options : text.commonAnswers}
        {keyWords === null ? null : <span class="note">{text.keyIs(keyWords)}</span>}
      </h3>
      <ul class="options">
        {item.options.map(({ option, count }) => {
          const name = optionName(app.optionLabels.value, item, option, text.trueFalse);
          const printed = textOf(option);
          const words = printed === undefined || text.pick(printed) === name ? null : text.pick(printed);
          return (
            <li key={option} data-option={option} data-key={isKey(option) ? "yes" : undefined} data-count={count}>
              <b>
                {name}
                {isKey(option) ? (
                  <span class="key-mark" aria-label={text.key} role="img">
                    ✓
                  </span>
                ) : null}
              </b>
              <span class="option-bar">
                <span style={{ width: `${(count / most) * 100}%` }} />
                {words === null ? null : <em>{words}</em>}
              </span>
              <span class="count">
                {text.optionCount(count, formatPercent(app.language.value, answered === 0 ? 0 : count / answered))}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function optionName(
  labels: OptionLabels,
  item: BoardItem,
  option: string,
  trueFalse: { readonly true: string; readonly false: string },
): string {
  if (item.kind === "true-false") return option === "true" ? trueFalse.true : trueFalse.false;
  return labelOf(labels, item.item, option);
}

function States({ item }: { item: BoardItem }) {
  const text = useApp().text.value;
  return (
    <section>
      <h3>{text.states}</h3>
      <ul class="states">
        {stateCounts(item).map(([state, count]) => (
          <li key={state} data-state-count={state} data-empty={count === 0 ? "yes" : undefined}>
            <StateMark state={state} />
            <span>{text.state[state]}</span>
            <b>{count}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who to walk to: everybody whose answer to this item is not right, with what they answered. */
function NotRight({ item }: { item: BoardItem }) {
  const app = useApp();
  const text = app.text.value;
  const found = app.board.studentIds.value.flatMap((student) => {
    const cell = app.board.cell(student, item.item).value;
    return cell !== null && (cell.state === "wrong" || cell.state === "partial" || cell.state === "unsure") ? [cell] : [];
  });
  return (
    <section>
      <h3>
        {text.notRight}
        <span class="note">{found.length === 0 ? text.nobody : found.length}</span>
      </h3>
      <ul class="people">
        {found.map((cell) => (
          <li key={cell.student}>
            <button
              type="button"
              onClick={(event) => {
                app.rememberOpener(event.currentTarget, event.detail === 0);
                app.openStudent(cell.student, item.item);
              }}
            >
              <StateMark state={cell.state} />
              <span class="who">{app.nameOf(cell.student)}</span>
              <b>{formatAnswer(cell.answer, text, (option) => labelOf(app.optionLabels.value, item.item, option)) ?? "–"}</b>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
