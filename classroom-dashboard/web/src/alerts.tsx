import type { BoardDelays, BoardStudent } from "@penlight/proto";
import { type Concern, concernsOf, lostIn } from "./board/concerns.ts";
import { HandMark, LossMark, PenDot } from "./board/pen-badge.tsx";
import { formatBytes, formatDuration, formatNumber } from "./i18n/format.ts";
import { WrongAlert } from "./marks/item-extras.tsx";
import { QueueButton } from "./marks/queue-button.tsx";
import { type App, useApp } from "./state/app.ts";

/** So many at most: more is not read in the middle of a lesson. */
const ALERTS_MAX = 3;

/** Students worth a look, with the reason in words; the longest waiting first. */
export function useConcerns(app: App, students: readonly BoardStudent[]): (Concern & { readonly words: string })[] {
  const text = app.text.value;
  const nowMs = app.connection.dataMs();
  const words = ({ student, mark, kind, sinceMs }: Concern): string => {
    if (kind === "help") return text.hand.help;
    if (kind === "pen") return text.pen[mark];
    if (kind === "loss") return text.inkLostShort(formatNumber(app.language.value, lostIn(student.gaps)));
    if (kind === "recovered") {
      const strokes = app.board.recoveredOf(student.student)?.strokes ?? 0;
      return app.pages.value.recoveredShort(formatNumber(app.language.value, strokes));
    }
    return text.idleFor(formatDuration(app.language.value, nowMs - sinceMs));
  };
  const facts = {
    lostAtMs: ({ student }: BoardStudent) => app.board.lostAtMs(student),
    handOf: ({ student }: BoardStudent) => app.board.handOf(student),
    recoveredAtMs: ({ student }: BoardStudent) => app.board.recoveredOf(student)?.atMs ?? null,
  };
  return concernsOf(students, facts, nowMs).map((each) => ({ ...each, words: words(each) }));
}

/** Under the board: what is late, always; students worth a look while the panel that lists them is not there. */
export function Alerts() {
  const app = useApp();
  app.second.value;
  const late = lateWords(app, app.board.delays.value);
  const isListed = app.open.value.kind === "summary";
  const students = isListed ? [] : app.board.studentIds.value.flatMap((id) => app.board.student(id).peek() ?? []);
  const concerns = useConcerns(app, students).slice(0, ALERTS_MAX - late.length);
  return (
    <div class="alerts">
      <div role="status" class="late">
        {late.map(({ kind, words, hint }) => (
          <p key={kind} class="alert" data-testid={`late-${kind}`} title={hint}>
            {words}
          </p>
        ))}
      </div>
      <QueueButton />
      <WrongAlert />
      {concerns.map(({ student, kind, mark, words }) => (
        <button
          type="button"
          key={student.student}
          class="alert"
          data-alert={student.student}
          data-kind={kind}
          onClick={(event) => {
            app.rememberOpener(event.currentTarget, event.detail === 0);
            app.openStudent(student.student, null);
          }}
        >
          {kind === "help" ? <HandMark hand="help" /> : null}
          {kind === "loss" ? <LossMark gaps={student.gaps} /> : <PenDot mark={mark} />}
          <b>{app.nameOf(student.student)}</b> {words}
        </button>
      ))}
    </div>
  );
}

/** LIVE-14. Where the gateway had to give up ink it is not said that nothing is lost. */
function lateWords({ text: texts, language: { value: language } }: App, { delivery, history }: BoardDelays) {
  const text = texts.value;
  const late: { readonly kind: "delivery" | "history"; readonly words: string; readonly hint: string }[] = [];
  if (delivery !== null && delivery.ageMs > 0) {
    const age = formatDuration(language, delivery.ageMs);
    const size = formatBytes(language, delivery.bytes);
    const words = delivery.shedInk > 0 ? text.sendingGaveUp(age, size) : text.sendingDelayed(age, size);
    late.push({ kind: "delivery", words, hint: text.sendingHint(size, formatBytes(language, delivery.bytesMax)) });
  }
  if (history !== null) {
    const rows = formatNumber(language, history.rows);
    late.push({
      kind: "history",
      words: text.historyDelayed(formatDuration(language, history.ageMs)),
      hint: text.historyHint(rows),
    });
  }
  return late;
}
