import { runGateway } from "@penlight/pen-gateway";
import { decodeInk, type EventLog, type RoomId } from "@penlight/proto";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { collectGarbage } from "../growth/garbage.ts";
import { HOUR_MS, SchoolDay, type Timetable } from "./school-day.ts";

/** `run.ts PENS HOURS LESSON_MS HOUR,HOUR...`: a gateway over a simulated day, in a process of its own, as a line of JSON. */

export interface DayMemory {
  /** After a whole collection at each full hour, MiB. */
  readonly heapMib: readonly number[];
  readonly rssMib: readonly number[];
  readonly strokes: number;
  readonly dots: number;
  readonly records: number;
}

const MIB = 2 ** 20;
const START_MS = 1_790_000_000_000;

const [pens, hours, lessonMs, at] = process.argv.slice(2) as [string, string, string, string];
const timetable: Timetable = { hours: at.split(",").map(Number), lessonMs: Number(lessonMs) };
const clock = new SimulatedClock(START_MS);
const day = new SchoolDay(clock, Number(pens), timetable);
let records = 0;
let heard = 0;
const log: EventLog = {
  append: async (_topic, appended) => {
    for (const { value } of appended) {
      records++;
      const body = decodeInk(value)?.body;
      if (body?.kind === "dots") heard += body.batch.dotCount;
    }
  },
  consume: async () => {},
  close: async () => {},
};
const stop = new AbortController();
const running = runGateway({ source: day, log, clock, room: "bench" as RoomId, signal: stop.signal });
const heapMib: number[] = [];
const rssMib: number[] = [];
for (let hour = 1; hour <= Number(hours); hour++) {
  await clock.run(START_MS + hour * HOUR_MS);
  collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  heapMib.push(Math.round((heapUsed / MIB) * 100) / 100);
  rssMib.push(Math.round((rss / MIB) * 10) / 10);
}
stop.abort();
await clock.run(clock.nowMs() + 60_000);
await running;
if (heard < day.dots * 0.99) throw new Error(`${heard} of ${day.dots} dots came to the log`);
process.stdout.write(JSON.stringify({ heapMib, rssMib, strokes: day.strokes, dots: day.dots, records } satisfies DayMemory));
