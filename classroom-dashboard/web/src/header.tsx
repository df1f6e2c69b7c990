// biome-ignore-all lint/a11y/useSemanticElements: a fieldset cannot be laid out in one line everywhere
import { formatClock, formatDuration } from "./i18n/format.ts";
import { otherLanguage } from "./i18n/language.ts";
import { AGE_SHOWN_MS } from "./live/data-clock.ts";
import { useApp } from "./state/app.ts";
import { addressOf } from "./state/view.ts";

export function Header() {
  const app = useApp();
  const text = app.text.value;
  const head = app.board.head.value;
  return (
    <header class="top">
      <h1 class="title">
        {head === null ? (
          text.product
        ) : (
          <>
            <span class="class-name" title={text.pick(head.assignment?.className ?? head.roomName)}>
              {text.pick(head.assignment?.className ?? head.roomName)}
            </span>
            {head.assignment === null ? null : (
              <span class="worksheet-title" title={text.pick(head.assignment.title)}>
                {text.pick(head.assignment.title)}
              </span>
            )}
          </>
        )}
      </h1>
      {head === null ? null : <Facts />}
      {head === null ? null : <Views room={head.room} />}
      {head === null || app.view !== "board" ? null : <Controls />}
      <button
        type="button"
        class="tool"
        data-testid="language"
        lang={otherLanguage(app.language.value)}
        aria-label={text.switchLanguage}
        onClick={() => app.setLanguage(otherLanguage(app.language.value))}
      >
        {text.otherLanguage}
      </button>
    </header>
  );
}

/** What the teacher reads at a glance: is it live, how many pens, how long. */
function Facts() {
  const app = useApp();
  return (
    <div class="facts">
      <LiveState />
      <PenCount />
      {app.board.head.value?.assignment === null ? null : <Elapsed />}
    </div>
  );
}

/** The pages of this room. */
function Views({ room }: { room: string }) {
  const app = useApp();
  const words = app.pages.value.views;
  return (
    <nav class="views" aria-label={words.label}>
      {(["board", "pens", "radio"] as const)
        .filter((view) => view !== "board" || app.view !== "board")
        .map((view) => (
          <a key={view} href={addressOf(view, room)} data-view={view} aria-current={app.view === view ? "page" : undefined}>
            {words[view]}
          </a>
        ))}
    </nav>
  );
}

type LiveKind = "live" | "old" | "no-data" | "connecting" | "reconnecting";

function LiveState() {
  const app = useApp();
  const text = app.text.value;
  const standing = app.connection.standing.value;
  app.tick.value;
  const ageMs = app.connection.ageMs();
  const kind = liveKind(standing.kind === "room" ? standing.phase.kind : "connecting", ageMs);
  const age = ageMs === null ? "" : formatDuration(app.language.value, ageMs);
  const words: Readonly<Record<LiveKind, string>> = {
    live: text.live,
    old: text.dataAge(age),
    "no-data": text.noDataYet,
    connecting: text.connecting,
    reconnecting: text.reconnecting,
  };
  return (
    <span
      class="fact live"
      data-testid="live-state"
      data-live={kind}
      title={kind === "reconnecting" ? text.reconnectingHint : undefined}
    >
      <span class="live-mark" aria-hidden="true" />
      <span data-testid="data-age" data-age-ms={ageMs === null ? undefined : String(Math.round(ageMs))}>
        {words[kind]}
        {kind === "reconnecting" && ageMs !== null && ageMs > AGE_SHOWN_MS ? ` · ${text.dataAge(age)}` : ""}
      </span>
    </span>
  );
}

function liveKind(phase: "connecting" | "open" | "reconnecting", ageMs: number | null): LiveKind {
  if (phase !== "open") return phase;
  if (ageMs === null) return "no-data";
  return ageMs > AGE_SHOWN_MS ? "old" : "live";
}

function PenCount() {
  const app = useApp();
  const text = app.text.value;
  app.second.value;
  const pens = app.board.studentIds.value.flatMap((id) => app.board.student(id).peek()?.pen ?? []);
  const connected = pens.filter((pen) => pen.link === "connected").length;
  return (
    <span class="fact" title={text.pensHint} data-testid="pen-count">
      {text.pens(connected, pens.length)}
    </span>
  );
}

function Elapsed() {
  const app = useApp();
  const text = app.text.value;
  app.second.value;
  const assignment = app.board.head.value?.assignment;
  const nowMs = app.connection.dataMs();
  if (assignment === null || assignment === undefined || nowMs === 0) return null;
  const isClosed = assignment.closesMs !== null && nowMs >= assignment.closesMs;
  const ranMs = (isClosed ? (assignment.closesMs ?? nowMs) : nowMs) - assignment.opensMs;
  return (
    <span class="fact elapsed" data-testid="elapsed">
      {isClosed ? text.closedAfter(formatClock(ranMs)) : text.running(formatClock(ranMs))}
    </span>
  );
}

function Controls() {
  const app = useApp();
  const text = app.text.value;
  const { studentOrder, itemOrder, chooseStudents, chooseItems } = app.orders;
  return (
    <div class="controls">
      <Choice
        label={text.studentsLabel}
        testId="order-students"
        chosen={studentOrder.value}
        options={[
          { value: "seat", words: text.bySeat, hint: "" },
          { value: "need", words: text.byNeed, hint: `${text.byNeedHint}\n${text.orderHeld}` },
        ]}
        choose={chooseStudents}
      />
      <Choice
        label={text.itemsLabel}
        testId="order-items"
        chosen={itemOrder.value}
        options={[
          { value: "number", words: text.byNumber, hint: "" },
          { value: "missed", words: text.byMissed, hint: `${text.byMissedHint}\n${text.orderHeld}` },
        ]}
        choose={chooseItems}
      />
      <button type="button" class="tool" data-testid="hide-names" aria-pressed={app.hideNames.value} onClick={app.toggleNames}>
        {text.hideNames}
      </button>
      <button
        type="button"
        class="tool roomy-tool"
        data-testid="roomy"
        title={text.roomyHint}
        aria-pressed={app.roomy.value}
        onClick={app.toggleRoomy}
      >
        {text.roomy}
      </button>
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly testId: string;
  readonly chosen: Value;
  readonly options: readonly { readonly value: Value; readonly words: string; readonly hint: string }[];
  readonly choose: (value: Value) => void;
}

function Choice<Value extends string>({ label, testId, chosen, options, choose }: ChoiceProps<Value>) {
  return (
    <div class="choice" role="group" aria-label={label} data-testid={testId}>
      {options.map(({ value, words, hint }) => (
        <button
          type="button"
          key={value}
          data-value={value}
          aria-pressed={chosen === value}
          title={hint === "" ? label : hint}
          onClick={() => choose(value)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}
