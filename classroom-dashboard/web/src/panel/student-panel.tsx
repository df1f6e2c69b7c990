// biome-ignore-all lint/a11y/useSemanticElements: a fieldset brings a frame and a minimum width of its own
import type { BoardStudent, ItemId, StudentId } from "@penlight/proto";
import { formatAnswer, GLYPHS } from "../board/figures.ts";
import { labelOf } from "../board/option-labels.ts";
import { LossMark, lossWords, PenDot, usePenMark } from "../board/pen-badge.tsx";
import { formatNumber, formatPercent } from "../i18n/format.ts";
import { MarkBar } from "../marks/mark-bar.tsx";
import { Sheet } from "../page/sheet.tsx";
import { pageOfItem } from "../page/sheet-layout.ts";
import { useApp } from "../state/app.ts";
import { PanelFrame } from "./panel-frame.tsx";

interface StudentPanelProps {
  readonly student: StudentId;
  readonly item: ItemId | null;
  readonly page: number;
}

/** One student's page as it is being written. */
export function StudentPanel({ student, item, page }: StudentPanelProps) {
  const app = useApp();
  const figures = app.board.student(student).value;
  if (figures === null) return null;
  const name = app.nameOf(student);
  const text = app.text.value;
  return (
    <PanelFrame
      kind="student"
      label={text.studentPanel}
      subject={student}
      title={<span title={name}>{name}</span>}
      note={app.hideNames.value ? null : <span class="note">{text.seat(figures.seat)}</span>}
    >
      <div class="panel-body student">
        <PenFacts student={figures} />
        <ItemStrip student={student} item={item} name={name} />
        <Chosen student={student} item={item} />
        <MarkBar student={student} item={item} />
        <Pages page={page} />
        <Sheet student={student} name={name} page={page} item={item ?? writingItem(app, student)} />
      </div>
    </PanelFrame>
  );
}

function writingItem(app: ReturnType<typeof useApp>, student: StudentId): ItemId | null {
  return app.board.itemIds.value.find((item) => app.board.cell(student, item).value?.state === "writing") ?? null;
}

function PenFacts({ student }: { student: BoardStudent }) {
  const app = useApp();
  const text = app.text.value;
  app.second.value;
  const mark = usePenMark(student);
  const { pen } = student;
  const idleMs = app.connection.dataMs() - student.lastInkMs;
  const ink = student.lastInkMs === 0 ? text.noInk : idleMs < 1500 ? text.writingNow : text.lastInk(text.ago(idleMs));
  return (
    <p class="pen-facts" data-testid="pen-facts" data-pen={mark}>
      <span>
        <PenDot mark={mark} /> {text.pen[mark]}
      </span>
      {pen?.batteryPercent == null ? null : (
        <span>
          {text.battery(formatPercent(app.language.value, pen.batteryPercent / 100))}
          {pen.charging ? ` · ${text.charging}` : ""}
        </span>
      )}
      {(pen?.troubles ?? []).map((each) => (
        <span key={each} class="loss-words" data-testid="pen-trouble">
          {text.trouble[each]}
        </span>
      ))}
      <span class={student.idle ? "idle" : undefined}>{ink}</span>
      {(pen?.recoveredStrokes ?? 0) === 0 ? null : (
        <span class="recovered" data-testid="recovered">
          {app.pages.value.recovered(formatNumber(app.language.value, pen?.recoveredStrokes ?? 0))}
        </span>
      )}
      {lossWords(student, app).map((words) => (
        <span key={words} class="loss-words" data-testid="loss-words" title={text.inkLostHint}>
          <LossMark gaps={student.gaps} /> {words}
        </span>
      ))}
    </p>
  );
}

/** The student's row once more, large enough to touch; an item shows where it is on the page. */
function ItemStrip({ student, item, name }: { student: StudentId; item: ItemId | null; name: string }) {
  const app = useApp();
  const text = app.text.value;
  return (
    <div class="strip" role="group" aria-label={text.itemsOf(name)}>
      {app.board.itemIds.value.map((each) => {
        const { state = "not-started", late } = app.board.cell(student, each).value ?? {};
        const number = app.board.item(each).value?.number ?? "";
        const words = [text.state[state], ...(late === undefined ? [] : [text.late[late]])].join(text.listSeparator);
        return (
          <button
            type="button"
            key={each}
            class="cell"
            data-state={state}
            data-late={late}
            data-strip={each}
            aria-pressed={each === item}
            aria-label={`${text.item(number)}${text.listSeparator}${words}`}
            title={`${text.item(number)} · ${words}`}
            onClick={() => app.openStudent(student, each)}
          >
            <small>{number}</small>
            <span aria-hidden="true">{GLYPHS[state]}</span>
          </button>
        );
      })}
    </div>
  );
}

function Pages({ page }: { page: number }) {
  const app = useApp();
  const text = app.text.value;
  const pages = app.board.worksheet.value?.pages ?? [];
  if (pages.length < 2) return null;
  return (
    <div class="choice pages" role="group" aria-label={text.pages} data-testid="pages">
      {pages.map((_, index) => (
        <button type="button" key={index} aria-pressed={index === page} onClick={() => app.showPage(index)}>
          {text.page(index + 1)}
        </button>
      ))}
    </div>
  );
}

/** What was read in the chosen item, beside its key. */
function Chosen({ student, item }: { student: StudentId; item: ItemId | null }) {
  const app = useApp();
  const text = app.text.value;
  const figures = item === null ? null : app.board.item(item).value;
  if (item === null || figures === null) return null;
  const cell = app.board.cell(student, item).value;
  const label = (option: string) => labelOf(app.optionLabels.value, item, option);
  const answer = formatAnswer(cell?.answer ?? null, text, label);
  const worksheet = app.board.worksheet.value;
  return (
    <p class="chosen" data-testid="chosen-item" data-page={worksheet === null ? 0 : pageOfItem(worksheet, item)}>
      <b>{text.item(figures.number)}</b>
      <span>{text.state[cell?.state ?? "not-started"]}</span>
      <span>{answer === null ? text.noAnswer : text.answered(answer)}</span>
      {cell?.late === undefined ? null : <span data-testid="late-words">{text.late[cell.late]}</span>}
      <span>{text.keyIs(formatAnswer(figures.key, text, label) ?? "–")}</span>
    </p>
  );
}
