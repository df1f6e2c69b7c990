import type { CellLate, CellState } from "@penlight/proto";
import { useApp } from "../state/app.ts";
import { GLYPHS } from "./figures.ts";
import { LossSign, PenDot } from "./pen-badge.tsx";
import type { PenMark } from "./pen-mark.ts";

const LEGEND: readonly CellState[] = [
  "right",
  "partial",
  "wrong",
  "unsure",
  "writing",
  "withdrawn",
  "blank",
  "not-started",
  "no-signal",
];

/** Both signs together need no entry of their own. */
const LEGEND_LATES = ["arrived", "written"] as const satisfies readonly CellLate[];

/** Pens that need somebody; a full dot needs nobody and no explanation. */
const LEGEND_PENS: readonly PenMark[] = ["weak", "lost", "off"];

export function StateMark({ state }: { state: CellState }) {
  return (
    <span class="cell mark" data-legend={state} data-state={state} aria-hidden="true">
      {GLYPHS[state]}
    </span>
  );
}

/** Before the end nothing can be late. */
function LateEntries() {
  const app = useApp();
  const closesMs = app.board.head.value?.assignment?.closesMs ?? null;
  if (closesMs === null) return null;
  app.second.value;
  if (app.connection.dataMs() < closesMs) return null;
  return (
    <>
      {LEGEND_LATES.map((late) => (
        <li key={late}>
          <span class="cell mark" data-state="not-started" data-late={late} data-legend={late} aria-hidden="true" />
          {app.text.value.lateMark[late]}
        </li>
      ))}
    </>
  );
}

export function Legend() {
  const { text } = useApp();
  return (
    <>
      <ul class="legend" aria-label={text.value.legend} data-testid="legend">
        {LEGEND.map((state) => (
          <li key={state}>
            <StateMark state={state} />
            {text.value.state[state]}
          </li>
        ))}
        <LateEntries />
      </ul>
      <ul class="legend" aria-label={text.value.legendPens}>
        {LEGEND_PENS.map((mark) => (
          <li key={mark}>
            <PenDot mark={mark} />
            {text.value.pen[mark]}
          </li>
        ))}
        <li>
          <LossSign />
          {text.value.lossMark}
        </li>
        <li>
          <span class="battery" aria-hidden="true" />
          {text.value.batteryLow}
        </li>
      </ul>
    </>
  );
}
