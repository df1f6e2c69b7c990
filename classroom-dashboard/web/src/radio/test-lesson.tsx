import type { RoomRadio, TestOutcome } from "@penlight/proto";
import { shortPen } from "../pens/answers.ts";
import { useApp } from "../state/app.ts";

interface TestLessonProps {
  readonly radio: RoomRadio;
  readonly isRunning: boolean;
  readonly start: () => void;
  readonly stop: () => void;
}

/** "Everybody draws a line": who is missing, and why. REG-7. */
export function TestLesson({ radio, isRunning, start, stop }: TestLessonProps) {
  const app = useApp();
  const words = app.pages.value.radio;
  const results = isRunning ? (radio.test ?? []) : [];
  const drawn = results.filter(({ outcome }) => outcome === "drawn" || outcome === "with-losses").length;
  return (
    <aside class="panel card test-lesson" aria-labelledby="test-title" data-testid="test-lesson">
      <div class="panel-head">
        <h2 id="test-title">{words.test}</h2>
        <button
          type="button"
          class="tool"
          data-testid="test-toggle"
          aria-pressed={isRunning}
          onClick={isRunning ? stop : start}
        >
          {isRunning ? words.testStop : words.testStart}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <div class="panel-body" tabIndex={0}>
        <p class="quiet">{words.testHint}</p>
        {isRunning ? (
          <p role="status" class="test-sum" data-testid="test-sum" data-drawn={drawn}>
            <b>{words.testSum(drawn, results.length)}</b>
          </p>
        ) : null}
        <ul class="results">
          {results.map(({ student, name, seat, outcome, pen, dots, lostDots }) => (
            <li key={student} data-result={student} data-outcome={outcome}>
              <span class="glyph" aria-hidden="true">
                {GLYPHS[outcome]}
              </span>
              <span class="who">{app.hideNames.value ? app.text.value.seat(seat) : app.text.value.pick(name)}</span>
              <span class="why" title={pen === null ? undefined : shortPen(pen)}>
                {words.outcome[outcome](dots, lostDots)}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </aside>
  );
}

const GLYPHS: Readonly<Record<TestOutcome, string>> = {
  "no-pen": "✗",
  "not-connected": "⌁",
  nothing: "…",
  "with-losses": "◐",
  drawn: "✓",
};
