import { type ClientMessage, WATCHED_MAX } from "@penlight/proto";

/** A message of a viewer in UTF-8 bytes; far more than any that is meant. LIVE-10. */
export const CLIENT_MESSAGE_BYTES_MAX = 16 * 1024;

export type ClientMessageFault = { readonly code: "bad-message" | "too-many-watched"; readonly detail: string };

/** Text of one frame -> message or what is wrong with it. Never throws. LIVE-10. */
export function parseClientMessage(text: string): ClientMessage | ClientMessageFault {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad("not JSON");
  }
  if (!isRecord(value)) return bad("not an object");
  switch (value.type) {
    case "resync":
      return { type: "resync" };
    case "watch":
      return parseWatch(value.students);
    default:
      return bad("type must be resync or watch");
  }
}

export function isFault(message: ClientMessage | ClientMessageFault): message is ClientMessageFault {
  return "code" in message;
}

function parseWatch(students: unknown): ClientMessage | ClientMessageFault {
  if (!Array.isArray(students)) return bad("students must be a list");
  if (students.length > WATCHED_MAX) return { code: "too-many-watched", detail: `at most ${WATCHED_MAX}` };
  const valid = students.every((each) => isRecord(each) && typeof each.student === "string" && typeof each.page === "string");
  return valid ? { type: "watch", students } : bad("each of students must be {student, page}");
}

function bad(detail: string): ClientMessageFault {
  return { code: "bad-message", detail };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
