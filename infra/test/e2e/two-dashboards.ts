import { existsSync } from "node:fs";
import path from "node:path";
import { runDashboard } from "@penlight/classroom-dashboard";
import {
  type Assignment,
  type AssignmentId,
  type Board,
  type EventRecord,
  encodeEvent,
  encodeInk,
  type InkBody,
  type RoomId,
  type SetupKind,
} from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { MemoryLog } from "@penlight/proto/memory-log";
import { worthOf } from "@penlight/stream-processor";
import { parseConfig } from "../../src/config.ts";
import { DEMO_ROOM } from "../../src/demo/demo-class.ts";
import { putDemoClass } from "../../src/simulation.ts";
import { SystemClock } from "../../src/system-clock.ts";

const WEB_ROOT = path.resolve(import.meta.dirname, "../../../classroom-dashboard/web/dist");
const ROOM = DEMO_ROOM as RoomId;
/** A lesson that is over has lasted so long. */
const LESSON_MS = 2_400_000;

/** Two dashboards on one log, a class in one room, and what a test lets gateway and processor say. */
export interface TwoDashboards {
  readonly ports: readonly [number, number];
  /** A record of the room's gateway, now. */
  gateway(body: InkBody): Promise<void>;
  /** A word of the room's processor, now. */
  processor(body: EventRecord["body"]): Promise<void>;
  /** The assignment is over at this time. */
  end(assignment: AssignmentId, closesMs: number): Promise<void>;
  board(port: number): Promise<Board>;
  viewers(port: number): Promise<number>;
  close(): Promise<void>;
}

export async function openTwoDashboards(students: number): Promise<TwoDashboards> {
  if (!existsSync(path.join(WEB_ROOT, "index.html"))) throw new Error("the page is not built: npm test and npm start build it");
  const clock = new SystemClock();
  const log = new MemoryLog({ clock });
  const history = new MemoryHistory();
  const stop = new AbortController();
  const running: Promise<void>[] = [];
  const open = () =>
    new Promise<number>((resolve, reject) => {
      let port = 0;
      const service = runDashboard({
        log,
        history,
        clock,
        worthOf,
        signal: stop.signal,
        webRoot: WEB_ROOT,
        onListening: (address) => {
          port = address.port;
        },
        onReady: () => resolve(port),
      });
      running.push(service);
      service.catch(reject);
    });
  const first = await open();
  const put = async (kind: SetupKind, id: string, document: unknown) => {
    const headers = { "content-type": "application/json" };
    const init = { method: "PUT", headers, body: JSON.stringify(document) };
    const answer = await fetch(`http://127.0.0.1:${first}/api/v1/setup/${kind}/${id}`, init);
    if (!answer.ok) throw new Error(`PUT ${kind}/${id} was answered ${answer.status}: ${await answer.text()}`);
  };
  const config = parseConfig("start", ["--students", String(students)], {});
  if (config === "help") throw new Error("nobody asked for help");
  await putDemoClass({
    config,
    clock,
    put,
  });
  const ports = [first, await open()] as const;
  const append = (topic: "ink" | "events", value: Uint8Array) =>
    log.append(topic, [{ key: ROOM, value, timestampMs: clock.nowMs() }]);
  const board = async (port: number) =>
    (await (await fetch(`http://127.0.0.1:${port}/api/v1/rooms/${ROOM}/board`)).json()) as Board;
  const assignment = (await board(first)).assignment?.id;
  if (assignment === undefined) throw new Error("nothing is assigned");
  let revision = 0;
  return {
    ports,
    board,
    viewers: async (port) => {
      const rooms = (await (await fetch(`http://127.0.0.1:${port}/api/v1/rooms`)).json()) as { readonly viewers: number }[];
      return rooms.reduce((sum, room) => sum + room.viewers, 0);
    },
    end: async (id, closesMs) => {
      const stored = await (await fetch(`http://127.0.0.1:${first}/api/v1/setup/assignments/${id}`)).json();
      const { document } = stored as { readonly document: Assignment };
      await put("assignments", id, { ...document, opensMs: closesMs - LESSON_MS, closesMs });
    },
    gateway: async (body) => {
      await append("ink", encodeInk({ receivedMs: clock.nowMs(), body }));
    },
    processor: async (body) => {
      const event: EventRecord = { atMs: clock.nowMs(), generation: 1, revision: ++revision, assignment, body };
      await append("events", encodeEvent(event));
    },
    async close() {
      stop.abort();
      await Promise.all(running);
    },
  };
}
