/** What can be started, each a file of `infra/src/run`. */
export const COMMANDS = {
  start: {
    run: "npm start",
    does: "a live class on this machine: gateway, processor, dashboard, log and history in one process",
  },
  gateway: { run: "npm run gateway", does: "pens of a room -> topic ink; one process a room" },
  processor: { run: "npm run processor", does: "topic ink -> marks, statistics and history; start more to share the rooms" },
  dashboard: { run: "npm run dashboard", does: "boards, live sockets, setup API and page" },
  history: { run: "npm run history", does: "the embedded ClickHouse engine, over ClickHouse's own HTTP interface" },
  reconcile: {
    run: "npm run reconcile",
    does: "what a room's gateways heard, against what the log and the history have; exit code 1: a loss that nothing explains",
  },
  truth: {
    run: "npm run truth",
    does: "what a simulated class of `npm start` meant, against what history has of it; exit code 1: something was read wrong",
  },
  "dead-letters": {
    run: "npm run dead-letters",
    does: "records that could not be read: list | show ID | replay ID... | replay --all",
  },
  explain: {
    run: "npm run explain",
    does: "how the machine came to an answer: its strokes, edits, symbols and scores (for developers)",
  },
  reread: {
    run: "npm run reread",
    does: "reads the stored ink of an assignment again, and shows what this program would make of it; changes nothing without --apply",
  },
} as const;
export type CommandName = keyof typeof COMMANDS;
