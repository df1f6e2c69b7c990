import type { GivenAssignment } from "@penlight/proto";
import { formatDay } from "../i18n/format.ts";
import { type App, useApp } from "../state/app.ts";
import { usePolled } from "../state/poll.ts";

/** How often it is looked up whether something was given, ms. */
const GIVEN_AGAIN_MS = 60_000;

/** Assignments of the room that have opened, the newest first; the one on the board is among them. SET-13. */
export function useGiven(app: App): readonly GivenAssignment[] {
  const room = app.board.head.value?.room;
  const path = room === undefined ? null : `/api/v1/rooms/${encodeURIComponent(room)}/assignments`;
  return usePolled<readonly GivenAssignment[]>(path, GIVEN_AGAIN_MS).value ?? [];
}

/** Which lesson's answers are looked at; nothing, where there is only one. */
export function LessonChoice({ focus }: { readonly focus: () => void }) {
  const app = useApp();
  const given = useGiven(app);
  const { text, markWords, language, board, marking } = app;
  const current = marking.earlier.value?.id ?? board.head.value?.assignment?.id;
  if (given.length < 2) return null;
  const choose = (id: string) => {
    const chosen = given.find((each) => each.id === id);
    if (chosen === undefined) return;
    void marking.chooseLesson(chosen);
    // Keys are decisions again.
    focus();
  };
  return (
    <label class="teacher-name">
      <span>{markWords.value.lesson}</span>
      <select data-testid="review-lesson" value={current} onChange={(event) => choose(event.currentTarget.value)}>
        {given.map(({ id, title, className, opensMs }) => (
          <option key={id} value={id}>
            {`${text.value.pick(title)} · ${text.value.pick(className)} · ${formatDay(language.value, opensMs)}`}
          </option>
        ))}
      </select>
    </label>
  );
}
