import type { BoardStudent } from "@penlight/proto";
import { formatPercent } from "../i18n/format.ts";
import { useApp } from "../state/app.ts";
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
