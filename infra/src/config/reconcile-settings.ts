import type { Setting } from "./settings.ts";

/** What only commands that report ask for. */
export const RECONCILE_SETTINGS = {
  from: {
    env: "PENLIGHT_FROM",
    option: "--from TIME",
    fallback: "a day before --to",
    help: "look at what was heard from then on, e.g. 2026-11-24T08:00 (this machine's time) or 2026-11-24T08:00Z",
    commands: ["reconcile"],
  },
  to: {
    env: "PENLIGHT_TO",
    option: "--to TIME",
    fallback: "now",
    help: "and up to then",
    commands: ["reconcile"],
  },
  json: {
    env: "PENLIGHT_JSON",
    option: "--json",
    fallback: "no",
    help: "the whole report as JSON",
    commands: ["reconcile", "truth", "reread"],
    flag: true,
  },
} as const satisfies Record<string, Setting>;
