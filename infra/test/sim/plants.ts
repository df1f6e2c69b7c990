import {
  type ConsumeOptions,
  decodeEvent,
  decodeInk,
  type EventLog,
  encodeEvent,
  encodeInk,
  type InkStroke,
  type NewRecord,
  type Offset,
  type OwnedPartition,
  type PartitionHandler,
  type StoredRecord,
} from "@penlight/proto";
import { Viewer, type Watched } from "./viewer.ts";
import type { Plant } from "./world.ts";

/** Of so many appends one is thrown away. */
const LOST_EVERY = 100;

/** Bugs that are put in on purpose, around a port or in place of a component: each must be caught. SIM-9. */
export const plants = {
  /** Offsets are committed when records are handed over, and not when their effect is done. */
  "commit-before-effect": {
    log: (log) => withHandler(log, (handler) => commitsFirst(handler)),
  },
  /** The end of what was read is committed, whatever is still open. */
  "missed-low-water": {
    log: (log) => withHandler(log, (handler) => commitsTheEnd(handler)),
  },
  /** Every piece of ink is appended twice to the page that a viewer sees. */
  "delta-twice": {
    viewer: (watched) => new TwiceViewer(watched),
  },
  /** What was not acknowledged is sent again as if it were new ink. */
  "retry-under-a-new-name": {
    log: (log) => ({
      append: (topic, records) => log.append(topic, records).catch(() => log.append(topic, records.map(renamed))),
      consume: (options) => log.consume(options),
      close: () => log.close(),
    }),
  },
  /** Now and then an append of ink is acknowledged and thrown away. */
  "lost-acknowledged": {
    log: (log) => {
      let appends = 0;
      const isLost = (topic: string) => topic === "ink" && ++appends % LOST_EVERY === 0;
      return {
        append: (topic, records) => (isLost(topic) ? Promise.resolve() : log.append(topic, records)),
        consume: (options) => log.consume(options),
        close: () => log.close(),
      };
    },
  },
  /** What belongs to another room stays where it was heard. */
  "guest-stays": {
    log: (log, life) => ({
      append: (topic, records) =>
        topic === "ink" && life.name.startsWith("processor") ? Promise.resolve() : log.append(topic, records),
      consume: (options) => log.consume(options),
      close: () => log.close(),
    }),
  },
  /** A dashboard that listens to whoever speaks: former owners say things that nobody takes back. */
  "no-generation-check": {
    log: (log) =>
      withConsume(log, (options) =>
        options.topic !== "events"
          ? options
          : { ...options, openPartition: async (owned) => hearsAll(await options.openPartition(owned)) },
      ),
  },
  /** A gateway knows nothing of the clocks that its former lives have set. */
  "clock-forgotten": {
    pens: (notes) => ({
      passwordOf: (pen) => notes.passwordOf(pen),
      settings: () => notes.settings(),
      clockOf: () => null,
      keepClock: (pen, note) => notes.keepClock(pen, note),
      keepPassword: (pen, password) => notes.keepPassword(pen, password),
    }),
  },
  /** A new owner tells what it reads while it reads it, and not once it has. */
  "not-muted": {
    log: (log) =>
      withConsume(log, (options) => ({ ...options, openPartition: (owned) => options.openPartition(atItsEnd(owned)) })),
  },
} as const satisfies Record<string, Plant>;

function withConsume(log: EventLog, change: (options: ConsumeOptions) => ConsumeOptions): EventLog {
  return {
    append: (topic, records) => log.append(topic, records),
    close: () => log.close(),
    consume: (options) => log.consume(change(options)),
  };
}

function atItsEnd(owned: OwnedPartition): OwnedPartition {
  return owned.generation === 0 ? owned : { ...owned, endOffset: owned.startOffset };
}

function hearsAll(handler: PartitionHandler): PartitionHandler {
  const ofOneOwner = (record: StoredRecord): StoredRecord => {
    const event = decodeEvent(record.value);
    return event === null ? record : { ...record, value: encodeEvent({ ...event, generation: 1 }) };
  };
  const close = handler.close?.bind(handler);
  return { onBatch: (records) => handler.onBatch(records.map(ofOneOwner)), ...(close && { close }) };
}

/** The same dots as another stroke: its pen-down a millisecond later. */
function renamed(record: NewRecord): NewRecord {
  const ink = decodeInk(record.value);
  if (ink?.body.kind !== "dots") return record;
  const { batch } = ink.body;
  return { ...record, value: encodeInk({ ...ink, body: { kind: "dots", batch: { ...batch, downMs: batch.downMs + 1 } } }) };
}

function withHandler(log: EventLog, wrap: (handler: PartitionHandler) => PartitionHandler): EventLog {
  return withConsume(log, (options) =>
    options.group === null ? options : { ...options, openPartition: async (owned) => wrap(await options.openPartition(owned)) },
  );
}

function commitsFirst(handler: PartitionHandler): PartitionHandler {
  let lowWater: Offset = 0n;
  let effects: Promise<unknown> = Promise.resolve();
  return {
    async onBatch(records) {
      effects = effects.then(() => handler.onBatch(records));
      const last = records.at(-1);
      if (last !== undefined) lowWater = last.offset + 1n;
      return lowWater;
    },
    async close() {
      await effects;
      await handler.close?.();
      return lowWater;
    },
  };
}

function commitsTheEnd(handler: PartitionHandler): PartitionHandler {
  let end: Offset = 0n;
  return {
    async onBatch(records) {
      const lowWater = await handler.onBatch(records);
      const last = records.at(-1);
      if (last === undefined) return end === 0n ? lowWater : end;
      end = last.offset + 1n;
      return end;
    },
    async close() {
      const lowWater = (await handler.close?.()) ?? end;
      return end === 0n ? lowWater : end;
    },
  };
}

/** Appends what it gets without looking at its index, and gets it twice. */
class TwiceViewer extends Viewer {
  constructor(watched: Watched | null) {
    super(watched);
  }

  override drawn(stroke: InkStroke): void {
    const before = stroke.firstDot === 0 ? [] : (this.ink.get(stroke.stroke) ?? []);
    this.ink.set(stroke.stroke, [...before, ...stroke.points, ...stroke.points]);
  }
}
