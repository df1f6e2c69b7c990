import { type Assignment, type AssignmentId, LogError, type SetupFault, type Worksheet } from "@penlight/proto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { checkChanges, correctedBy, type KeyChange, previewOf, type WorthOf } from "../core/key-correction.ts";
import { checkWorksheet } from "../core/worksheet-rules.ts";
import type { LiveBoards } from "../live-boards.ts";
import type { SetupWriter } from "../setup-writer.ts";
import { KEY_PREVIEW, KEYS_BODY, KEYS_PUT, PREVIEW_BODY } from "./key-schemas.ts";
import { missing, starting } from "./mark-routes.ts";
import { ASSIGNMENT_PARAMS } from "./mark-schemas.ts";
import { fromHistory } from "./room-routes.ts";
import { ERROR } from "./schemas.ts";
import { type SchemaError, SETUP_SCHEMAS, schemaFaults } from "./setup-schemas.ts";

interface Correcting {
  readonly assignment: Assignment;
  readonly after: Worksheet;
}

type Request = { Params: { assignment: AssignmentId }; Body: { by: string; from: number; items: readonly KeyChange[] } };

export interface KeyRoutesOptions {
  readonly boards: LiveBoards;
  readonly writer: SetupWriter;
  readonly worthOf: WorthOf;
}

/** Correcting keys and points: what it would change, and doing it. SET-20. */
export function keyRoutes(app: FastifyInstance, options: KeyRoutesOptions): void {
  const { boards, worthOf } = options;
  const base = { tags: ["keys"], params: ASSIGNMENT_PARAMS };
  const refused = { 400: ERROR, 404: ERROR, 503: ERROR };
  const summary = "What a correction of keys and points would change";
  const preview = { ...base, summary, body: PREVIEW_BODY, response: { 200: KEY_PREVIEW, ...refused } };
  app.post<Request>("/api/v1/assignments/:assignment/keys/preview", { schema: preview }, async (request, reply) => {
    if (!boards.ready) return starting(reply);
    const correcting = correctionOf(options, request);
    if (correcting === null) return missing(reply, request.params.assignment);
    if (Array.isArray(correcting)) return invalid(reply, correcting);
    const { assignment, after } = correcting as Correcting;
    return fromHistory(reply, async () => ({ cells: previewOf(await boards.cellsOf(assignment), after, worthOf) }));
  });

  const put = {
    ...base,
    summary: "Corrects keys and points: one more version of the worksheet, by which every answer is marked anew",
    body: KEYS_BODY,
    response: { 200: KEYS_PUT, 409: ERROR, 412: ERROR, ...refused },
  };
  app.post<Request>("/api/v1/assignments/:assignment/keys", { schema: put }, async (request, reply) => {
    if (!boards.ready) return starting(reply);
    const correcting = correctionOf(options, request);
    if (correcting === null) return missing(reply, request.params.assignment);
    if (Array.isArray(correcting)) return invalid(reply, correcting);
    try {
      return await apply(options, correcting as Correcting, request, reply);
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      return reply.code(503).send({ error: error.code, message: error.message });
    }
  });
}

/** Null: no such assignment. */
function correctionOf({ boards }: KeyRoutesOptions, request: FastifyRequest<Request>): Correcting | SetupFault[] | null {
  const { setup } = boards;
  const assignment = setup.assignments.get(request.params.assignment);
  const worksheet = assignment === undefined ? null : setup.worksheetOf(assignment);
  if (assignment === undefined || worksheet === null) return null;
  const { items } = request.body;
  const faults = checkChanges(worksheet, items);
  if (faults.length > 0) return faults;
  const versions = [...setup.worksheets.values()].filter((each) => each.id === worksheet.id).map((each) => each.version);
  const after = correctedBy(worksheet, items, Math.max(...versions) + 1);
  const validate = request.compileValidationSchema(SETUP_SCHEMAS.worksheets);
  if (!validate(after)) return schemaFaults((validate.errors ?? []) as readonly SchemaError[]);
  const wrong = checkWorksheet(after);
  return wrong.length > 0 ? wrong : { assignment, after };
}

async function apply(
  { boards, writer }: KeyRoutesOptions,
  { assignment, after }: Correcting,
  { body }: FastifyRequest<Request>,
  reply: FastifyReply,
) {
  // Somebody else's correction came first: what was previewed is not what would happen.
  const outdated = () =>
    reply.code(412).send({ error: "keys.outdated", message: "the keys were corrected meanwhile; look again" });
  if (assignment.worksheetVersion !== body.from) return outdated();
  const stored = writer.get("assignments", assignment.id);
  const correction = { by: body.by.trim(), atMs: boards.nowMs(), from: body.from };
  const next = { ...assignment, worksheetVersion: after.version, correction };
  // In one: answers are marked anew when the second is there, and somebody waits for that.
  const results = await writer.putAll([
    { kind: "worksheets", document: after, ifMatch: 0 },
    { kind: "assignments", document: next, ifMatch: stored?.version ?? null },
  ]);
  for (const result of results) {
    if (result.kind === "outdated" || result.kind === "conflict") return outdated();
    if (result.kind === "invalid") return invalid(reply, result.faults);
  }
  return { worksheetVersion: after.version };
}

function invalid(reply: FastifyReply, details: readonly SetupFault[]) {
  return reply.code(400).send({ error: "keys.invalid", message: "nothing was corrected", details });
}
