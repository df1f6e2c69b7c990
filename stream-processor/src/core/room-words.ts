import type { AssignmentId, AssignmentMarks, SetupState } from "@penlight/proto";
import type { Sheet } from "./room-setup.ts";

/** What teachers said of the assignments of one room, as far as the room has taken it over. EVT-24. */
export class RoomWords {
  readonly #setup: SetupState;
  readonly #seen = new Map<AssignmentId, number>();
  /** `SetupState.marksRevision` of the last {@link take}. */
  revision: number;

  constructor(setup: SetupState, sheets: readonly Sheet[]) {
    this.#setup = setup;
    this.revision = setup.marksRevision;
    for (const { assignment } of sheets) this.#seen.set(assignment.id, setup.marksOf(assignment.id).revision);
  }

  of(assignment: AssignmentId): AssignmentMarks {
    return this.#setup.marksOf(assignment);
  }

  /** The sheets of which something was said since the last call. */
  take(sheets: readonly Sheet[]): Sheet[] {
    if (this.revision === this.#setup.marksRevision) return [];
    this.revision = this.#setup.marksRevision;
    return sheets.filter(({ assignment }) => {
      const { revision } = this.#setup.marksOf(assignment.id);
      const isNew = revision !== (this.#seen.get(assignment.id) ?? 0);
      this.#seen.set(assignment.id, revision);
      return isNew;
    });
  }
}
