import type {
  AssignmentId,
  GivenAssignment,
  ItemId,
  ItemInk,
  KeyPreview,
  Review,
  RoomId,
  SaidMark,
  SchoolClass,
  Student,
  StudentId,
  WantedMark,
  Worksheet,
} from "@penlight/proto";
import { type Refusal, refusalOf } from "../i18n/faults.ts";

export interface KeyChange {
  readonly item: ItemId;
  readonly key?: unknown;
  readonly points?: number;
  /** Null: none. */
  readonly partialCredit?: string | null;
}
/** Nothing was done. */
export interface Refused {
  readonly refused: Refusal;
}

/** @param earlier an assignment that is not on the board; null: the one that is. */
export function fetchReview(room: RoomId, earlier: AssignmentId | null): Promise<Review | null> {
  const query = earlier === null ? "" : `?assignment=${encodeURIComponent(earlier)}`;
  return get(`rooms/${encodeURIComponent(room)}/review${query}`);
}

/** A lesson that is not on the board, as far as its queue needs it. */
export interface EarlierLesson {
  readonly id: AssignmentId;
  readonly worksheet: Worksheet;
  readonly students: ReadonlyMap<StudentId, Student>;
}

/** Null: it did not arrive. */
export async function fetchEarlier(given: GivenAssignment): Promise<EarlierLesson | null> {
  const paper = encodeURIComponent(`${given.worksheet}@${given.worksheetVersion}`);
  const [sheet, klass] = await Promise.all([
    get<{ readonly document: Worksheet }>(`setup/worksheets/${paper}`),
    get<{ readonly document: SchoolClass }>(`setup/classes/${encodeURIComponent(given.class)}`),
  ]);
  if (sheet === null || klass === null) return null;
  const students = new Map(klass.document.students.map((student) => [student.id, student]));
  return { id: given.id, worksheet: sheet.document, students };
}

export function fetchItemInk(room: RoomId, item: ItemId): Promise<ItemInk | null> {
  return get(`rooms/${encodeURIComponent(room)}/items/${encodeURIComponent(item)}/ink`);
}

/** Null: it did not arrive, or was refused. */
export async function sayMarks(
  assignment: AssignmentId,
  saying: { readonly by: string; readonly strict?: boolean; readonly marks: readonly WantedMark[] },
): Promise<readonly SaidMark[] | null> {
  const answer = await post<{ marks: readonly SaidMark[] }>(assignment, "marks", saying);
  return "refused" in answer ? null : answer.marks;
}

export function previewKeys(assignment: AssignmentId, items: readonly KeyChange[]): Promise<KeyPreview | Refused> {
  return post(assignment, "keys/preview", { items });
}

export function putKeys(
  assignment: AssignmentId,
  body: { readonly by: string; readonly from: number; readonly items: readonly KeyChange[] },
): Promise<{ readonly worksheetVersion: number } | Refused> {
  return post(assignment, "keys", body);
}

async function get<Answer>(path: string): Promise<Answer | null> {
  try {
    const response = await fetch(`/api/v1/${path}`, { headers: { accept: "application/json" }, cache: "no-store" });
    return response.ok ? ((await response.json()) as Answer) : null;
  } catch {
    return null;
  }
}

async function post<Answer>(assignment: AssignmentId, path: string, body: unknown): Promise<Answer | Refused> {
  try {
    const response = await fetch(`/api/v1/assignments/${encodeURIComponent(assignment)}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Answer & Parameters<typeof refusalOf>[0];
    return response.ok ? answer : { refused: refusalOf(answer) };
  } catch {
    return { refused: refusalOf(null) };
  }
}
