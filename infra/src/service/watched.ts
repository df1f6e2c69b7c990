import type { History } from "@penlight/proto";
import type { MeasuredLog } from "../open-log.ts";
import type { Parts } from "./parts.ts";

/** A part is ready while what was asked of it last was done. OPS-2. */
async function watched<T>(parts: Parts, part: string, asked: Promise<T>): Promise<T> {
  try {
    const answer = await asked;
    parts.ready(part);
    return answer;
  } catch (error) {
    parts.notReady(part, "what fails is repeated", error);
    throw error;
  }
}

export function watchedLog(log: MeasuredLog, parts: Parts): MeasuredLog {
  return {
    append: (topic, records) => watched(parts, "log", log.append(topic, records)),
    consume: (options) => log.consume(options),
    endOffsets: (topic) => log.endOffsets(topic),
    committedOffsets: (group, topic) => log.committedOffsets(group, topic),
    close: () => log.close(),
  };
}

export function watchedHistory(history: History, parts: Parts): History {
  const watch = <T>(asked: Promise<T>) => watched(parts, "history", asked);
  return {
    write: (batch) => watch(history.write(batch)),
    strokesOfAssignment: (assignment) => watch(history.strokesOfAssignment(assignment)),
    strokesOfPage: (assignment, student, page) => watch(history.strokesOfPage(assignment, student, page)),
    strokesWithoutAssignment: (room, sinceMs) => watch(history.strokesWithoutAssignment(room, sinceMs)),
    answersOfAssignment: (assignment) => watch(history.answersOfAssignment(assignment)),
    marksOfAssignment: (assignment) => watch(history.marksOfAssignment(assignment)),
    gapsOfRoom: (room, sinceMs) => watch(history.gapsOfRoom(room, sinceMs)),
    close: () => history.close(),
  };
}
