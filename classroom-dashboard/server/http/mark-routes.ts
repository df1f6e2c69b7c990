import { type AssignmentId, LogError, type WantedMark } from "@penlight/proto";
import type { FastifyInstance, FastifyReply } from "fastify";
import { checkMarks } from "../core/mark-rules.ts";
import type { LiveBoards } from "../live-boards.ts";
import type { MarkWriter } from "../mark-writer.ts";
import { ASSIGNMENT_PARAMS, MARKS_BODY, MARKS_SAID } from "./mark-schemas.ts";
import { ERROR } from "./schemas.ts";

/** What teachers say of answers. SET-10, SET-11. */
export function markRoutes(app: FastifyInstance, boards: LiveBoards, writer: MarkWriter): void {
  const schema = {
    tags: ["marks"],
    summary: "A teacher's word on cells: final until it is withdrawn; the last one wins, and is told what was there",
    params: ASSIGNMENT_PARAMS,
    body: MARKS_BODY,
    response: { 200: MARKS_SAID, 400: ERROR, 404: ERROR, 503: ERROR },
  };
  type Request = {
    Params: { assignment: AssignmentId };
    Body: { by: string; strict?: boolean; marks: readonly WantedMark[] };
  };
  app.post<Request>("/api/v1/assignments/:assignment/marks", { schema }, async (request, reply) => {
    if (!boards.ready) return starting(reply);
    const { setup } = boards;
    const assignment = setup.assignments.get(request.params.assignment);
    if (assignment === undefined) return missing(reply, request.params.assignment);
    const { by, strict = false, marks } = request.body;
    const details = checkMarks(marks, assignment, setup);
    if (details.length > 0) return reply.code(400).send({ error: "marks.invalid", message: "nothing was marked", details });
    try {
      return { marks: await writer.say(assignment.id, { by: by.trim(), strict, marks }) };
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      return reply.code(503).send({ error: error.code, message: error.message });
    }
  });
}

export function starting(reply: FastifyReply) {
  return reply.code(503).send({ error: "starting", message: "the log is still being read" });
}

export function missing(reply: FastifyReply, assignment: string) {
  return reply.code(404).send({ error: "not-found", message: `there is no assignment ${assignment}` });
}
