import type { CellState } from "@penlight/proto";
import { useApp } from "../state/app.ts";
import { GLYPHS } from "./figures.ts";

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

export function StateMark({ state }: { state: CellState }) {
  return (
    <span class="cell mark" data-legend={state} data-state={state} aria-hidden="true">
      {GLYPHS[state]}
    </span>
  );
}

export function Legend() {
  const { text } = useApp();
  return (
    <footer class="legend">
      <h2 class="visually-hidden">{text.value.legend}</h2>
      <ul>
        {LEGEND.map((state) => (
          <li key={state}>
            <StateMark state={state} />
            {text.value.state[state]}
          </li>
        ))}
      </ul>
    </footer>
  );
}
