import {
  decodeInk,
  type EventLog,
  encodeInk,
  type InkStroke,
  type NewRecord,
  type Offset,
  type PartitionHandler,
} from "@penlight/proto";
import { Viewer, type Watched } from "./viewer.ts";
import type { Plant } from "./world.ts";

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
} as const satisfies Record<string, Plant>;

/** The same dots as another stroke: its pen-down a millisecond later. */
function renamed(record: NewRecord): NewRecord {
  const ink = decodeInk(record.value);
  if (ink?.body.kind !== "dots") return record;
  const { batch } = ink.body;
  return { ...record, value: encodeInk({ ...ink, body: { kind: "dots", batch: { ...batch, downMs: batch.downMs + 1 } } }) };
}

function withHandler(log: EventLog, wrap: (handler: PartitionHandler) => PartitionHandler): EventLog {
  return {
    append: (topic, records) => log.append(topic, records),
    close: () => log.close(),
    consume: (options) => {
      if (options.group === null) return log.consume(options);
      return log.consume({ ...options, openPartition: async (owned) => wrap(await options.openPartition(owned)) });
    },
  };
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
