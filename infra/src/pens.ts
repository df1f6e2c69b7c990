import { appendFileSync, readFileSync } from "node:fs";
import path from "node:path";
import {
  type BluetoothTrouble,
  NobleSource,
  type PenSource,
  parseRecording,
  RecordedSource,
  ReplaySource,
} from "@penlight/pen-gateway";
import { type Clock, type EventLog, Random, type RoomId } from "@penlight/proto";
import { type Config, ConfigError } from "./config.ts";
import { RegisteredPens } from "./registered-pens.ts";
import type { PutSetup } from "./setup-client.ts";
import { openSimulation, putDemoClass, type Simulation } from "./simulation.ts";

/** The pens of a gateway, and the room where they are heard. */
export interface RoomPens {
  readonly source: PenSource;
  readonly room: RoomId;
  /** Null: the pens are not simulated here. */
  readonly simulation: Simulation | null;
}

export interface OpenPensOptions {
  readonly config: Config;
  readonly clock: Clock;
  /** Null: nothing of a demo class is set up. */
  readonly put: PutSetup | null;
  /** Where a simulated class keeps its place and its truth, in `simulation`, and a room's gateway which pens are the school's. */
  readonly directory: string;
  /** Which pens are the school's stands there. */
  readonly log: EventLog;
  readonly signal: AbortSignal;
  /** What a person should know of the Bluetooth adapters; null: all is well. */
  readonly tell: (trouble: BluetoothTrouble | null) => void;
  /** The log cannot be read any more. */
  readonly fail: (error: unknown) => void;
}

/** @throws ConfigError | PenSourceError | what `put` throws */
export async function openPens(options: OpenPensOptions): Promise<RoomPens> {
  const { config, clock, put, directory } = options;
  const { pens, record } = config;
  if (record !== null) tryFile("--record", record, "be written", () => appendFileSync(record, ""));
  const recorded = (source: PenSource) =>
    record === null ? source : new RecordedSource(source, (line) => appendFileSync(record, `${line}\n`));
  if (pens.kind === "replay") {
    const text = tryFile("--pens replay=", pens.file, "be read", () => readFileSync(pens.file, "utf8"));
    const chunks = parseRecording(text.split("\n"));
    const room = put === null ? (config.room as RoomId) : await putDemoClass({ config, clock, put });
    return { source: recorded(new ReplaySource({ clock, chunks })), room, simulation: null };
  }
  if (pens.kind === "bluetooth") {
    return { source: recorded(await openBluetooth(options, pens)), room: config.room as RoomId, simulation: null };
  }
  if (put === null) throw new Error("a simulated class has to be set up");
  const simulation = await openSimulation({ config, clock, put, directory: path.join(directory, "simulation") });
  return { source: recorded(simulation.source), room: simulation.room, simulation };
}

/** @throws ConfigError a file that a setting names is not of use */
function tryFile<T>(setting: string, file: string, use: string, attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "for whatever reason";
    throw new ConfigError(`${setting} names ${file}, which cannot ${use} (${code}); give another file`);
  }
}

async function openBluetooth(
  { config, clock, put, directory, log, signal, tell, fail }: OpenPensOptions,
  { adapters, perAdapter }: Extract<Config["pens"], { kind: "bluetooth" }>,
): Promise<PenSource> {
  const registered = new RegisteredPens(path.join(directory, `pens-${config.room}.json`), config.room as RoomId);
  const following = registered.follow(log, signal);
  following.catch((error: unknown) => {
    if (!signal.aborted) fail(error);
  });
  if (put !== null) {
    // Somebody who has set nothing up yet finds a class to try the pens with; a room that is there stays as it is.
    await Promise.race([registered.known, following]);
    if (!registered.hasRooms && !signal.aborted) await putDemoClass({ config, clock, put, withPens: false });
  }
  return new NobleSource({
    clock,
    random: new Random(`${config.room}/${clock.nowMs()}`),
    isRegistered: (pen) => registered.has(pen),
    claimDelayMs: (pen, nowMs) => registered.claimDelayMs(pen, nowMs),
    tell,
    pensPerAdapter: perAdapter,
    ...(adapters === null ? {} : { listAdapters: () => adapters }),
  });
}
