import {
  type AnswerValue,
  type Assignment,
  faultOf,
  type Item,
  isSignal,
  optionsOf,
  type SetupFault,
  type SetupState,
  type Verdict,
  type WantedMark,
} from "@penlight/proto";

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
    if (!students.has(student)) faults.push(faultOf(`${at}/student`, "not-in-class", student));
    if (item === undefined) faults.push(faultOf(`${at}/item`, "no-item", itemId));
    else faults.push(...checkVerdict(verdict, item, `${at}/verdict`));
    const cell = `${student}/${itemId}`;
    if (seen.has(cell)) faults.push(faultOf(at, "cell-twice", cell));
    seen.add(cell);
    return faults;
  });
}

function checkVerdict(verdict: Verdict | null, item: Item, at: string): SetupFault[] {
  if (isSignal(item)) return [faultOf(at, "no-question", item.kind)];
  if (verdict?.kind === "points" && verdict.points > item.points) {
    return [faultOf(`${at}/points`, "item-points", item.id, item.points)];
  }
  if (verdict?.kind !== "answer" || isAnswerTo(item, verdict.answer)) return [];
  return [faultOf(`${at}/answer`, "no-answer", item.kind)];
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
