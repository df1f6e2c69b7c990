import type { Clock } from "@penlight/proto";

export type LogLevel = "info" | "warn" | "error";
/** Undefined and null are left out. */
export type LogFields = Readonly<Record<string, string | number | bigint | boolean | null | undefined>>;

/** One line an event, for people and machines alike: `TIME LEVEL SERVICE EVENT name=value name="two words"`. OPS-4. */
export interface Logger {
  log(level: LogLevel, event: string, fields?: LogFields): void;
}

export interface LoggerOptions {
  readonly service: string;
  readonly clock: Clock;
  /** Takes one line without its end. */
  readonly write: (line: string) => void;
}

export function createLogger({ service, clock, write }: LoggerOptions): Logger {
  return {
    log(level, event, fields = {}) {
      const pairs = Object.entries(fields).flatMap(([name, value]) =>
        value === undefined || value === null ? [] : `${name}=${quoted(String(value))}`,
      );
      write([new Date(clock.nowMs()).toISOString(), level, service, event, ...pairs].join(" "));
    },
  };
}

/** Nothing in a value can end the line or be taken for another field. */
function quoted(value: string): string {
  return /^[^\s"=\\\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value).replaceAll(/[\u007f-\u009f\u2028\u2029]/g, " ");
}
