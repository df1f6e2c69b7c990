import type { ClassPens, HeldPen, PenId, StudentId } from "@penlight/proto";
import { useMemo, useState } from "preact/hooks";
import { Notice } from "../notices.tsx";
import { useApp } from "../state/app.ts";
import { usePolled } from "../state/poll.ts";
import { longPen, shortPen } from "./answers.ts";
import { CsvUpload } from "./csv-upload.tsx";
import { MarkMode } from "./mark-mode.tsx";
import { Password } from "./password.tsx";
import { createPenDesk, type PenDesk } from "./pen-desk.ts";
import { Faults, Questions } from "./questions.tsx";

const POLL_MS = 1500;
/** A lesson, and what is left of most school days, ms. */
const LOANS_MS = { lesson: 45 * 60_000, day: 8 * 3_600_000 } as const;
type Term = "good" | keyof typeof LOANS_MS;

/** One screen for a class: which pen is whose, by choosing, by marks on the printed list, or by a file. REG-2 to REG-5. */
export function PensPage() {
  const app = useApp();
  const schoolClass = app.board.head.value?.assignment?.class ?? null;
  const path = schoolClass === null ? null : `/api/v1/classes/${encodeURIComponent(schoolClass)}/pens`;
  const { value: pens, again } = usePolled<ClassPens>(path, POLL_MS);
  const desk = useMemo(() => createPenDesk(() => void again()), [again]);
  const [term, setTerm] = useState<Term>("good");
  const words = app.pages.value.pens;
  if (schoolClass === null) return <Notice name="no-class" title={words.noClass} hint={words.noClassHint} />;
  if (pens === null) return <Notice name="loading" title={app.text.value.loading} hint="" />;
  const untilMs = term === "good" ? {} : { untilMs: Math.round(pens.nowMs + LOANS_MS[term]) };
  const give = (pen: PenId, student: StudentId | null) => void desk.give([{ pen, student, ...(student !== null && untilMs) }]);
  return (
    <main id="content" tabIndex={-1} class="room pens-page" data-testid="pens-page">
      <section class="card pupils" aria-labelledby="pens-title">
        <div class="panel-head">
          <h2 id="pens-title">{words.title}</h2>
          <span class="note">{countWords(pens, words.count)}</span>
          <Terms term={term} choose={setTerm} />
        </div>
        <Pupils pens={pens} give={give} />
      </section>
      <Side pens={pens} desk={desk} />
    </main>
  );
}

function countWords({ students }: ClassPens, count: (withPen: number, all: number) => string): string {
  return count(students.filter((each) => each.pens.length > 0).length, students.length);
}

function Terms({ term, choose }: { term: Term; choose: (term: Term) => void }) {
  const words = useApp().pages.value.pens;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame of its own
    <div class="choice" role="group" aria-label={words.termLabel} data-testid="term">
      {(["good", "lesson", "day"] as const).map((each) => (
        <button type="button" key={each} data-value={each} aria-pressed={term === each} onClick={() => choose(each)}>
          {words.term[each]}
        </button>
      ))}
    </div>
  );
}

interface PupilsProps {
  readonly pens: ClassPens;
  readonly give: (pen: PenId, student: StudentId | null) => void;
}

function Pupils({ pens, give }: PupilsProps) {
  const app = useApp();
  const words = app.pages.value.pens;
  return (
    <ul class="pupil-list">
      {pens.students.map(({ student, name, seat, pens: held }) => {
        const shown = app.hideNames.value ? app.text.value.seat(seat) : app.text.value.pick(name);
        return (
          <li key={student} class="pupil" data-student={student} data-pens={held.length}>
            <span class="seat">{seat}</span>
            <span class="who" title={shown}>
              {shown}
            </span>
            <span class="held">
              {held.map((pen) => (
                <HeldChip key={pen.pen} pen={pen} name={shown} back={() => give(pen.pen, null)} nowMs={pens.nowMs} />
              ))}
            </span>
            <select
              aria-label={words.choose(shown)}
              value=""
              data-testid="choose-pen"
              onChange={(event) => {
                const pen = event.currentTarget.value;
                event.currentTarget.value = "";
                if (pen !== "") give(pen as PenId, student);
              }}
            >
              <option value="">{held.length === 0 ? words.noPen : words.another}</option>
              <PenOptions pens={pens} except={student} />
            </select>
          </li>
        );
      })}
    </ul>
  );
}

