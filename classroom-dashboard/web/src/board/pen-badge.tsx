import type { BoardGap, BoardStudent } from "@penlight/proto";
import { formatNumber, formatPercent } from "../i18n/format.ts";
import { type App, useApp } from "../state/app.ts";
import type { Hand } from "../state/board-signals.ts";
import { lostIn } from "./concerns.ts";
import { isBatteryLow, type PenMark, penMarkOf } from "./pen-mark.ts";

export function usePenMark(student: BoardStudent): PenMark {
  const { board, connection } = useApp();
  return penMarkOf(student.pen, board.lostAtMs(student.student), connection.dataMs());
}

/** A dot for the pen: shape and colour say the same. Decoration only; the words stand in the name's label. */
export function PenDot({ mark }: { mark: PenMark }) {
  return <span class="pen" data-pen={mark} aria-hidden="true" />;
}

export function LowBattery({ student }: { student: BoardStudent }) {
  const { language, text } = useApp();
  const percent = student.pen?.batteryPercent ?? null;
  if (percent === null || !isBatteryLow(student.pen)) return null;
  const words = text.value.battery(formatPercent(language.value, percent / 100));
  return <span class="battery" title={words} aria-hidden="true" data-testid="battery" />;
}

/** A raised hand, or a sheet that was handed in. Decoration only; the words stand in the label. */
export function HandMark({ hand }: { readonly hand: Hand }) {
  return <span class="hand" data-hand={hand} aria-hidden="true" />;
}

/** A line with a hole. */
export function LossSign() {
  return (
    <svg class="loss" viewBox="0 0 16 10" aria-hidden="true">
      <path d="M1 7c1-5 3-5 4.5-2.5M10.5 5.5C12 8 14 8 15 3" />
    </svg>
  );
}

/** Ink of this student is known to be lost. The words stand beside it, or in the label. LIVE-15. */
export function LossMark({ gaps }: { readonly gaps: readonly BoardGap[] }) {
  if (gaps.length === 0) return null;
  return (
    <span class="loss-mark" data-testid="loss" data-lost={lostIn(gaps)}>
      <LossSign />
    </span>
  );
}

/** How much was lost and why, in words: one sentence a reason. */
export function lossWords({ gaps }: Pick<BoardStudent, "gaps">, { text, language }: Pick<App, "text" | "language">): string[] {
  const words = text.value;
  return gaps.map(({ reason, lostEvents }) => {
    const known = words.lossReason[reason as keyof typeof words.lossReason] ?? words.lossReason.other;
    return words.inkLost(formatNumber(language.value, lostEvents), known);
  });
}
