import type { PenChange, PenQuestion } from "@penlight/proto";

/** What a teacher says to a question about pens. */
export type PenAnswer = "give" | "both" | "this" | "leave";

/** The changes with the answer in them; "leave" takes the change out. REG-2. */
export function answered(changes: readonly PenChange[], question: PenQuestion, answer: PenAnswer): PenChange[] {
  return changes.flatMap((change): PenChange[] => {
    if (!isAbout(change, question)) return [change];
    if (answer === "leave") return [];
    if (answer !== "give") return [{ ...change, keeps: answer }];
    return question.kind === "two-pupils" ? [{ ...change, from: question.holder }] : [change];
  });
}

function isAbout(change: PenChange, question: PenQuestion): boolean {
  return question.kind === "two-pupils"
    ? change.pen === question.pen && change.student === question.wanted
    : change.pen === question.wanted && change.student === question.student;
}

/** The end of a MAC tells the pens of a class apart. @example shortPen("9c7bd251f41f") // "51F41F" */
export function shortPen(pen: string): string {
  return pen.slice(-6).toUpperCase();
}

/** @example longPen("9c7bd251f41f") // "9C:7B:D2:51:F4:1F" */
export function longPen(pen: string): string {
  return (pen.match(/../g) ?? []).join(":").toUpperCase();
}
