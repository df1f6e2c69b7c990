import type { PortConfig } from "../config.ts";

/** Ports tried after the default one. */
const PORTS_TRIED = 100;

/** Calls `open` with the port; with the next ones while they are taken and nobody asked for this one. @throws what `open` throws */
export async function onFreePort<T>({ number, orNextFree }: PortConfig, open: (port: number) => Promise<T>): Promise<T> {
  const last = orNextFree ? number + PORTS_TRIED : number;
  for (let port = number; ; port++) {
    try {
      return await open(port);
    } catch (error) {
      if (!isTaken(error) || port >= last) throw error;
    }
  }
}

function isTaken(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && (error.code === "dashboard.port-taken" || error.code === "ops.port-taken")
  );
}
