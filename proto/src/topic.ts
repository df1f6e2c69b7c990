const DAY_MS = 86_400_000;

/** Every topic of the system: key, partitions and retention. `ink` and `events` have the same count, so a room keeps its partition number. LOG-2. */
export const TOPICS = {
  ink: { key: "room", partitions: 8, retention: { kind: "delete", maxAgeMs: 7 * DAY_MS, maxBytes: 8 * 2 ** 30 } },
  events: { key: "room", partitions: 8, retention: { kind: "delete", maxAgeMs: 30 * DAY_MS, maxBytes: 2 * 2 ** 30 } },
  setup: { key: "kind/id", partitions: 1, retention: { kind: "compact" } },
  "dead.letters": { key: "topic", partitions: 1, retention: { kind: "delete", maxAgeMs: 90 * DAY_MS, maxBytes: 2 ** 30 } },
} as const satisfies Record<string, TopicSpec>;

export type TopicName = keyof typeof TOPICS;

export interface TopicSpec {
  readonly key: string;
  readonly partitions: number;
  readonly retention:
    | { readonly kind: "delete"; readonly maxAgeMs: number; readonly maxBytes: number }
    | { readonly kind: "compact" };
}
