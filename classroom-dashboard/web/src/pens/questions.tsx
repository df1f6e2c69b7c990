import type { PenQuestion, StudentId } from "@penlight/proto";
import { useEffect, useRef } from "preact/hooks";
import { refusalTexts } from "../i18n/faults.ts";
import { useApp } from "../state/app.ts";
import { type PenAnswer, shortPen } from "./answers.ts";
import type { PenDesk } from "./pen-desk.ts";

interface QuestionsProps {
  readonly desk: PenDesk;
  readonly nameOf: (student: StudentId) => string;
}

/** What only the teacher can decide: one question after the other; nothing is changed before. REG-2. */
export function Questions({ desk, nameOf }: QuestionsProps) {
  const words = useApp().pages.value.pens;
  const asked = desk.asked.value;
  const question = asked?.questions[0];
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (question !== undefined) heading.current?.focus();
  }, [question]);
  if (asked === null || question === undefined) return null;
  const answer = (given: PenAnswer) => () => void desk.answer(question, given);
  return (
    <section class="question" data-testid="question" data-kind={question.kind}>
      <h3 tabIndex={-1} ref={heading}>
        {textOf(question, nameOf, words)}
      </h3>
      {asked.questions.length > 1 ? <p class="quiet">{words.moreQuestions(asked.questions.length - 1)}</p> : null}
      <div class="answers">
        {question.kind === "two-pupils" ? (
          <button type="button" class="primary" data-answer="give" onClick={answer("give")}>
            {words.giveTo(nameOf(question.wanted))}
          </button>
        ) : (
          <>
            <button type="button" class="primary" data-answer="this" onClick={answer("this")}>
              {words.onlyThis(shortPen(question.wanted))}
            </button>
            <button type="button" class="tool" data-answer="both" onClick={answer("both")}>
              {words.keepBoth}
            </button>
          </>
        )}
        <button type="button" class="tool" data-answer="leave" onClick={answer("leave")}>
          {words.leave}
        </button>
      </div>
    </section>
  );
}

function textOf(
  question: PenQuestion,
  nameOf: QuestionsProps["nameOf"],
  words: ReturnType<typeof useApp>["pages"]["value"]["pens"],
): string {
  return question.kind === "two-pupils"
    ? words.twoPupils(shortPen(question.pen), nameOf(question.holder), nameOf(question.wanted))
    : words.twoPens(nameOf(question.student), question.pens.map(shortPen).join(", "), shortPen(question.wanted));
}

/** Everything that was wrong with the last change or list; nothing of it was done. REG-5. */
export function Faults({ desk }: { desk: PenDesk }) {
  const app = useApp();
  const words = app.pages.value.pens;
  const refusal = desk.refusal.value;
  if (refusal === null) return null;
  const lines = refusalTexts(refusal, app.language.value);
  return (
    <section class="faults" role="alert" data-testid="pen-faults">
      <h3>{words.faults(lines.length)}</h3>
      <ul>
        {lines.map((line, index) => (
          <li key={`${index} ${line}`}>
            <b>{words.at(refusal.faults[index]?.at ?? "")}</b> {line}
          </li>
        ))}
      </ul>
    </section>
  );
}
