import { appendFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type PenSource, parseRecording, RecordedSource, ReplaySource } from "@penlight/pen-gateway";
import type { Clock, RoomId } from "@penlight/proto";
import type { Config } from "./config.ts";
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
  /** Where a simulated class keeps its place and its truth, in `simulation`. */
  readonly directory: string;
}

/** @throws PenSourceError | what `put` throws */
export async function openPens({ config, clock, put, directory }: OpenPensOptions): Promise<RoomPens> {
  const { pens, record } = config;
  const recorded = (source: PenSource) =>
    record === null ? source : new RecordedSource(source, (line) => appendFileSync(record, `${line}\n`));
  if (pens.kind === "replay") {
    const chunks = parseRecording((await readFile(pens.file, "utf8")).split("\n"));
    const room = put === null ? (config.room as RoomId) : await putDemoClass({ config, clock, put });
    return { source: recorded(new ReplaySource({ clock, chunks })), room, simulation: null };
  }
  if (put === null) throw new Error("a simulated class has to be set up");
  const simulation = await openSimulation({ config, clock, put, directory: path.join(directory, "simulation") });
  return { source: recorded(simulation.source), room: simulation.room, simulation };
}
