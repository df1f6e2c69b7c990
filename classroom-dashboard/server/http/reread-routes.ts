import { type AssignmentId, LogError, type RereadOrder } from "@penlight/proto";
import type { FastifyInstance } from "fastify";
import type { LiveBoards } from "../live-boards.ts";
import type { SetupWriter } from "../setup-writer.ts";
import { missing, starting } from "./mark-routes.ts";
import { ASSIGNMENT_PARAMS, BY } from "./mark-schemas.ts";
import { ERROR, object } from "./schemas.ts";
import { SETUP_SCHEMAS } from "./setup-schemas.ts";

const order = SETUP_SCHEMAS.assignments.properties as {
  readonly reread: { readonly properties: { recognizers: Record<string, unknown> } };
};
const { recognizers } = order.reread.properties;

/** Reading again what another recogniser read: which answers it changes, `npm run reread` shows first. SET-21. */
export function rereadRoutes(app: FastifyInstance, boards: LiveBoards, writer: SetupWriter): void {
  const schema = {
    tags: ["reread"],
    summary: "Has the ink of an assignment read again by other recognisers; what teachers marked stays theirs",
    params: ASSIGNMENT_PARAMS,
    body: object({ by: BY, recognizers }),
    response: {
      200: object({ reread: object({ by: BY, atMs: { type: "number" }, recognizers }) }),
      ...{ 400: ERROR, 404: ERROR, 412: ERROR, 503: ERROR },
    },
  };
  type Request = { Params: { assignment: AssignmentId }; Body: Pick<RereadOrder, "by" | "recognizers"> };
  app.post<Request>("/api/v1/assignments/:assignment/reread", { schema }, async (request, reply) => {
    if (!boards.ready) return starting(reply);
    const stored = writer.get("assignments", request.params.assignment);
    if (stored === null) return missing(reply, request.params.assignment);
    const { by, recognizers: wanted } = request.body;
    const reread: RereadOrder = { by: by.trim(), atMs: boards.nowMs(), recognizers: wanted };
    try {
      const put = await writer.put("assignments", { ...stored.document, reread }, stored.version);
      if (put.kind === "stored") return { reread };
      const message = "the assignment was changed meanwhile; try again";
      return reply.code(412).send({ error: "reread.outdated", message });
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      return reply.code(503).send({ error: error.code, message: error.message });
    }
  });
}
