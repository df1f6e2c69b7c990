/**
 * What can be wrong with what is put or asked, in English; `%1`, `%2`, `%3` are the values that it is about. The page has
 * the same in every language that it speaks. SET-2, REG-5.
 */
export const FAULT_TEXTS = {
  // Its shape.
  unknown: "is not known here",
  missing: "is missing",
  "not-one-of": "must be one of %1",
  "not-equal": "must be %1",
  "not-of-kind": "does not go with this kind",
  "not-a": "must be of type %1",
  limit: "must be %1 %2",
  "too-short": "must have at least %1 characters",
  "too-long": "must have at most %1 characters",
  "too-few": "must have at least %1 entries",
  "too-many": "must have at most %1 entries",
  pattern: "must have the form %1",
  "entry-twice": "must not have the same entry twice (%1 and %2)",
  shape: "%1",
  // What it refers to.
  taken: "%1 is taken by %2",
  address: "the address says %1",
  "not-later": "must be later than %1",
  "no-room": "there is no room %1",
  "no-class": "there is no class %1",
  "no-worksheet": "there is no worksheet %1",
  "no-version": "worksheet %1 has no version %2",
  "no-such-student": "no class has a student %1",
  "other-list": "is the list of class %1",
  "list-too-small": "%1 boxes do not fit on %2 x %3 mm",
  "given-fixed": "cannot change once given (it is %1); make a new assignment",
  "given-version": "can only grow once given (it is %1); put the old key as a new version",
  "given-paper": "differs from version %1 in more than keys, points and credit; make a new assignment",
  // A worksheet.
  "other-worksheet": "is a page of worksheet %1",
  "no-page": "there is no page %1",
  "right-edge": "reaches over the right edge of the page (%1 mm)",
  "lower-edge": "reaches over the lower edge of the page (%1 mm)",
  overlap: "overlaps box %1",
  "no-box": "there is no box %1",
  "box-shared": "box %1 belongs to %2",
  "box-extra": "is one too many: the answer is written into %1",
  "option-letter": "%1 cannot be written into a box: it must be one capital letter",
  "option-missing": "an option %1 is missing",
  "rubric-points": "is more than the item's %1",
  "key-no-option": "%1 is none of the options",
  "no-number": "%1 is no number",
  "number-form": "is in a form that this key does not accept",
  "below-zero": "is below zero",
  "letters-outside": "%1 is outside %2",
  "letters-long": "%1 has more letters than lettersMax (%2)",
  "letters-small": "several letters are read as capitals: a-z takes one",
  // Corrected keys, and what teachers say.
  "no-item": "the worksheet has no item %1",
  "item-twice": "item %1 is there twice",
  unchanged: "nothing is changed",
  "not-in-class": "the class has no student %1",
  "cell-twice": "%1 is there twice",
  "no-question": "a %1 box is a sign and no question",
  "item-points": "item %1 has %2 points",
  "no-answer": "is no answer to a %1 item",
  // Pens, and lists of them.
  "nobodys-pen": "nobody has a pen %1: it cannot go back",
  "not-lent": "what goes back is not lent",
  "loan-over": "a loan must end later than now",
  "not-a-pen": '"%1" is no pen: its MAC has 12 hex digits, as 9C:7B:D2:51:F4:1F',
  "no-student": "the student is missing",
  "unknown-student": 'nobody in this class has the id, seat or name "%1"',
  "several-students": '"%1" is the name of several: use the id or the seat',
  "pen-twice": "this pen stands in line %1 already",
  "too-many-cells": "more than a pen and a student",
  "too-many-lines": "at most %1 lines are read",
  empty: "there is no line with a pen and a student",
} as const;
export type FaultCode = keyof typeof FAULT_TEXTS;

/** One thing that is wrong, and where: a JSON pointer into the document (RFC 6901), or a line. SET-2. */
export interface SetupFault {
  readonly at: string;
  /** In English. */
  readonly reason: string;
  readonly code: FaultCode;
  /** What `%1`, `%2`, `%3` of the text are. */
  readonly values: readonly string[];
}

/** @example faultOf("/boxes/3", "overlap", "q1A").reason // "overlaps box q1A" */
export function faultOf(at: string, code: FaultCode, ...values: readonly (string | number)[]): SetupFault {
  const texts = values.map(String);
  return { at, reason: filledIn(FAULT_TEXTS[code], texts), code, values: texts };
}

/** A text of a fault with its values in it. */
export function filledIn(text: string, values: readonly string[]): string {
  return text.replaceAll(/%([1-3])/g, (_, place: string) => values[Number(place) - 1] ?? "");
}
