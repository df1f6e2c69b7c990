// biome-ignore-all lint/a11y/useSemanticElements: part of the grid in board.tsx
// biome-ignore-all lint/a11y/useFocusableInteractive: rows are no tab stops, one cell at a time is (roving tabindex)
import type { BoardStudent, ItemId, StudentId } from "@penlight/proto";
import { formatPercent } from "../i18n/format.ts";
import { useApp } from "../state/app.ts";
import { Cell } from "./cell.tsx";
import { HandMark, LossMark, LowBattery, lossWords, PenDot, usePenMark } from "./pen-badge.tsx";
import { isBatteryLow } from "./pen-mark.ts";

interface StudentRowProps {
  readonly student: StudentId;
  /** Place in the whole board, 0-based. */
  readonly index: number;
  readonly items: readonly ItemId[];
  /** The name as it fits beside no mark, one, two and three. */
  readonly names: readonly string[];
}

export function StudentRow({ student, index, items, names }: StudentRowProps) {
  return (
    <div role="row" class="row" aria-rowindex={index + 2} data-row={student}>
      <StudentName student={student} names={names} />
      {items.map((item, column) => (
        <Cell key={item} student={student} item={item} column={column} />
      ))}
    </div>
  );
}

function StudentName({ student, names }: { readonly student: StudentId; readonly names: readonly string[] }) {
  const app = useApp();
  const figures = app.board.student(student).value;
  if (figures === null) return null;
  return <StudentNameOf student={figures} names={names} />;
}

function StudentNameOf({ student, names }: { readonly student: BoardStudent; readonly names: readonly string[] }) {
  const app = useApp();
  const text = app.text.value;
  const mark = usePenMark(student);
  const name = app.nameOf(student.student);
  const hand = app.board.handOf(student.student);
  const marks = Number(student.gaps.length > 0) + Number(isBatteryLow(student.pen)) + Number(hand !== null);
  const battery = student.pen?.batteryPercent ?? null;
  const label = [
    name,
    ...(app.hideNames.value ? [] : [text.seat(student.seat)]),
    text.pen[mark],
    ...(battery === null ? [] : [text.battery(formatPercent(app.language.value, battery / 100))]),
    ...(student.pen?.troubles ?? []).map((each) => text.trouble[each]),
    ...lossWords(student, app),
    ...(hand === null ? [] : [text.hand[hand]]),
    text.done(student.done, app.board.itemIds.value.length),
  ].join(text.listSeparator);
  return (
    <div
      role="rowheader"
      class="name"
      tabIndex={-1}
      aria-colindex={1}
      aria-label={label}
      title={label}
      data-student={student.student}
      data-pen={mark}
      data-idle={student.idle ? "yes" : undefined}
    >
      <PenDot mark={mark} />
      {hand === null ? null : <HandMark hand={hand} />}
      <span class="who">{names[marks] ?? name}</span>
      <LossMark gaps={student.gaps} />
      <LowBattery student={student} />
      <span class="done">{student.done}</span>
    </div>
  );
}
