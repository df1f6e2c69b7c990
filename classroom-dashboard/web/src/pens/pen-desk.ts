import type { PenChange, PenQuestion, SetupFault } from "@penlight/proto";
import { signal } from "@preact/signals";
import { type Refusal, refusalOf } from "../i18n/faults.ts";
import { answered, type PenAnswer } from "./answers.ts";

export interface Asked {
  readonly changes: readonly PenChange[];
  readonly questions: readonly PenQuestion[];
}

/** What the server answers to a change. */
type DeskAnswer =
  | { readonly kind: "done"; readonly count: number }
  | { readonly kind: "asked"; readonly asked: Asked }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export type PenDesk = ReturnType<typeof createPenDesk>;

/** Gives pens to pupils by the API; what is a question waits here for the teacher. REG-2. */
export function createPenDesk(changed: () => void) {
  const asked = signal<Asked | null>(null);
  /** Why nothing of the last change was done; null: it was. */
  const refusal = signal<Refusal | null>(null);
  /** Pens that were given by the last change; null: none was made yet. */
  const given = signal<number | null>(null);

  const take = (answer: DeskAnswer) => {
    asked.value = answer.kind === "asked" ? answer.asked : null;
    refusal.value = answer.kind === "refused" ? answer.refusal : null;
    if (answer.kind === "done") given.value = answer.count;
    changed();
  };
  const give = async (changes: readonly PenChange[]): Promise<void> => {
    if (changes.length === 0) take({ kind: "done", count: 0 });
    else take(await post("/api/v1/pens", JSON.stringify({ changes }), "application/json"));
  };
  return {
    asked,
    refusal,
    given,
    give,
    /** A list of pens and students, as a file has it. REG-5. */
    read: async (schoolClass: string, csv: string): Promise<void> => {
      take(await post(`/api/v1/classes/${encodeURIComponent(schoolClass)}/pens/csv`, csv, "text/csv"));
    },
    makeList: async (schoolClass: string, page: object): Promise<void> => {
      take(await post(`/api/v1/classes/${encodeURIComponent(schoolClass)}/list`, JSON.stringify(page), "application/json"));
    },
    answer: async (question: PenQuestion, answer: PenAnswer): Promise<void> => {
      await give(answered(asked.peek()?.changes ?? [], question, answer));
    },
  };
}

interface Body {
  readonly pens?: readonly unknown[];
  readonly error?: string;
  readonly details?: readonly SetupFault[];
  readonly questions?: readonly PenQuestion[];
  readonly changes?: readonly PenChange[];
}

async function post(path: string, body: string, type: string): Promise<DeskAnswer> {
  try {
    const response = await fetch(path, { method: "POST", headers: { "content-type": type }, body });
    const told = (await response.json()) as Body;
    if (response.ok) return { kind: "done", count: told.pens?.length ?? 0 };
    if (told.questions !== undefined)
      return { kind: "asked", asked: { changes: told.changes ?? [], questions: told.questions } };
    return { kind: "refused", refusal: refusalOf(told) };
  } catch {
    return { kind: "refused", refusal: refusalOf(null) };
  }
}
