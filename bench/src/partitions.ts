import { SystemClock } from "@penlight/infra/system-clock";
import { type NewRecord, type RoomId, TOPICS } from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { MemoryLog, MemoryStore } from "@penlight/proto/memory-log";
import { PROCESSOR_GROUP, runProcessor } from "@penlight/stream-processor";
import { dotsOfRoom, inkOfRoom, type RoomInk, setupOfRooms } from "./district/class-ink.ts";
import { collectGarbage } from "./growth/garbage.ts";
import { type BenchOptions, type BenchResult, hashOf, medianOf, RUNS } from "./result.ts";

const COUNTS = [1, 2, 4, 8] as const;
const ROOMS = 16;
/** More than a processor holds back for a closing (ANS-52). */
const HELD_MS = 15_000;
const clock = new SystemClock();

/**
 * The same ink of sixteen rooms through a topic of 1, 2, 4 and 8 partitions with one processor, and through one of 8
 * partitions with 1, 2, 4 and 8 processors that share the group: what a dot costs, log and history in memory.
 */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const lastsMs = 10 * 60_000;
  const startMs = clock.nowMs() - lastsMs;
  const rooms = Array.from({ length: ROOMS }, (_, i): RoomInk => {
    return { room: `room-${i}` as RoomId, pens: smoke ? 3 : 25, strokes: smoke ? 5 : 100, startMs, lastsMs };
  });
  const ink = rooms.flatMap((room) => [...inkOfRoom(room)]).sort((a, b) => a.timestampMs - b.timestampMs);
  const cases = [
    ...COUNTS.map((partitions) => ({ name: `${partitions} partitions, 1 processor`, partitions, processors: 1 })),
    ...COUNTS.map((processors) => ({ name: `8 partitions, ${processors} processors`, partitions: 8, processors })),
  ];
  const runs = new Map(cases.map(({ name }) => [name, [] as number[]]));
  let hash = "";
  // The first round warms up; cases take turns, so that whatever changes on the machine changes for all of them.
  for (let round = 0; round <= (smoke ? 1 : RUNS); round++) {
    for (const each of cases) {
      const measured = await measure(rooms, ink, each.partitions, each.processors);
      hash ||= measured.hash;
      if (measured.hash !== hash) throw new Error(`${each.name} have another history`);
      if (round > 0) runs.get(each.name)?.push(measured.nsPerDot);
    }
  }
  const medianBy = (name: string) => medianOf(runs.get(name) ?? []);
  return cases.map(({ name, processors, partitions }) => {
    const median = medianBy(name);
    const single = processors > 1 ? "8 partitions, 1 processors" : "1 partitions, 1 processor";
    const beside = { name: single, median: medianBy(single) };
    const compared = partitions === 1 ? {} : { beside, ratio: median / beside.median };
    return { bench: "partitions", case: name, unit: "ns/dot", median, runs: runs.get(name) ?? [], hash, ...compared };
  });
}

async function measure(rooms: readonly RoomInk[], ink: readonly NewRecord[], partitions: number, processors: number) {
  const topics = { ...TOPICS, ink: { ...TOPICS.ink, partitions }, events: { ...TOPICS.events, partitions } };
  const [store, history] = [new MemoryStore(), new MemoryHistory()];
  const log = new MemoryLog({ clock, store, topics });
  await log.append("setup", setupOfRooms(rooms));
  await log.append("ink", ink);
  const stop = new AbortController();
  collectGarbage();
  const before = process.cpuUsage();
  const running = Array.from({ length: processors }, () => {
    const own = new MemoryLog({ clock, store, topics });
    return runProcessor({ log: own, history, clock, signal: stop.signal });
  });
  // While an assignment is open its last seconds are kept for a later owner: they are not committed before the end.
  const heldFromMs = (ink.at(-1)?.timestampMs ?? 0) - HELD_MS;
  const isDone = (index: number) => {
    const { records, committed } = partitionOf(store, index);
    return committed >= records.filter(({ timestampMs }) => timestampMs < heldFromMs).length;
  };
  while (!Array.from({ length: partitions }, (_, i) => i).every(isDone)) await clock.sleep(20);
  const { user, system } = process.cpuUsage(before);
  stop.abort();
  await Promise.all(running);
  const dots = rooms.reduce((sum, room) => sum + dotsOfRoom(room), 0);
  const strokes = history.strokes().map(({ stroke, version, item }) => [stroke, version, item]);
  return { nsPerDot: ((user + system) * 1000) / dots, hash: hashOf(strokes) };
}

function partitionOf(store: MemoryStore, index: number) {
  const partition = store.partition("ink", index);
  return { records: partition.records, committed: Number(partition.committed(PROCESSOR_GROUP) ?? 0n) };
}
