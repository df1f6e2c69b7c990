import RequestQueue from "kafkajs/src/network/requestQueue/index.js";

/** How soon waiting requests are looked at again when the broker throttles, ms. kafkajs's own figure. */
const CHECK_MS_MIN = 10;

interface Patched {
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  checkPendingRequests(): void;
}

/**
 * kafkajs 2.2.4 arms a timer after every response though nothing waits to be sent, and each time that it fires it arms
 * the next: one wake-up a millisecond for each connection, for ever (tulios/kafkajs#1556 #1604 #1751). Nothing needs it
 * but requests that wait for the end of a throttling, so it is armed for those alone.
 */
export function patchTimerSpin(): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: InstanceType<typeof RequestQueue>): void {
    const queue = this as unknown as Patched;
    if (queue.pending.length === 0 || queue.throttleCheckTimeoutId !== null) return;
    const ms = Math.max(queue.throttledUntil - performance.timeOrigin - performance.now(), CHECK_MS_MIN);
    queue.throttleCheckTimeoutId = setTimeout(() => {
      queue.throttleCheckTimeoutId = null;
      queue.checkPendingRequests();
    }, ms);
  };
}
