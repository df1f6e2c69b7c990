import { type AssignmentId, decodeSetup, logSchemaOf, type RoomId, SetupState } from "@penlight/proto";
import { RoomSetup, type Sheet } from "@penlight/stream-processor/stored";
import { ConfigError } from "../config.ts";
import type { MeasuredLog } from "../open-log.ts";
import { readPartition } from "../reconcile/stores.ts";

/** What the school has set up, as the log says now. @throws LogError */
export async function readSetup(log: MeasuredLog): Promise<SetupState> {
  const setup = new SetupState();
  const partitions = (await log.endOffsets("setup")).length;
  for (let partition = 0; partition < partitions; partition++) {
    await readPartition(log, { topic: "setup", partition, since: "start" }, (record) => {
      const document = logSchemaOf(record) === null ? decodeSetup(record.value) : null;
      if (document !== null) setup.apply(document);
    });
  }
  return setup;
}

/** The worksheet of an assignment with its class, as ink is read by. @throws ConfigError when there is none. */
export function sheetOf(setup: SetupState, assignment: string): Sheet {
  const found = setup.assignments.get(assignment as AssignmentId);
  if (found === undefined) {
    const known = [...setup.assignments.keys()].slice(-5).join(", ");
    throw new ConfigError(
      `there is no assignment ${assignment}; ${known === "" ? "none was made yet" : `the last ones are ${known}`}`,
    );
  }
  const sheet = new RoomSetup(setup, found.room).sheets.find((each) => each.assignment.id === found.id);
  if (sheet !== undefined) return sheet;
  throw new ConfigError(`worksheet ${found.worksheet} of assignment ${assignment} is not in the log; put it again`);
}

/** The newest assignment of a room; the name itself when it is no room. */
export function assignmentNamed(setup: SetupState, name: string): string {
  if (setup.assignments.has(name as AssignmentId)) return name;
  return setup.assignmentsOf(name as RoomId)[0]?.id ?? name;
}
