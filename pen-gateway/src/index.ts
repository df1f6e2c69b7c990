export * from "./core/handshake.ts";
export * from "./core/heard-pen.ts";
export * from "./core/pen-link.ts";
export * from "./gateway.ts";
export * from "./source/pen-source.ts";
export * from "./source/recorded-source.ts";
export * from "./source/recording.ts";
export * from "./source/replay-source.ts";
