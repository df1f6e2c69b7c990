import { networkInterfaces } from "node:os";
import path from "node:path";

/** Where the built page lies. */
export const WEB_ROOT = path.resolve(import.meta.dirname, "../../classroom-dashboard/web/dist");

const WILDCARDS = new Set(["0.0.0.0", "::"]);

/** An address under which this machine reaches what listens on `host`. */
export function addressOf(host: string, port: number): string {
  const reachable = WILDCARDS.has(host) ? "127.0.0.1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

/** Where other machines reach what listens on every address of this one; empty where `host` is one address. */
export function outsideAddresses(host: string, port: number, interfaces = networkInterfaces()): string[] {
  if (!WILDCARDS.has(host)) return [];
  const addresses = Object.values(interfaces).flatMap((each) => each ?? []);
  return addresses
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => addressOf(address, port));
}
