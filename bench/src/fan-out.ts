import { type ChildProcess, fork } from "node:child_process";
import {
  type LiveBoards,
  type LiveObserver,
  type LiveTransport,
  openUwsTransport,
  openWsTransport,
  runLive,
  type ViewerEvents,
  type ViewerId,
} from "@penlight/classroom-dashboard";
import { SystemClock } from "@penlight/infra/system-clock";
import {
  type AssignmentId,
  type Clock,
  type EventBody,
  encodeEvent,
  type ItemId,
  type RoomId,
  type StoredRecord,
  type StudentId,
} from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { MemoryLog } from "@penlight/proto/memory-log";
import Fastify from "fastify";
import { type RoomInk, setupOfRooms } from "./district/class-ink.ts";
import { type BenchOptions, type BenchResult, medianOf, RUNS } from "./result.ts";

const PENS = 40;
const STATES = ["right", "wrong", "writing"] as const;
/** Rounds between two looks at whether everything has arrived: less than makes a socket full. */
const ROUNDS_AT_ONCE = 20;
const TRANSPORTS = {
  ws: openWsTransport,
  "uWebSockets.js": (options: Parameters<typeof openWsTransport>[0]) => openUwsTransport(options, "uwebsockets"),
};

interface Scale {
  readonly rooms: number;
  readonly viewersPerRoom: number;
  readonly rounds: number;
  readonly runs: number;
}

/**
 * 500 viewers of 25 rooms: events of every room, folded and told, to the bytes in the viewers' process; beside it the same
 * frames, made beforehand, handed to the same sockets. And the same for viewers who read while others do not.
 */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const scale: Scale = smoke
    ? { rooms: 3, viewersPerRoom: 4, rounds: 40, runs: 1 }
    : { rooms: 25, viewersPerRoom: 20, rounds: 400, runs: RUNS };
  const results: BenchResult[] = [];
  for (const [name, open] of Object.entries(TRANSPORTS)) {
    const told = await measure(open, scale, 0);
    const beside = { name: "the same frames, made beforehand", median: medianOf(told.bare) };
    const viewers = scale.rooms * scale.viewersPerRoom;
    const head = { bench: "fan-out", unit: "frames/s" } as const;
    const of = (runs: readonly number[]) => ({ median: medianOf(runs), runs });
    const rate = of(told.full);
    results.push({
      ...head,
      case: `${name}: ${viewers} viewers of ${scale.rooms} rooms`,
      ...rate,
      beside,
      ratio: rate.median / beside.median,
    });
    const slow = await measure(open, scale, Math.ceil(scale.viewersPerRoom / 10));
    const fast = of(slow.full);
    results.push({
      ...head,
      case: `${name}: to those who read, while a tenth reads nothing`,
      ...fast,
      beside: { name: "nobody is slow", median: rate.median },
      ratio: fast.median / rate.median,
      note: `${slow.behind} times a viewer fell behind`,
    });
  }
  return results;
}

/** Stands still: nothing is sent but what a round causes. */
const stillClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  sleep: (_, signal) => new Promise((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true })),
};

async function measure(open: typeof openWsTransport, scale: Scale, slowPerRoom: number) {
  const rooms = Array.from({ length: scale.rooms }, (_, i) => `room-${i}` as RoomId);
  const stop = new AbortController();
  const log = new MemoryLog({ clock: new SystemClock() });
  const startMs = stillClock.nowMs() - 60_000;
  await log.append(
    "setup",
    setupOfRooms(rooms.map((room): RoomInk => ({ room, pens: PENS, strokes: 0, startMs, lastsMs: 0 }))),
  );
  const counter = new Counter();
  let boards: LiveBoards | null = null;
  let port = 0;
  let close = async () => {};
  const ready = new Promise<void>((resolve, reject) => {
    runLive({
      log,
      history: new MemoryHistory(),
      clock: stillClock,
      signal: stop.signal,
      observer: counter,
      transport: () => counter,
      during: async (live) => {
        const gate = () => ({ status: 101, text: "" });
        const events = counter.listening(live.viewers);
        const listening = await open({ events, http: Fastify(), gate, clock: new SystemClock(), host: "127.0.0.1", port: 0 });
        counter.transport = listening.transport;
        port = listening.port;
        live.attach(counter);
        close = () => listening.close();
        return async () => {};
      },
      onReady: (live) => {
        boards = live;
        resolve();
      },
    }).catch(reject);
  });
  await ready;
  const args = [port, scale.viewersPerRoom, slowPerRoom, ...rooms].map(String);
  const file = new URL("./district/socket-readers.ts", import.meta.url);
  const readers = new Readers(fork(file, args, { execArgv: ["--import", "tsx"] }), counter);
  await readers.said("open");
  const live = boards as unknown as LiveBoards;
  const full: number[] = [];
  const bare: number[] = [];
  const fold = (round: number) => live.onEvents(rooms.map((room) => eventOf(room, round)));
  const slow = counter.slowOf(slowPerRoom);
  let round = 0;
  await readers.rate(scale.rounds / 4, () => fold(round++), slow);
  for (let run = 0; run < scale.runs; run++) {
    counter.recorded = [];
    full.push(await readers.rate(scale.rounds, () => fold(round++), slow));
    const frames = counter.recorded;
    counter.recorded = null;
    const perRound = Math.ceil(frames.length / scale.rounds);
    if (slowPerRoom > 0) continue;
    let at = 0;
    const publish = () => {
      for (const { viewer, bytes } of frames.slice(at, at + perRound)) counter.send(viewer, bytes);
      at += perRound;
    };
    bare.push(await readers.rate(scale.rounds, publish, slow));
  }
  readers.end();
  stop.abort();
  await close();
  return { full, bare, behind: counter.behind };
}

