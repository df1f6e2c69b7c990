import path from "node:path";
import { isLoopback } from "@penlight/classroom-dashboard";

/** Where the built page lies. */
export const WEB_ROOT = path.resolve(import.meta.dirname, "../../classroom-dashboard/web/dist");

/** An address under which this machine reaches what listens on `host`. */
export function addressOf(host: string, port: number): string {
  const reachable = isLoopback(host) || host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}
