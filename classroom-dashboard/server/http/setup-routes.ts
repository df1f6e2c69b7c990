import { faultOf, LogError, type SetupDocuments, type SetupFault } from "@penlight/proto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { faultsBeside } from "../core/sound-part.ts";
import { DOCUMENT_KINDS, type DocumentKind, type PutResult, type SetupWriter, type StoredSetup } from "../setup-writer.ts";
import { ERROR, ID_PARAMS, listSchema, storedSchema } from "./schemas.ts";
import { type SchemaError, SETUP_SCHEMAS, schemaFaults } from "./setup-schemas.ts";

/** A worksheet of 64 pages stays well below. SET-1. */
const SETUP_BODY_BYTES_MAX = 2 * 1024 * 1024;

const IF_MATCH = 'If-Match names one version as its ETag does, e.g. "3", with the quotation marks';
const IF_MATCH_HEADER = { type: "object", properties: { "if-match": { type: "string", description: IF_MATCH } } };

type ById = { Params: { id: string } };

/** PUT and GET of rooms, classes, pens, worksheets and assignments. SET-1 to SET-6. */
export function setupRoutes(app: FastifyInstance, writer: SetupWriter, isReady: () => boolean): void {
  for (const kind of DOCUMENT_KINDS) {
    const document = SETUP_SCHEMAS[kind];
    const base = { tags: ["setup"], params: ID_PARAMS };
    const notReady = { 503: ERROR };

    const listOf = { tags: ["setup"], summary: `All ${kind}`, response: { 200: listSchema(document), ...notReady } };
    app.get(`/api/v1/setup/${kind}`, { schema: listOf }, async (_request, reply) => {
      return isReady() ? writer.list(kind) : starting(reply);
    });

    const one = { ...base, summary: `One of ${kind}`, response: { 200: storedSchema(document), 404: ERROR, ...notReady } };
    app.get<ById>(`/api/v1/setup/${kind}/:id`, { schema: one }, async (request, reply) => {
      if (!isReady()) return starting(reply);
      const stored = find(writer, kind, request.params.id);
      if (stored === null) return reply.code(404).send({ error: "not-found", message: `no ${kind} ${request.params.id}` });
      return sendStored(reply, 200, stored);
    });

    const stored = storedSchema(document);
    const answers = { 200: stored, 201: stored, 400: ERROR, 409: ERROR, 412: ERROR, 413: ERROR, ...notReady };
    const put = {
      ...base,
      summary: `Puts one of ${kind}; unchanged, it is not written again`,
      body: document,
      headers: IF_MATCH_HEADER,
      response: answers,
    };
    const options = { schema: put, attachValidation: true, bodyLimit: SETUP_BODY_BYTES_MAX };
    app.put<ById>(`/api/v1/setup/${kind}/:id`, options, async (request, reply) => {
      if (!isReady()) return starting(reply);
      const refused = refuseShape(kind, request, writer);
      if (refused !== null) return reply.code(400).send(refused);
      return putDocument(writer, kind, request, reply);
    });
  }
}

async function putDocument(writer: SetupWriter, kind: DocumentKind, request: FastifyRequest, reply: FastifyReply) {
  const given = request.headers["if-match"];
  const ifMatch = given === undefined ? null : (/^(?:W\/)?"(\d{1,15})"$/.exec(given)?.[1] ?? "none");
  // Whoever asks for a version wants nothing to be written over another one: what cannot be read is not left out.
  if (ifMatch === "none") return reply.code(400).send({ error: "setup.if-match", message: IF_MATCH });
  try {
    const document = request.body as SetupDocuments[DocumentKind];
    return sendResult(reply, await writer.put(kind, document, ifMatch === null ? null : Number(ifMatch)));
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    return reply.code(503).send({ error: error.code, message: error.message });
  }
}

function sendResult(reply: FastifyReply, result: PutResult) {
  switch (result.kind) {
    case "stored":
      return sendStored(reply, result.created ? 201 : 200, result.stored);
    case "invalid":
      return reply.code(400).send(invalid(result.faults));
    case "outdated":
      return reply.code(412).send({ error: "setup.outdated", message: `the stored version is ${result.version}` });
    case "conflict":
      return reply.code(409).send({ error: "setup.conflict", message: result.reason });
  }
}

function sendStored(reply: FastifyReply, status: number, stored: StoredSetup) {
  return reply.code(status).header("etag", `"${stored.version}"`).send(stored);
}

/** Everything that is wrong with a document that is not even as its schema says, or has another address. Null: nothing. */
function refuseShape(kind: DocumentKind, request: FastifyRequest<ById>, writer: SetupWriter) {
  const { validationError, body, params } = request;
  const wrong = validationError === undefined ? [] : schemaFaults((validationError.validation ?? []) as readonly SchemaError[]);
  const faults = [...wrong, ...misnamed(kind, body, params.id)];
  if (faults.length === 0) return null;
  if (kind !== "worksheets" || wrong.length === 0) return invalid(faults);
  return invalid([...faults, ...faultsBeside(body, wrong, (sound) => writer.faultsOf("worksheets", sound))]);
}

/** The address names the document's own id, a worksheet's with or without its version. SET-1. */
function misnamed(kind: DocumentKind, body: unknown, address: string): SetupFault[] {
  const { id, version } = (body ?? {}) as { readonly id?: unknown; readonly version?: unknown };
  if (typeof id !== "string" || id === address || (kind === "worksheets" && `${id}@${version}` === address)) return [];
  return [faultOf("/id", "address", address)];
}

function invalid(details: readonly SetupFault[]) {
  return { error: "setup.invalid", message: "the document is not right", details };
}

/** Of a worksheet asked for without a version, the highest. */
function find(writer: SetupWriter, kind: DocumentKind, id: string): StoredSetup | null {
  if (kind !== "worksheets" || id.includes("@")) return writer.get(kind, id);
  const versions = writer.list("worksheets").filter((each) => each.document.id === id);
  return versions.sort((a, b) => b.document.version - a.document.version)[0] ?? null;
}

function starting(reply: FastifyReply) {
  return reply.code(503).send({ error: "starting", message: "the log is still being read" });
}
