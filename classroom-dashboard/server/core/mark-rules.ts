import {
  type AnswerValue,
  type Assignment,
  type Item,
  isSignal,
  optionsOf,
  type SetupState,
  type Verdict,
  type WantedMark,
} from "@penlight/proto";
import type { SetupFault } from "./setup-fault.ts";

/** What a teacher typed as the answer. */
const TYPED_LENGTH_MAX = 40;

/** Everything that is wrong with marks of the right shape. SET-10. */
export function checkMarks(marks: readonly WantedMark[], assignment: Assignment, setup: SetupState): SetupFault[] {
  const students = new Set(setup.studentsOf(assignment).map((student) => student.id));
  const items = new Map(setup.worksheetOf(assignment)?.items.map((item) => [item.id, item]));
  const seen = new Set<string>();
  return marks.flatMap(({ student, item: itemId, verdict }, index) => {
    const at = `/marks/${index}`;
    const faults: SetupFault[] = [];
    const item = items.get(itemId);
    if (!students.has(student)) faults.push({ at: `${at}/student`, reason: `the class has no student ${student}` });
    if (item === undefined) faults.push({ at: `${at}/item`, reason: `the worksheet has no item ${itemId}` });
    else faults.push(...checkVerdict(verdict, item, `${at}/verdict`));
    const cell = `${student}/${itemId}`;
    if (seen.has(cell)) faults.push({ at, reason: `${cell} is there twice` });
    seen.add(cell);
    return faults;
  });
}

function checkVerdict(verdict: Verdict | null, item: Item, at: string): SetupFault[] {
  if (isSignal(item)) return [{ at, reason: `a ${item.kind} box is a sign and no question` }];
  if (verdict?.kind === "points" && verdict.points > item.points) {
    return [{ at: `${at}/points`, reason: `item ${item.id} has ${item.points} points` }];
  }
  if (verdict?.kind !== "answer" || isAnswerTo(item, verdict.answer)) return [];
  return [{ at: `${at}/answer`, reason: `is no answer to a ${item.kind} item` }];
}

function isAnswerTo(item: Item, answer: AnswerValue): boolean {
  const ids: readonly string[] = optionsOf(item).map((option) => option.id);
  switch (item.kind) {
    case "choice":
      return typeof answer === "string" && ids.includes(answer);
    case "choices":
      return Array.isArray(answer) && answer.every((each) => ids.includes(each)) && new Set(answer).size === answer.length;
    case "true-false":
      return typeof answer === "boolean";
    case "number":
    case "letters":
      return typeof answer === "string" && answer.length > 0 && answer.length <= TYPED_LENGTH_MAX;
    default:
      return false;
  }
}