function PenOptions({ pens, except }: { pens: ClassPens; except: StudentId }) {
  const app = useApp();
  const words = app.pages.value.pens;
  const others = pens.students.filter(({ student, pens: held }) => student !== except && held.length > 0);
  return (
    <>
      <optgroup label={words.free}>
        {pens.free.map(({ pen, signalDbm }) => (
          <option key={pen} value={pen}>
            {shortPen(pen)}
            {signalDbm === null ? "" : ` (${signalDbm} dBm)`}
          </option>
        ))}
      </optgroup>
      <optgroup label={words.others}>
        {others.flatMap(({ name, seat, pens: held }) =>
          held.map(({ pen }) => (
            <option key={pen} value={pen}>
              {shortPen(pen)} {app.hideNames.value ? app.text.value.seat(seat) : app.text.value.pick(name)}
            </option>
          )),
        )}
      </optgroup>
    </>
  );
}

interface HeldChipProps {
  readonly pen: HeldPen;
  readonly name: string;
  readonly back: () => void;
  readonly nowMs: number;
}

function HeldChip({ pen, name, back, nowMs }: HeldChipProps) {
  const app = useApp();
  const words = app.pages.value.pens;
  const minutes = pen.lentUntilMs === null ? null : Math.max(1, Math.ceil((pen.lentUntilMs - nowMs) / 60_000));
  return (
    <span class="chip" data-pen-id={pen.pen} data-lent={minutes === null ? undefined : "yes"} title={longPen(pen.pen)}>
      <span class="pen" data-pen={pen.link ?? "lost"} aria-hidden="true" />
      {shortPen(pen.pen)}
      {minutes === null ? null : <small>{words.lentFor(minutes)}</small>}
      <button
        type="button"
        class="chip-back"
        aria-label={words.takeBack(shortPen(pen.pen), name)}
        title={words.takeBack(shortPen(pen.pen), name)}
        onClick={back}
      >
        ×
      </button>
    </span>
  );
}

function Side({ pens, desk }: { pens: ClassPens; desk: PenDesk }) {
  const app = useApp();
  const words = app.pages.value.pens;
  const given = desk.given.value;
  const nameOf = (student: StudentId) => {
    const found = pens.students.find((each) => each.student === student);
    if (found === undefined) return student;
    return app.hideNames.value ? app.text.value.seat(found.seat) : app.text.value.pick(found.name);
  };
  return (
    <aside class="panel card pens-side" aria-label={words.side}>
      <div class="panel-body">
        <Questions desk={desk} nameOf={nameOf} />
        <Faults desk={desk} />
        <p class="visually-hidden" role="status" data-testid="given">
          {given === null ? "" : words.given(given)}
        </p>
        <MarkMode pens={pens} desk={desk} nameOf={nameOf} />
        <CsvUpload schoolClass={pens.class} desk={desk} />
        <Password pens={pens} />
        <Free pens={pens} />
      </div>
    </aside>
  );
}

function Free({ pens }: { pens: ClassPens }) {
  const words = useApp().pages.value.pens;
  return (
    <section>
      <h3>{words.free}</h3>
      {pens.free.length === 0 ? <p class="quiet">{words.noFree}</p> : null}
      <ul class="free-pens">
        {pens.free.map(({ pen, isRegistered, signalDbm, room }) => (
          <li key={pen} data-free-pen={pen}>
            <b>{longPen(pen)}</b>
            <small>
              {isRegistered ? words.ofSchool : words.notOurs}
              {room === null ? "" : ` · ${room}`}
              {signalDbm === null ? "" : ` · ${signalDbm} dBm`}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
