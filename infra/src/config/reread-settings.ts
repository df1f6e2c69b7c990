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
} as const satisfies Record<string, Setting>;
