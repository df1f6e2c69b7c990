import { ADAPTER_STATES, PASSWORD_OUTCOMES, PEN_LINKS, RADIO_FAULT_KINDS, TEST_OUTCOMES } from "@penlight/proto";
import { count, flag, list, localText, nullable, number, object, text, timeMs } from "./schemas.ts";
import { SETUP_SCHEMAS } from "./setup-schemas.ts";

/** JSON Schemas of what is asked and answered about pens, pupils and radios. */

const PEN_ID = { type: "string", pattern: "^[0-9a-f]{12}$" };
const ID = { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$" };
/** Of a whole school. */
const CHANGES_MAX = 2000;

const change = object({ pen: PEN_ID, student: nullable(ID), untilMs: number, from: ID, keeps: { enum: ["both", "this"] } }, [
  "untilMs",
  "from",
  "keeps",
]);
const changes = { type: "array", minItems: 1, maxItems: CHANGES_MAX, items: change };
export const CHANGES = object({ changes });
export const CLASS_PARAMS = { type: "object", required: ["class"], properties: { class: text } };
export const RADIO_QUERY = { type: "object", properties: { sinceMs: { type: "string", pattern: "^\\d{1,15}(\\.\\d+)?$" } } };

const classList = (SETUP_SCHEMAS.classes as { properties: { list: { properties: { page: Record<string, unknown> } } } })
  .properties;
export const LIST_PAGE = classList.list.properties.page;

export const PEN_PARAMS = { type: "object", required: ["pen"], properties: { pen: PEN_ID } };
/** Its shape; what a password may be is looked at where no message can repeat it. */
const password = nullable({ type: "string", writeOnly: true });
export const PASSWORD_WISH = {
  ...object({ old: password, new: password }),
  description: "null: it has none, it is to have none. Equal: the pen is locked and has this one.",
};
export const PASSWORD_DONE = object({ outcome: { const: "done" }, triesLeft: nullable(count) });
export const PASSWORD_REFUSED = object({
  error: { enum: [...PASSWORD_OUTCOMES.filter((each) => each !== "done"), "not-here"].map((each) => `pens.password-${each}`) },
  message: text,
  triesLeft: nullable(count),
});

export const PENS_DONE = object({ pens: list(SETUP_SCHEMAS.pens) });

export const QUESTIONS = object({
  error: { const: "pens.questions" },
  message: text,
  questions: list({
    anyOf: [
      object({ kind: { const: "two-pupils" }, pen: PEN_ID, holder: text, wanted: text }),
      object({ kind: { const: "two-pens" }, student: text, pens: list(PEN_ID), wanted: PEN_ID }),
    ],
  }),
  changes,
});

const heard = {
  ...{ pen: PEN_ID, room: nullable(text), link: nullable({ enum: PEN_LINKS }), heardMs: timeMs },
  signalDbm: nullable(number),
};

export const CLASS_PENS = object({
  class: text,
  name: localText,
  nowMs: timeMs,
  students: list(
    object({
      student: text,
      name: localText,
      seat: count,
      pens: list(object({ ...heard, lentUntilMs: nullable(timeMs), extra: flag })),
    }),
  ),
  free: list(object({ ...heard, isRegistered: flag })),
  taps: list(object({ pen: PEN_ID, student: text, atMs: timeMs })),
  hasList: flag,
});

const faults = object(Object.fromEntries(RADIO_FAULT_KINDS.map((kind) => [kind, count])), RADIO_FAULT_KINDS);
const adapter = object({
  ...{ name: text, address: text, state: { enum: ADAPTER_STATES } },
  ...{ pens: count, capacity: count, queue: count, faults },
});

const row = object({
  ...{ pen: PEN_ID, student: nullable(text), name: nullable(localText), seat: nullable(count) },
  ...{ link: nullable({ enum: PEN_LINKS }), model: text, firmware: text, batteryPercent: nullable(count), charging: flag },
  ...{ heardMs: timeMs, lostDots: count, recoveredStrokes: count },
  ...{ gateway: nullable(text), adapter: nullable(text), signalDbm: nullable(number), drops: nullable(count) },
  ...{ latencyMs: nullable(number), memoryPercent: nullable(count), waitingBytes: nullable(count) },
  waitsSinceMs: nullable(timeMs),
});

export const ROOM_RADIO = object({
  room: text,
  roomName: localText,
  dataMs: timeMs,
  gateways: list(
    object({
      gateway: text,
      heardMs: timeMs,
      adapters: list(adapter),
      unknown: list(object({ pen: PEN_ID, name: text, signalDbm: nullable(number), heardMs: timeMs })),
    }),
  ),
  pens: list(row),
  test: nullable(
    list(
      object({
        ...{ student: text, name: localText, seat: count, outcome: { enum: TEST_OUTCOMES } },
        ...{ pen: nullable(PEN_ID), dots: count, lostDots: count },
      }),
    ),
  ),
});
