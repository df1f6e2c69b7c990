import type { BoardItem, BoardStudent } from "@penlight/proto";
import { useConcerns } from "../alerts.tsx";
import { classTotals, isMissed, rightShare } from "../board/figures.ts";
import { byMissed } from "../board/order.ts";
import { HandMark, LossMark, PenDot } from "../board/pen-badge.tsx";
import { formatPercent } from "../i18n/format.ts";
import { useApp } from "../state/app.ts";

const MISSED_SHOWN_MAX = 6;
const ATTENTION_SHOWN_MAX = 8;

/** The class at a glance, while nothing is open. Follows once a second: it is read, not watched. */
export function SummaryPanel() {
  const app = useApp();
  app.second.value;
  const text = app.text.value;
  const items = app.board.itemIds.value.flatMap((id) => app.board.item(id).peek() ?? []);
  const students = app.board.studentIds.value.flatMap((id) => app.board.student(id).peek() ?? []);
  return (
    <aside class="panel card summary" aria-label={text.summaryPanel} data-testid="summary">
      <div class="panel-head">
        <h2>{text.summary}</h2>
      </div>
      <div class="panel-body">
        <Progress items={items} students={students} />
        <Missed items={items} />
        <Attention students={students} />
      </div>
    </aside>
  );
}

function Progress({ items, students }: { items: readonly BoardItem[]; students: readonly BoardStudent[] }) {
  const app = useApp();
  const text = app.text.value;
  const { right, judged, cells, finished } = classTotals(items, students);
  const part = (count: number) => ({ width: `${cells === 0 ? 0 : (count / cells) * 100}%` });
  return (
    <section class="progress">
      <div class="share">
        <b class="big">{judged === 0 ? "–" : formatPercent(app.language.value, right / judged)}</b>
        <div>
          <span class="fraction">
            {right} / {judged}
          </span>
          <small>{text.classTotal}</small>
        </div>
        <div>
          <span class="fraction">{formatPercent(app.language.value, cells === 0 ? 0 : judged / cells)}</span>
          <small>{text.judgedShare}</small>
        </div>
      </div>
      <div class="meter" aria-hidden="true">
        <span class="meter-right" style={part(right)} />
        <span class="meter-missed" style={part(judged - right)} />
      </div>
      <small>{text.finished(finished, students.length)}</small>
    </section>
  );
}

function Missed({ items }: { items: readonly BoardItem[] }) {
  const app = useApp();
  const text = app.text.value;
  const byId = new Map(items.map((item) => [item.item, item]));
  const missed = byMissed(items)
    .flatMap((id) => byId.get(id) ?? [])
    .filter((item) => item.judged > item.right)
    .slice(0, MISSED_SHOWN_MAX);
  return (
    <section>
      <h3>{text.mostMissed}</h3>
      {missed.length === 0 ? <p class="quiet">{text.mostMissedNone}</p> : null}
      <ul class="missed">
        {missed.map((item) => (
          <li key={item.item}>
            <button
              type="button"
              data-missed-item={item.item}
              data-missed={isMissed(item) ? "yes" : undefined}
              onClick={(event) => {
                app.rememberOpener(event.currentTarget, event.detail === 0);
                app.openItem(item.item);
              }}
            >
              <b>{item.number}</b>
              <span class="stem-line">{text.pick(item.stem)}</span>
              <span class="count">
                {formatPercent(app.language.value, rightShare(item) ?? 0)}{" "}
                <small>{text.rightOf(item.right, item.judged)}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Attention({ students }: { students: readonly BoardStudent[] }) {
  const app = useApp();
  const text = app.text.value;
  const found = useConcerns(app, students).slice(0, ATTENTION_SHOWN_MAX);
  return (
    <section>
      <h3>{text.attention}</h3>
      {found.length === 0 ? <p class="quiet">{text.attentionNone}</p> : null}
      <ul class="people wide">
        {found.map(({ student, mark, kind, words }) => (
          <li key={student.student}>
            <button
              type="button"
              data-attention={student.student}
              onClick={(event) => {
                app.rememberOpener(event.currentTarget, event.detail === 0);
                app.openStudent(student.student, null);
              }}
            >
              {kind === "help" ? <HandMark hand="help" /> : null}
              {kind === "loss" ? <LossMark gaps={student.gaps} /> : <PenDot mark={mark} />}
              <span class="who">{app.nameOf(student.student)}</span>
              <span class="why">{words}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
