const commands = ["history"] as const;

/** Settings of `npm run history` alone. */
export const HISTORY_SERVER_SETTINGS = {
  "history-port": {
    env: "PENLIGHT_HISTORY_PORT",
    option: "--history-port N",
    fallback: "8123",
    help: "port of ClickHouse's HTTP interface; 0 takes any free one",
    commands,
  },
  "history-host": {
    env: "PENLIGHT_HISTORY_HOST",
    option: "--history-host ADDR",
    fallback: "127.0.0.1",
    help: "address to listen on; any but loopback needs both passwords",
    commands,
  },
  "history-writer-password": {
    env: "PENLIGHT_HISTORY_WRITER_PASSWORD",
    fallback: "a random one, kept in DATA/history-password",
    help: "of user penlight, as whom processors and dashboards come",
    commands,
    secret: true,
  },
  "history-reader-password": {
    env: "PENLIGHT_HISTORY_READER_PASSWORD",
    fallback: "none",
    help: "of user default, as whom people and their tools come; it can only read",
    commands,
    secret: true,
  },
  "reader-seconds": {
    env: "PENLIGHT_READER_SECONDS",
    option: "--reader-seconds N",
    fallback: "60",
    help: "what a question of user default may take, 1 to 3600",
    commands,
  },
  "reader-rows": {
    env: "PENLIGHT_READER_ROWS",
    option: "--reader-rows N",
    fallback: "10000000",
    help: "rows of its result",
    commands,
  },
  "reader-memory-mb": {
    env: "PENLIGHT_READER_MEMORY_MB",
    option: "--reader-memory-mb N",
    fallback: "1024",
    help: "memory for it in the engine, MiB, 16 or more",
    commands,
  },
} as const;
