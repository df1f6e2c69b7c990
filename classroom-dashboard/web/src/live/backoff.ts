/** Longest wait between two attempts to reach the server, ms: a dropped socket is back within two seconds. LIVE-20. */
export const RECONNECT_MAX_MS = 1000;
const FIRST_WAIT_MS = 125;

/** Wait before attempt `failures` (0: the connection has just dropped, try at once), ms. */
export function reconnectDelayMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(RECONNECT_MAX_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
}
