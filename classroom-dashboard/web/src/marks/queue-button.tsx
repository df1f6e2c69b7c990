import { useApp } from "../state/app.ts";
import { useWaiting } from "./review-page.tsx";

/** Opens the queue while something waits. */
export function QueueButton() {
  const app = useApp();
  const waiting = useWaiting();
  if (waiting === 0) return null;
  const words = app.markWords.value.openQueue(waiting);
  return (
    <button
      type="button"
      class="alert queue-button"
      data-testid="open-queue"
      data-waiting={waiting}
      onClick={app.marking.openQueue}
    >
      <span class="cell mark" data-state="unsure" aria-hidden="true">
        ?
      </span>
      {words}
    </button>
  );
}
