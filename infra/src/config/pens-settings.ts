import type { CommandName } from "./commands.ts";
import type { Setting } from "./settings.ts";

const PENS: readonly CommandName[] = ["start", "gateway"];

/** Where a gateway's pens come from. */
export const PENS_SETTINGS = {
  pens: {
    env: "PENLIGHT_PENS",
    option: "--pens simulated|bluetooth|replay=FILE",
    fallback: "simulated",
    help: "where the pens come from: a simulated class, the room's Bluetooth adapters, or a recording",
    commands: PENS,
  },
  adapters: {
    env: "PENLIGHT_ADAPTERS",
    option: "--adapters hci0,hci1,...",
    fallback: "every one",
    help: "the Bluetooth adapters that are used; one that is part of the board serves few pens",
    commands: PENS,
  },
  "pens-per-adapter": {
    env: "PENLIGHT_PENS_PER_ADAPTER",
    option: "--pens-per-adapter N",
    fallback: "8",
    help: "pens that one adapter takes, 1 to 20; ordinary dongles hold 7 or 8",
    commands: PENS,
  },
  record: {
    env: "PENLIGHT_RECORD",
    option: "--record FILE",
    fallback: "",
    help: "append what the pens send to this file, for a replay",
    commands: PENS,
  },
} as const satisfies Record<string, Setting>;
