import type { Setting } from "./settings.ts";

/** What only `npm run explain` and `npm run reread` ask for. */
export const REREAD_SETTINGS = {
  answer: {
    env: "PENLIGHT_ANSWER",
    option: "--answer ASSIGNMENT/STUDENT/ITEM",
    fallback: "",
    help: "which answer; a room in the place of the assignment means its newest one",
    commands: ["explain"],
  },
  assignment: {
    env: "PENLIGHT_ASSIGNMENT",
    option: "--assignment ID",
    fallback: "",
    help: "whose ink is read again",
    commands: ["reread"],
  },
  apply: {
    env: "PENLIGHT_REREAD_APPLY",
    option: "--apply",
    fallback: "no",
    help: "have the answers that change stored as new versions, through the dashboard; what teachers marked stays theirs",
    commands: ["reread"],
    flag: true,
  },
  by: {
    env: "PENLIGHT_REREAD_BY",
    option: "--by NAME",
    fallback: "npm run reread",
    help: "who wants them read again, for the record",
    commands: ["reread"],
  },
} as const satisfies Record<string, Setting>;
