import path from "node:path";
import { type LiveObserver, runDashboard } from "@penlight/classroom-dashboard";
import { DEMO_WORKSHEETS, openClickHouseHistory, openEmbeddedLog, SystemClock } from "@penlight/infra";
import { runGateway } from "@penlight/pen-gateway";
import { decodeEvent, decodeInk, type EventLog, type NewRecord, samePage, type TopicName } from "@penlight/proto";
import { runProcessor, worthOf } from "@penlight/stream-processor";
import { openRooms } from "../lesson/district.ts";
import type { HeardInk, ToldCell } from "./pixels.ts";

/** A process of its own: all services, one room full of pupils who write all the time, and the page. */
export interface Listening {
  readonly kind: "listening";
  readonly url: string;
  /** The pupil whose ink is looked at. */
  readonly student: string;
  /** An item of the page that is looked at. */
  readonly item: string;
}

/** What was heard and told, of the whole lesson. */
export interface Ledger {
  readonly kind: "ledger";
  readonly ink: readonly HeardInk[];
  readonly cells: readonly ToldCell[];
  /** When bytes of what was received then were in a socket: the part of the way that is not the browser's. */
  readonly sent: { readonly ink: readonly Sent[]; readonly correctness: readonly Sent[] };
}

export interface Sent {
  readonly receivedMs: number;
  readonly sentMs: number;
}

const WEB_ROOT = path.resolve(import.meta.dirname, "../../../classroom-dashboard/web/dist");
const [folder = "", pens = "", seconds = ""] = process.argv.slice(2);
const ink: HeardInk[] = [];
const cells: ToldCell[] = [];
const sent = { ink: [] as Sent[], correctness: [] as Sent[] };

const clock = clockAtTick();
const log = await openEmbeddedLog({ directory: path.join(folder, "log"), clock });
const history = await openClickHouseHistory({ target: { kind: "chdb", path: path.join(folder, "history") }, clock });
const stop = new AbortController();
const worksheet = DEMO_WORKSHEETS.science;
const page = worksheet.pages[0];
const box = worksheet.boxes.find((each) => each.page === 0);
const item = worksheet.items.find((each) => "options" in each && each.options.some((option) => option.box === box?.id));
const [room] = await openRooms(log, clock, worksheet, Number(pens), Number(seconds), Number(pens));
const watched = room?.pupils.pens[0];
if (page === undefined || item === undefined || room === undefined || watched === undefined)
  throw new Error("the worksheet has no page with an item, or the room no pupil");

const recorded: EventLog = {
  append(topic, records) {
    for (const record of records) note(topic, record);
    return log.append(topic, records);
  },
  consume: (options) => log.consume(options),
  close: () => log.close(),
};
const services = [
  runProcessor({ log: recorded, history, clock, signal: stop.signal }),
  runGateway({ source: room.pupils.source, log: recorded, clock, room: room.room, signal: stop.signal }),
];
const observer: LiveObserver = {
  sent: (kind, receivedMs, sentMs) => void sent[kind].push({ receivedMs, sentMs }),
  stage() {},
  count() {},
  viewers() {},
};
const address = new Promise<string>((resolve) => {
  const onListening = ({ port }: { readonly port: number }) => resolve(`http://127.0.0.1:${port}/?room=${room.room}`);
  const ready = () => void address.then((url) => say({ kind: "listening", url, student: watched.student, item: item.id }));
  services.push(
    runDashboard({
      log,
      history,
      clock,
      worthOf,
      signal: stop.signal,
      webRoot: WEB_ROOT,
      observer,
      onListening,
      onReady: ready,
    }),
  );
});
process.on("message", (message) => {
  if (message === "stop") void end();
});
// Whoever started this is gone.
process.on("disconnect", () => process.exit(1));

async function end(): Promise<void> {
  stop.abort();
  await Promise.all(services);
  await history.close();
  await log.close();
  process.send?.({ kind: "ledger", ink, cells, sent } satisfies Ledger, () => process.exit(0));
}

function say(listening: Listening): void {
  process.send?.(listening);
}

function note(topic: TopicName, { value }: NewRecord): void {
  if (topic === "ink") {
    const record = decodeInk(value);
    if (record?.body.kind !== "dots") return;
    const { batch } = record.body;
    if (batch.pen !== watched?.pen || batch.page === null || page === undefined || batch.dotCount === 0) return;
    if (samePage(batch.page, page.address)) ink.push({ receivedMs: record.receivedMs, dots: batch.dotCount });
  } else if (topic === "events") {
    const event = decodeEvent(value);
    if (event?.body.kind !== "cells") return;
    const { student, cells: changed } = event.body;
    for (const cell of changed) cells.push({ cell: `${student}/${cell.item}`, state: cell.state, atMs: event.atMs });
  }
}

/** A clock that begins at a tick of the machine's, which only tells whole milliseconds. */
function clockAtTick(): SystemClock {
  const before = Date.now();
  while (Date.now() === before);
  return new SystemClock();
}
