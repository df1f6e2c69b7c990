import {
  type AssignmentId,
  type Clock,
  type EventLog,
  type HistoryReader,
  type Offset,
  type RoomId,
  type StoredRecord,
  TOPICS,
  type TopicName,
} from "@penlight/proto";
import { currentAssignment } from "./core/seating.ts";
import { LiveBoards } from "./live-boards.ts";
import { type LiveObserver, SILENT_OBSERVER } from "./live-observer.ts";
import type { LiveTransport, ViewerEvents } from "./transport/live-transport.ts";

/** Ink that is folded again after a restart: older strokes are in history. LIVE-8. */
const INK_REPLAY_MS = 10 * 60_000;
/** Events that are folded again after a restart: what older ones said is in history. LIVE-8. */
const EVENTS_REPLAY_MS = 12 * 60 * 60_000;
/** Records are stamped by several clocks; so much earlier than an assignment's opening the replay begins. */
const STAMP_MARGIN_MS = 60_000;
const ALIVE_MS = 1000;
const BASE_RETRY_MS = 1000;
/** So long a history that does not answer delays the first board. */
const BASE_WAIT_MS = 1000;

export interface LiveOptions {
  readonly log: EventLog;
  readonly history: HistoryReader;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called once with what wants to know of the sockets. */
  readonly transport: (events: ViewerEvents) => LiveTransport;
  readonly observer?: LiveObserver;
  /** Called at once with the boards; what it returns is called at the end. Nothing is read before it has resolved. */
  readonly during?: (boards: LiveBoards) => Promise<() => Promise<void>>;
  /** The log has been folded up to its end: every board is right. */
  readonly onReady?: (boards: LiveBoards) => void;
}

/**
 * Boards and sockets without HTTP: folds `setup`, `ink` and `events`, and tells the viewers. Runs until the signal
 * aborts. @throws LogError
 */
export async function runLive(options: LiveOptions): Promise<void> {
  const { log, clock, observer = SILENT_OBSERVER } = options;
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  const bases: Promise<void>[] = [];
  const asked = new Set<AssignmentId>();
  const boards: LiveBoards = new LiveBoards({
    history: options.history,
    clock,
    observer,
    wantBase: (room, assignment) => {
      if (asked.has(assignment)) return;
      asked.add(assignment);
      bases.push(readBase({ ...options, observer, signal }, boards, room, assignment));
    },
  });
  boards.attach(options.transport(boards.viewers));
  const finish = await options.during?.(boards);

  const follow = (topic: TopicName, onRecords: (records: readonly StoredRecord[]) => void, sinceMs: number | null) =>
    followTopic({ log, topic, sinceMs, signal, onRecords });
  const running: Promise<void>[] = [];
  const start = (followed: Followed) => {
    // The first failure ends the others too; it is thrown by the `all` below.
    running.push(
      followed.done.catch((error: unknown) => {
        ending.abort();
        throw error;
      }),
    );
    running[running.length - 1]?.catch(() => {});
    return Promise.race([followed.caughtUp, followed.done]);
  };
  try {
    await start(follow("setup", (records) => boards.onSetup(records), null));
    const { ink, events } = replayFrom(boards, clock.nowMs());
    await Promise.all([
      start(follow("ink", (records) => boards.onInk(records), ink)),
      start(follow("events", (records) => boards.onEvents(records), events)),
    ]);
    await Promise.race([Promise.allSettled(bases), clock.sleep(BASE_WAIT_MS, signal)]);
    if (!signal.aborted) {
      boards.becomeReady();
      options.onReady?.(boards);
    }
    while (!signal.aborted) {
      await clock.sleep(ALIVE_MS, signal);
      if (!signal.aborted) boards.tick();
    }
    await Promise.all(running);
  } finally {
    boards.ready = false;
    ending.abort();
    await Promise.allSettled([...running, ...bases]);
    await finish?.();
  }
}

interface Followed {
  /** Everything that was there at the start has been handled. */
  readonly caughtUp: Promise<void>;
  readonly done: Promise<void>;
}

function followTopic(options: {
  readonly log: EventLog;
  readonly topic: TopicName;
  readonly sinceMs: number | null;
  readonly signal: AbortSignal;
  readonly onRecords: (records: readonly StoredRecord[]) => void;
}): Followed {
  const { log, topic, sinceMs, signal, onRecords } = options;
  let behind = TOPICS[topic].partitions as number;
  let arrive = () => {};
  const caughtUp = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const done = log.consume({
    topic,
    group: null,
    from: sinceMs === null ? "start" : { sinceMs },
    visibility: topic === "setup" ? "durable" : "appended",
    signal,
    openPartition: ({ startOffset, endOffset }) => {
      let isBehind = true;
      const reached = (next: Offset, idle: boolean) => {
        if (!isBehind || (next < endOffset && !idle)) return;
        isBehind = false;
        if (--behind === 0) arrive();
      };
      let next = startOffset;
      reached(next, false);
      return {
        async onBatch(records) {
          const last = records[records.length - 1];
          if (last !== undefined) {
            onRecords(records);
            next = last.offset + 1n;
          }
          reached(next, last === undefined);
          return next;
        },
      };
    },
  });
  return { caughtUp, done };
}

/** The oldest moment whose records any board needs, per topic, ms. */
function replayFrom(boards: LiveBoards, nowMs: number): { readonly ink: number; readonly events: number } {
  const opened = boards.rooms.map((room) => currentAssignment(boards.setup, room, nowMs)?.opensMs ?? nowMs);
  const oldestMs = Math.min(nowMs, ...opened) - STAMP_MARGIN_MS;
  return { ink: Math.max(oldestMs, nowMs - INK_REPLAY_MS), events: Math.max(oldestMs, nowMs - EVENTS_REPLAY_MS) };
}

/** Reads an assignment's answers until history gives them; the board does not wait for it. */
async function readBase(
  { history, clock, observer, signal }: LiveOptions & { readonly observer: LiveObserver },
  boards: LiveBoards,
  room: RoomId,
  assignment: AssignmentId,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const answers = await history.answersOfAssignment(assignment);
      const marks = await history.marksOfAssignment(assignment);
      const gaps = await history.gapsOfRoom(room, boards.setup.assignments.get(assignment)?.opensMs ?? 0);
      return boards.base(room, assignment, answers, marks, gaps);
    } catch {
      observer.count("history-failed");
      await clock.sleep(BASE_RETRY_MS, signal);
    }
  }
}
