import {
  faultOf,
  holderAt,
  loanAt,
  type Pen,
  type PenChange,
  type PenId,
  type PenQuestion,
  type SetupFault,
  type StudentId,
} from "@penlight/proto";

/** Times of other holders that a document keeps; the oldest are forgotten, their ink is long placed. REG-1. */
export const HELD_MAX = 64;

/** What is known of pens and pupils when a change is asked for. */
export interface RegistryFacts {
  readonly pens: ReadonlyMap<PenId, Pen>;
  readonly isStudent: (student: StudentId) => boolean;
  /** Host time, ms. */
  readonly nowMs: number;
}

export type RegistryAnswer =
  /** The documents to put: those that differ. */
  | { readonly kind: "documents"; readonly pens: readonly Pen[] }
  | { readonly kind: "questions"; readonly questions: readonly PenQuestion[] }
  | { readonly kind: "invalid"; readonly faults: readonly SetupFault[] };

/**
 * Changes, in their order, as documents; all of them or none. What was written before stays with whoever had the pen then.
 * Pure. REG-2, REG-3.
 */
export function applyChanges(changes: readonly PenChange[], facts: RegistryFacts): RegistryAnswer {
  const faults = changes.flatMap((change, index) => faultsOf(change, index, facts));
  if (faults.length > 0) return { kind: "invalid", faults };
  const registry = new Registry(facts);
  for (const change of changes) registry.apply(change);
  const { questions } = registry;
  return questions.length > 0 ? { kind: "questions", questions } : { kind: "documents", pens: registry.changed() };
}

function faultsOf({ student, pen, untilMs }: PenChange, index: number, facts: RegistryFacts): SetupFault[] {
  const faults: SetupFault[] = [];
  if (student !== null && !facts.isStudent(student)) {
    faults.push(faultOf(`/changes/${index}/student`, "no-such-student", student));
  }
  if (student === null && !facts.pens.has(pen)) {
    faults.push(faultOf(`/changes/${index}/pen`, "nobodys-pen", pen));
  }
  if (untilMs === undefined) return faults;
  const at = `/changes/${index}/untilMs`;
  if (student === null) faults.push(faultOf(at, "not-lent"));
  else if (untilMs <= facts.nowMs) faults.push(faultOf(at, "loan-over"));
  return faults;
}

class Registry {
  readonly questions: PenQuestion[] = [];
  readonly #facts: RegistryFacts;
  readonly #pens: Map<PenId, Pen>;

  constructor(facts: RegistryFacts) {
    this.#facts = facts;
    this.#pens = new Map(facts.pens);
  }

  changed(): Pen[] {
    return [...this.#pens.values()].filter((pen) => this.#facts.pens.get(pen.id) !== pen);
  }

  apply(change: PenChange): void {
    const { nowMs } = this.#facts;
    const pen = this.#pens.get(change.pen) ?? { id: change.pen, student: null };
    const holder = holderAt(pen, nowMs);
    if (change.student === null) {
      this.#pens.set(pen.id, returned(pen, nowMs));
      return;
    }
    const wanted = change.student;
    const isGiven = holder !== null && holder !== wanted && change.from !== holder;
    if (isGiven) this.questions.push({ kind: "two-pupils", pen: pen.id, holder, wanted });
    const others = this.#othersOf(wanted, pen.id);
    if (others.length > 0 && change.keeps === undefined) {
      this.questions.push({ kind: "two-pens", student: wanted, pens: others, wanted: pen.id });
    }
    if (change.keeps === "this") for (const other of others) this.#return(other);
    const extra = others.length > 0 && change.keeps === "both";
    this.#pens.set(
      pen.id,
      change.untilMs === undefined ? given(pen, wanted, extra, nowMs) : lent(pen, wanted, change.untilMs, nowMs),
    );
  }

  /** Pens that the student has already, those aside of which a teacher said that they are meant. */
  #othersOf(student: StudentId, pen: PenId): PenId[] {
    const { nowMs } = this.#facts;
    const others = [...this.#pens.values()].filter((each) => each.id !== pen && holderAt(each, nowMs) === student);
    return this.#pens.get(pen)?.extra === true && holderAt(this.#pens.get(pen) as Pen, nowMs) === student
      ? []
      : others.filter(({ extra }) => extra !== true).map(({ id }) => id);
  }

  #return(id: PenId): void {
    const pen = this.#pens.get(id);
    if (pen !== undefined) this.#pens.set(id, returned(pen, this.#facts.nowMs));
  }
}

/** For good. Ink of a pen that was nobody's goes along: it was found on the way to its pupil. */
function given(pen: Pen, student: StudentId, extra: boolean, nowMs: number): Pen {
  if (pen.student === student && loanAt(pen, nowMs) === null) return pen.extra === true || !extra ? pen : { ...pen, extra };
  const ended = loanEnded(pen, nowMs);
  const { student: owner } = pen;
  const held = owner === null || owner === student ? ended : [...ended, { student: owner, fromMs: null, untilMs: nowMs }];
  return documentOf(pen.id, student, held, extra);
}

/** Until a time; then it is its owner's again by itself. */
function lent(pen: Pen, student: StudentId, untilMs: number, nowMs: number): Pen {
  return documentOf(pen.id, pen.student, [...loanEnded(pen, nowMs), { student, fromMs: nowMs, untilMs }], pen.extra === true);
}

/** From a loan to its owner, else to the school. */
function returned(pen: Pen, nowMs: number): Pen {
  if (loanAt(pen, nowMs) !== null) return documentOf(pen.id, pen.student, loanEnded(pen, nowMs), pen.extra === true);
  if (pen.student === null) return pen;
  return documentOf(pen.id, null, [...(pen.held ?? []), { student: pen.student, fromMs: null, untilMs: nowMs }], false);
}

function loanEnded({ held = [] }: Pen, nowMs: number): NonNullable<Pen["held"]> {
  return held.flatMap((span) => {
    if (span.untilMs <= nowMs) return [span];
    // One that has just begun, or lies ahead, never was.
    return span.fromMs !== null && span.fromMs >= nowMs ? [] : [{ ...span, untilMs: nowMs }];
  });
}

function documentOf(id: PenId, student: StudentId | null, held: NonNullable<Pen["held"]>, extra: boolean): Pen {
  return { id, student, ...(held.length > 0 && { held: held.slice(-HELD_MAX) }), ...(extra && { extra }) };
}
