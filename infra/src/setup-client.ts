import type { AssignmentId, RereadOrder, SetupDocuments, SetupKind } from "@penlight/proto";
import type { Secret } from "./config.ts";

/** Where the dashboard is when nobody said where. */
export const DASHBOARD_DEFAULT = "http://127.0.0.1:7300";

/** Writes a setup document through the HTTP API, as any school's tool would. SET-1. */
export type PutSetup = <Kind extends SetupKind>(kind: Kind, id: string, document: SetupDocuments[Kind]) => Promise<void>;

export const SETUP_CLIENT_ERROR_CODES = {
  "setup.unreachable": { canRetry: true, text: "the dashboard does not answer" },
  "setup.access": { canRetry: false, text: "the dashboard wants another token" },
  "setup.refused": { canRetry: false, text: "the dashboard refused what it was told" },
} as const;
export type SetupClientErrorCode = keyof typeof SETUP_CLIENT_ERROR_CODES;

export class SetupClientError extends Error {
  readonly code: SetupClientErrorCode;
  constructor(code: SetupClientErrorCode, detail: string, options?: ErrorOptions) {
    super(`${SETUP_CLIENT_ERROR_CODES[code].text}: ${detail}`, options);
    this.name = "SetupClientError";
    this.code = code;
  }
  get canRetry(): boolean {
    return SETUP_CLIENT_ERROR_CODES[this.code].canRetry;
  }
}

export interface SetupClientOptions {
  /** e.g. "http://127.0.0.1:7300" */
  readonly address: string;
  readonly token: Secret | null;
  readonly signal: AbortSignal;
}

/** Its calls reject with SetupClientError. */
export function setupClient(options: SetupClientOptions): PutSetup {
  return (kind, id, document) => call(options, "PUT", `setup/${kind}/${encodeURIComponent(id)}`, document);
}

/** Has the answers of an assignment read again by these recognisers. SET-21. @throws SetupClientError */
export function orderReread(
  options: SetupClientOptions,
  assignment: AssignmentId,
  order: Pick<RereadOrder, "by" | "recognizers">,
): Promise<void> {
  return call(options, "POST", `assignments/${encodeURIComponent(assignment)}/reread`, order);
}

async function call(
  { address, token, signal }: SetupClientOptions,
  method: "PUT" | "POST",
  path: string,
  body: object,
): Promise<void> {
  const base = address.replace(/\/+$/, "");
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token.reveal()}` }) };
  const request = { method, headers, body: JSON.stringify(body), signal };
  const response = await fetch(`${base}/api/v1/${path}`, request).catch((error: unknown) => {
    throw new SetupClientError("setup.unreachable", `${base}: ${reasonOf(error)}`, { cause: error });
  });
  const text = await response.text().catch(() => "");
  if (response.ok) return;
  const said = `${method} ${path} at ${base} was answered ${response.status}: ${text}`;
  if (response.status >= 500) throw new SetupClientError("setup.unreachable", said);
  throw new SetupClientError([401, 403, 421, 429].includes(response.status) ? "setup.access" : "setup.refused", said);
}

/** fetch hides why below "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code ?? "") : error.message;
}
