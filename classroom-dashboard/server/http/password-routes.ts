import { faultOf, isPassword, LogError, type PasswordOutcome, type PenId, type SetupFault } from "@penlight/proto";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { LiveBoards } from "../live-boards.ts";
import type { PasswordOffice, PasswordReply } from "../password-office.ts";
import { PASSWORD_DONE, PASSWORD_REFUSED, PASSWORD_WISH, PEN_PARAMS } from "./pen-schemas.ts";
import { ERROR } from "./schemas.ts";

interface Wish {
  readonly old: string | null;
  readonly new: string | null;
}
type Request = { Params: { pen: PenId }; Body: Wish };

const REASONS: Readonly<Record<Exclude<PasswordOutcome, "done">, string>> = {
  refused: "the pen says that its old password is another one",
  unknown: "the pen did not answer: it may have the new password, or still the old one",
  "not-now": "the pen was busy or away until it was too late; nothing was changed",
  "too-risky": "nothing was sent: the pen has refused this old password before, or a wrong one would be its last try",
};

/** A pen's password. What is sent here is never said again by anybody. REG-9. */
export function passwordRoutes(app: FastifyInstance, boards: LiveBoards, office: PasswordOffice): void {
  const schema = {
    summary: "Sets, changes or takes away the password of a pen that is connected; gives that of a locked one",
    tags: ["pens"],
    params: PEN_PARAMS,
    body: PASSWORD_WISH,
    response: { 200: PASSWORD_DONE, 400: ERROR, 404: ERROR, 409: PASSWORD_REFUSED, 503: ERROR, 504: ERROR },
  };
  app.put<Request>("/api/v1/pens/:pen/password", { schema }, async (request, reply) => {
    if (!boards.ready) return reply.code(503).send({ error: "starting", message: "the log is still being read" });
    const { old, new: fresh } = request.body;
    const details = faultsOf(request.body);
    if (details.length > 0)
      return reply.code(400).send({ error: "pens.invalid", message: "nothing was sent to the pen", details });
    try {
      return send(reply, await office.order(request.params.pen, { old, fresh }));
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      return reply.code(503).send({ error: error.code, message: error.message });
    }
  });
}

/** What a password may be, for a person. */
const FORM = "1 to 16 ASCII characters, and not 0000";

/** Where something is wrong, and never what it was. */
function faultsOf(wish: Wish): SetupFault[] {
  if (wish.old === null && wish.new === null) return [faultOf("/new", "unchanged")];
  const wrong = (["old", "new"] as const).filter((each) => wish[each] !== null && !isPassword(wish[each]));
  return wrong.map((each) => faultOf(`/${each}`, "pattern", FORM));
}

function send(reply: FastifyReply, told: PasswordReply) {
  switch (told.kind) {
    case "answered": {
      const { outcome, triesLeft } = told.answer;
      if (outcome === "done") return reply.code(200).send({ outcome, triesLeft });
      return reply.code(409).send({ error: `pens.password-${outcome}`, message: REASONS[outcome], triesLeft });
    }
    case "no-pen":
      return reply.code(404).send({ error: "not-found", message: "there is no such pen in the setup" });
    case "not-here":
      return reply.code(409).send({
        ...{ error: "pens.password-not-here", message: "no gateway has this pen now: switch it on, near its room's gateway" },
        triesLeft: null,
      });
    case "silent":
      return reply.code(504).send({ error: "pens.password-silent", message: "the gateway did not say what became of it" });
  }
}
