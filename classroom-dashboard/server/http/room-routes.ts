import {
  type AssignmentId,
  type GivenAssignment,
  HistoryError,
  type ItemId,
  type PageKey,
  type RoomId,
  type StudentId,
} from "@penlight/proto";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { LiveBoards } from "../live-boards.ts";
import { GIVEN, ITEM_INK, ITEM_PARAMS, REVIEW, REVIEW_QUERY } from "./review-schemas.ts";
import { BOARD, ERROR, INK_PAGE, INK_PARAMS, INK_QUERY, ROOM_PARAMS, ROOMS } from "./schemas.ts";

export function roomRoutes(app: FastifyInstance, boards: LiveBoards): void {
  const tags = ["rooms"];
  const roomsSchema = { summary: "Rooms and what goes on in them", tags, response: { 200: ROOMS, 503: ERROR } };
  app.get("/api/v1/rooms", { schema: roomsSchema }, async (_request, reply) => {
    if (!boards.ready) return starting(reply);
    return boards.rooms.flatMap((room) => {
      const board = boards.boardOf(room);
      if (board === null) return [];
      const { roomName: name, assignment, students } = board;
      return [{ room, name, assignment: assignment?.id ?? null, students: students.length, viewers: boards.viewersOf(room) }];
    });
  });

  const boardSchema = {
    summary: "The whole board of a room",
    tags,
    params: ROOM_PARAMS,
    response: { 200: BOARD, 404: ERROR, 503: ERROR },
  };
  app.get<{ Params: { room: RoomId } }>("/api/v1/rooms/:room/board", { schema: boardSchema }, async (request, reply) => {
    if (!boards.ready) return starting(reply);
    return boards.boardOf(request.params.room) ?? missing(reply, `there is no room ${request.params.room}`);
  });

  const inkSchema = {
    summary: "A student's ink on one page, from history and live, page millimetres",
    tags,
    params: INK_PARAMS,
    querystring: INK_QUERY,
    response: { 200: INK_PAGE, 400: ERROR, 404: ERROR, 503: ERROR },
  };
  type InkRequest = { Params: { room: RoomId; student: StudentId }; Querystring: { page?: PageKey } };
  app.get<InkRequest>("/api/v1/rooms/:room/students/:student/ink", { schema: inkSchema }, async (request, reply) => {
    if (!boards.ready) return starting(reply);
    const { room, student } = request.params;
    return fromHistory(reply, () => boards.inkOf(room, student, request.query.page || null));
  });

  const reviewSchema = {
    summary: "What waits for the teacher, with its ink; identical-looking answers together",
    tags,
    params: ROOM_PARAMS,
    querystring: REVIEW_QUERY,
    response: { 200: REVIEW, 400: ERROR, 404: ERROR, 503: ERROR },
  };
  type ReviewRequest = { Params: { room: RoomId }; Querystring: { assignment?: AssignmentId } };
  app.get<ReviewRequest>("/api/v1/rooms/:room/review", { schema: reviewSchema }, async (request, reply) => {
    if (!boards.ready) return starting(reply);
    return fromHistory(reply, () => boards.review(request.params.room, request.query.assignment ?? null));
  });

  const givenSchema = {
    summary: "Assignments of a room that have opened, the newest first",
    tags,
    params: ROOM_PARAMS,
    response: { 200: GIVEN, 404: ERROR, 503: ERROR },
  };
  app.get<{ Params: { room: RoomId } }>("/api/v1/rooms/:room/assignments", { schema: givenSchema }, async (request, reply) => {
    if (!boards.ready) return starting(reply);
    const { room } = request.params;
    return boards.setup.rooms.has(room) ? givenIn(boards, room) : missing(reply, `there is no room ${room}`);
  });

  const itemSchema = {
    summary: "Everybody's ink of one item",
    tags,
    params: ITEM_PARAMS,
    response: { 200: ITEM_INK, 404: ERROR, 503: ERROR },
  };
  type ItemRequest = { Params: { room: RoomId; item: ItemId } };
  app.get<ItemRequest>("/api/v1/rooms/:room/items/:item/ink", { schema: itemSchema }, async (request, reply) => {
    if (!boards.ready) return starting(reply);
    return fromHistory(reply, () => boards.itemInk(request.params.room, request.params.item));
  });

  const liveSchema = {
    summary: "WebSocket: snapshot, then numbered deltas; see the LIVE rules",
    tags,
    params: ROOM_PARAMS,
    response: { 426: ERROR },
  };
  app.get("/api/v1/rooms/:room/live", { schema: liveSchema }, async (_request, reply) => {
    reply.header("upgrade", "websocket");
    return reply.code(426).send({ error: "live.upgrade", message: "this is a WebSocket" });
  });
}

/** So many of a room's assignments are told. */
const GIVEN_MAX = 50;

function givenIn(boards: LiveBoards, room: RoomId): GivenAssignment[] {
  const { setup } = boards;
  const opened = setup.assignmentsOf(room).filter(({ opensMs }) => opensMs <= boards.nowMs());
  return opened.slice(0, GIVEN_MAX).flatMap((assignment) => {
    const worksheet = setup.worksheetOf(assignment);
    const klass = setup.classes.get(assignment.class);
    if (worksheet === null || klass === undefined) return [];
    const { id, opensMs, closesMs, worksheetVersion } = assignment;
    const { title } = worksheet;
    return [
      { id, opensMs, closesMs, class: klass.id, className: klass.name, worksheet: worksheet.id, worksheetVersion, title },
    ];
  });
}

function starting(reply: FastifyReply) {
  return reply.code(503).send({ error: "starting", message: "the log is still being read" });
}

/** What is not there is a 404; history that does not answer a 503. */
export async function fromHistory<Answer>(reply: FastifyReply, ask: () => Promise<Answer | null>) {
  try {
    return (await ask()) ?? missing(reply, "there is no such room, student, item or page");
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
    return reply.code(503).send({ error: error.code, message: error.message });
  }
}

function missing(reply: FastifyReply, message: string) {
  return reply.code(404).send({ error: "not-found", message });
}
