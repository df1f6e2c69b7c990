import { type ClassId, LogError, type PenChange, type RoomId, type WorksheetPage } from "@penlight/proto";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { LiveBoards } from "../live-boards.ts";
import type { OfficeAnswer, PenOffice } from "../pen-office.ts";
import { CHANGES, CLASS_PARAMS, CLASS_PENS, LIST_PAGE, PENS_DONE, QUESTIONS, RADIO_QUERY, ROOM_RADIO } from "./pen-schemas.ts";
import { ERROR, ROOM_PARAMS } from "./schemas.ts";

/** A list of 2000 lines stays well below. REG-5. */
const CSV_BYTES_MAX = 256 * 1024;
const CSV_BODY = { type: "string" };

type ByClass = { Params: { class: ClassId } };

/** Pens, pupils and radios. REG-2 to REG-7. */
export function penRoutes(app: FastifyInstance, boards: LiveBoards, office: PenOffice): void {
  const tags = ["pens"];
  const answers = { 200: PENS_DONE, 400: ERROR, 404: ERROR, 409: QUESTIONS, 412: ERROR, 503: ERROR };
  app.addContentTypeParser("text/csv", { parseAs: "string", bodyLimit: CSV_BYTES_MAX }, (_request, body, done) =>
    done(null, body),
  );

  const pensOf = { summary: "Who of a class has which pen", tags, params: CLASS_PARAMS };
  const pensOfSchema = { ...pensOf, response: { 200: CLASS_PENS, 404: ERROR, 503: ERROR } };
  app.get<ByClass>("/api/v1/classes/:class/pens", { schema: pensOfSchema }, async (request, reply) => {
    if (!boards.ready) return starting(reply);
    return office.pensOf(request.params.class) ?? send(reply, { kind: "no-class" });
  });

  const change = { summary: "Gives, lends and takes back pens: all of it, or none", tags, body: CHANGES, response: answers };
  app.post<{ Body: { changes: PenChange[] } }>("/api/v1/pens", { schema: change }, async (request, reply) => {
    return boards.ready ? answer(reply, () => office.change(request.body.changes)) : starting(reply);
  });

  const csv = {
    ...{ summary: "A list of pens and students, as text/csv: pen,student", tags, params: CLASS_PARAMS },
    ...{ body: CSV_BODY, response: answers, consumes: ["text/csv"] },
  };
  app.post<ByClass & { Body: string }>("/api/v1/classes/:class/pens/csv", { schema: csv }, async (request, reply) => {
    return boards.ready ? answer(reply, () => office.read(request.params.class, request.body)) : starting(reply);
  });

  const list = {
    ...{ summary: "Lays out a class's printed list, a box for each student", tags },
    ...{ params: CLASS_PARAMS, body: LIST_PAGE, response: answers },
  };
  app.post<ByClass & { Body: WorksheetPage }>("/api/v1/classes/:class/list", { schema: list }, async (request, reply) => {
    return boards.ready ? answer(reply, () => office.makeList(request.params.class, request.body)) : starting(reply);
  });

  const radio = {
    ...{ summary: "The radios and pens of a room; sinceMs: who has drawn a line since", tags },
    ...{ params: ROOM_PARAMS, querystring: RADIO_QUERY, response: { 200: ROOM_RADIO, 400: ERROR, 404: ERROR, 503: ERROR } },
  };
  type Radio = { Params: { room: RoomId }; Querystring: { sinceMs?: string } };
  app.get<Radio>("/api/v1/rooms/:room/radio", { schema: radio }, async (request, reply) => {
    if (!boards.ready) return starting(reply);
    const { room } = request.params;
    const { sinceMs } = request.query;
    const told = boards.radioOf(room, sinceMs === undefined ? null : Number(sinceMs));
    return told ?? reply.code(404).send({ error: "not-found", message: `there is no room ${room}` });
  });
}

async function answer(reply: FastifyReply, ask: () => Promise<OfficeAnswer>) {
  try {
    return send(reply, await ask());
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    return reply.code(503).send({ error: error.code, message: error.message });
  }
}

function send(reply: FastifyReply, told: OfficeAnswer) {
  switch (told.kind) {
    case "done":
      return reply.code(200).send({ pens: told.pens });
    case "questions": {
      const { questions, changes } = told;
      return reply.code(409).send({ error: "pens.questions", message: "only a person can decide this", questions, changes });
    }
    case "invalid":
      return reply.code(400).send({ error: "pens.invalid", message: "nothing was changed", details: told.faults });
    case "outdated":
      return reply
        .code(412)
        .send({ error: "setup.outdated", message: "somebody else changed this at the same moment: look again" });
    case "no-class":
      return reply.code(404).send({ error: "not-found", message: "there is no such class" });
  }
}

function starting(reply: FastifyReply) {
  return reply.code(503).send({ error: "starting", message: "the log is still being read" });
}
