import { useApp } from "../state/app.ts";
import { useGiven } from "./lesson-choice.tsx";
import { useWaiting } from "./review-page.tsx";

/** Opens the queue while something waits, or something may in an earlier lesson. */
export function QueueButton() {
  const app = useApp();
  const waiting = useWaiting();
  const given = useGiven(app);
  const words = app.markWords.value;
  if (waiting === 0 && given.length < 2) return null;
  return (
    <button
      type="button"
      class="alert queue-button"
      data-testid="open-queue"
      data-waiting={waiting}
      onClick={app.marking.openQueue}
    >
      {waiting === 0 ? null : (
        <span class="cell mark" data-state="unsure" aria-hidden="true">
          ?
        </span>
      )}
      {waiting === 0 ? words.earlierLessons : words.openQueue(waiting)}
    </button>
  );
}
