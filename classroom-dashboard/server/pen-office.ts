import type { ClassId, ClassPens, Clock, Pen, PenChange, PenQuestion, SetupFault, WorksheetPage } from "@penlight/proto";
import { faultOf } from "@penlight/proto";
import { classListOf } from "./core/class-list.ts";
import { classPensOf } from "./core/class-pens.ts";
import { parsePenCsv } from "./core/pen-csv.ts";
import { applyChanges } from "./core/pen-registry.ts";
import type { LiveBoards } from "./live-boards.ts";
import type { SetupWriter } from "./setup-writer.ts";

export type OfficeAnswer =
  | { readonly kind: "done"; readonly pens: readonly Pen[] }
  | { readonly kind: "questions"; readonly questions: readonly PenQuestion[]; readonly changes: readonly PenChange[] }
  | { readonly kind: "invalid"; readonly faults: readonly SetupFault[] }
  /** Somebody else changed one of these pens at the same moment: look again. */
  | { readonly kind: "outdated" }
  | { readonly kind: "no-class" };

export interface PenOfficeOptions {
  readonly boards: LiveBoards;
  readonly writer: SetupWriter;
  readonly clock: Clock;
}

/** Gives pens to pupils: decided by `core/pen-registry.ts`, written as documents of setup. REG-2. */
export class PenOffice {
  readonly #options: PenOfficeOptions;

  constructor(options: PenOfficeOptions) {
    this.#options = options;
  }

  pensOf(id: ClassId): ClassPens | null {
    const { boards, clock } = this.#options;
    const { setup, taps, books } = boards;
    return classPensOf(id, { setup, books, taps: taps.of(id), nowMs: clock.nowMs() });
  }

  /** All changes or, where one is a question or wrong, none. @throws LogError */
  async change(changes: readonly PenChange[]): Promise<OfficeAnswer> {
    const { boards, clock, writer } = this.#options;
    const { pens, classes, versions } = boards.setup;
    const students = new Set([...classes.values()].flatMap((each) => each.students.map(({ id }) => id)));
    const facts = {
      pens,
      isStudent: (id: PenChange["student"] & string) => students.has(id),
      nowMs: Math.round(clock.nowMs()),
    };
    const answer = applyChanges(changes, facts);
    if (answer.kind === "invalid") return answer;
    if (answer.kind === "questions") return { ...answer, changes };
    const known = new Map(answer.pens.map((pen) => [pen.id, versions.get(`pens/${pen.id}`) ?? 0]));
    for (const pen of answer.pens) {
      const result = await writer.put("pens", pen, known.get(pen.id) ?? 0);
      if (result.kind === "invalid") return result;
      if (result.kind !== "stored") return { kind: "outdated" };
    }
    return { kind: "done", pens: answer.pens };
  }

  /** A list `pen,student`. @throws LogError */
  async read(id: ClassId, csv: string): Promise<OfficeAnswer> {
    const schoolClass = this.#options.boards.setup.classes.get(id);
    if (schoolClass === undefined) return { kind: "no-class" };
    const parsed = parsePenCsv(csv, schoolClass);
    return parsed.kind === "invalid" ? parsed : this.change(parsed.changes);
  }

  /** Lays out the printed list of a class on a page, and keeps it with the class. @throws LogError */
  async makeList(id: ClassId, page: WorksheetPage): Promise<OfficeAnswer> {
    const { boards, writer } = this.#options;
    const schoolClass = boards.setup.classes.get(id);
    if (schoolClass === undefined) return { kind: "no-class" };
    const list = classListOf(schoolClass, page);
    if (list === null) {
      const { widthMm, heightMm } = page;
      return {
        kind: "invalid",
        faults: [faultOf("/widthMm", "list-too-small", schoolClass.students.length, widthMm, heightMm)],
      };
    }
    const result = await writer.put("classes", { ...schoolClass, list }, boards.setup.versions.get(`classes/${id}`) ?? 0);
    if (result.kind === "invalid") return result;
    return result.kind === "stored" ? { kind: "done", pens: [] } : { kind: "outdated" };
  }
}