/** A pupil's cell goes on to its next state. */
function eventOf(room: RoomId, round: number): StoredRecord {
  const student = `${room}-s${round % PENS}` as StudentId;
  const state = STATES[Math.floor(round / PENS) % STATES.length] ?? "right";
  const isRight = state === "right";
  const cell = {
    item: `i${Math.floor(round / 7) % 20}` as ItemId,
    state,
    answer: isRight ? "A" : null,
    points: isRight ? 1 : 0,
    version: round,
    inkMs: 0,
    receivedMs: 0,
    lateInkMs: 0,
  };
  const body: EventBody = { kind: "cells", student, cells: [{ ...cell, version: round + 1 }] };
  const event = {
    atMs: stillClock.nowMs(),
    generation: 1,
    revision: round,
    assignment: `lesson-${room}` as AssignmentId,
    body,
  };
  return { key: room, value: encodeEvent(event), timestampMs: event.atMs, partition: 0, offset: BigInt(round) };
}

/** Between the boards and the sockets: counts what was taken, by viewer. */
class Counter implements LiveTransport, LiveObserver {
  transport: LiveTransport | null = null;
  recorded: { readonly viewer: ViewerId; readonly bytes: Uint8Array }[] | null = null;
  behind = 0;
  frames = 0;
  readonly bytesOf = new Map<ViewerId, number>();
  readonly #rooms = new Map<RoomId, ViewerId[]>();

  listening(events: ViewerEvents): ViewerEvents {
    return {
      opened: (viewer, room) => {
        const viewers = this.#rooms.get(room) ?? [];
        this.#rooms.set(room, [...viewers, viewer]);
        events.opened(viewer, room);
      },
      message: (viewer, text) => events.message(viewer, text),
      drained: (viewer) => events.drained(viewer),
      closed: (viewer) => events.closed(viewer),
    };
  }

  /** The viewers that were opened first in each room are those who read nothing. */
  slowOf(perRoom: number): ReadonlySet<ViewerId> {
    return new Set([...this.#rooms.values()].flatMap((viewers) => viewers.slice(0, perRoom)));
  }

  send(viewer: ViewerId, bytes: Uint8Array): "sent" | "full" | "closed" {
    const answer = this.transport?.send(viewer, bytes) ?? "closed";
    if (answer !== "sent") return answer;
    this.frames++;
    this.bytesOf.set(
      viewer,
      (this.bytesOf.get(viewer) ?? 0) + bytes.length + (bytes.length < 126 ? 2 : bytes.length < 65_536 ? 4 : 10),
    );
    this.recorded?.push({ viewer, bytes });
    return answer;
  }
  close(viewer: ViewerId, code: number, reason: string): void {
    this.transport?.close(viewer, code, reason);
  }
  sent(): void {}
  stage(): void {}
  count(what: string): void {
    if (what === "viewer-behind") this.behind++;
  }
  viewers(): void {}
}

/** The viewers' process. */
class Readers {
  readonly #child: ChildProcess;
  readonly #counter: Counter;

  constructor(child: ChildProcess, counter: Counter) {
    this.#child = child;
    this.#counter = counter;
  }

  /** @throws when the viewers' process ends before it says so. */
  said(word: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`the viewers' process ended before it said "${word}"`));
      const heard = (said: unknown) => {
        if (said !== word) return;
        this.#child.off("message", heard);
        this.#child.off("exit", ended);
        resolve();
      };
      this.#child.on("message", heard);
      this.#child.once("exit", ended);
    });
  }

  /** Frames a second of so many rounds, until the last one has been read by everyone who reads. */
  async rate(rounds: number, round: () => void, slow: ReadonlySet<ViewerId>): Promise<number> {
    const taken = () => {
      let sum = 0;
      for (const [viewer, bytes] of this.#counter.bytesOf) if (!slow.has(viewer)) sum += bytes;
      return sum;
    };
    await this.#reached(0);
    const base = taken();
    const { frames } = this.#counter;
    const startMs = performance.now();
    for (let done = 0; done < rounds; done++) {
      round();
      if (done % ROUNDS_AT_ONCE === ROUNDS_AT_ONCE - 1 || done === rounds - 1) await this.#reached(taken() - base);
      else await new Promise((resolve) => setImmediate(resolve));
    }
    return ((this.#counter.frames - frames) / (performance.now() - startMs)) * 1000;
  }

  #reached(until: number): Promise<void> {
    const reached = this.said("reached");
    this.#child.send({ until });
    return reached;
  }

  end(): void {
    this.#child.kill();
  }
}
