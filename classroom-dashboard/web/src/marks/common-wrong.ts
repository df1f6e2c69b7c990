import type { AnswerValue, BoardCell, StudentId } from "@penlight/proto";

/** So many pupils with the same wrong answer, and such a share of those who were judged, are worth an alert. */
export const COMMON_WRONG_PUPILS_MIN = 3;
export const COMMON_WRONG_SHARE_MIN = 0.2;

export interface WrongGroup {
  readonly answer: AnswerValue;
  readonly students: readonly StudentId[];
  /** Common enough for an alert. */
  readonly isCommon: boolean;
}

/** What is wrong in the same way, most common first, of equals in order of their text. @param cells of one item */
export function wrongGroups(cells: readonly BoardCell[]): WrongGroup[] {
  const judged = cells.filter(({ state }) => state === "right" || state === "partial" || state === "wrong");
  const groups = new Map<string, { readonly answer: AnswerValue; readonly students: StudentId[] }>();
  for (const { state, answer, student } of judged) {
    if (state === "right" || answer === null) continue;
    const key = JSON.stringify(answer);
    const group = groups.get(key) ?? { answer, students: [] };
    groups.set(key, group);
    group.students.push(student);
  }
  const isCommon = (count: number) => count >= COMMON_WRONG_PUPILS_MIN && count >= COMMON_WRONG_SHARE_MIN * judged.length;
  return [...groups]
    .sort(([a, { students: x }], [b, { students: y }]) => y.length - x.length || (a < b ? -1 : 1))
    .map(([, { answer, students }]) => ({ answer, students, isCommon: isCommon(students.length) }));
}
