import { createHash } from "node:crypto";
import type { Clock } from "@penlight/proto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Access, type AccessRequest, LOGIN_PATH } from "../core/access.ts";
import { loginPage, STYLE } from "./login-page.ts";

const LOGIN_BODY_BYTES_MAX = 4096;

const HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
} as const;

const STYLE_HASH = `'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;

/** Nothing comes from elsewhere, and nothing frames us. The socket is named, since not every browser counts it as 'self'. */
export function contentSecurityPolicy(host: string | undefined, style: string): string {
  const socket = host !== undefined && /^[\w.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : "";
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${style}`,
    `connect-src 'self'${socket}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");
}

/** Who may see what, before any route is asked; headers on every answer. LIVE-11, LIVE-12. */
export function guard(app: FastifyInstance, access: () => Access | null, clock: Clock): void {
  app.addHook("onRequest", async (request, reply) => {
    for (const [name, value] of Object.entries(HEADERS)) reply.header(name, value);
    reply.header("content-security-policy", contentSecurityPolicy(request.headers.host, "'self'"));
    reply.header("cache-control", "no-store");
    const judge = access();
    if (judge === null) return reply.code(503).send({ error: "starting", message: "the server is starting" });
    const queryAt = request.url.indexOf("?");
    const token = queryAt === -1 ? null : new URLSearchParams(request.url.slice(queryAt + 1)).get("token");
    const verdict = judge.judge(accessRequestOf(request, token), clock.nowMs());
    if (verdict.kind === "refused") return refuse(request, reply, verdict);
    if (verdict.kind === "enter") {
      reply.header("set-cookie", verdict.setCookie);
      if (wantsPage(request)) return sendPage(reply, 200, loginPage("entered"));
    }
  });
}

/** Where the form is sent. Only here a form's body is understood. LIVE-12. */
export async function loginRoute(app: FastifyInstance, access: () => Access | null, clock: Clock): Promise<void> {
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: LOGIN_BODY_BYTES_MAX },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body as string))),
  );
  app.post(LOGIN_PATH, { schema: { hide: true } }, async (request, reply) => {
    const { token } = (request.body ?? {}) as { readonly token?: unknown };
    const asked = { ...accessRequestOf(request, typeof token === "string" ? token.trim() : ""), path: "/", cookie: null };
    const verdict = access()?.judge({ ...asked, authorization: null }, clock.nowMs());
    if (verdict?.kind === "refused") {
      const state = verdict.code === "access.token" ? "access.wrong" : verdict.code;
      return sendPage(reply, verdict.status, loginPage(state));
    }
    if (verdict?.kind === "enter") reply.header("set-cookie", verdict.setCookie);
    return sendPage(reply, 200, loginPage("entered"));
  });
}

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  verdict: { readonly status: number; readonly code: string; readonly text: string },
) {
  const mayLogIn = verdict.code === "access.token" || verdict.code === "access.too-many";
  if (mayLogIn && wantsPage(request)) return sendPage(reply, verdict.status, loginPage(verdict.code));
  if (verdict.status === 401) reply.header("www-authenticate", "Bearer");
  return reply.code(verdict.status).send({ error: verdict.code, message: verdict.text });
}

function sendPage(reply: FastifyReply, status: number, html: string) {
  const { host } = reply.request.headers;
  reply.header("content-security-policy", contentSecurityPolicy(host, STYLE_HASH));
  return reply.code(status).type("text/html; charset=utf-8").send(html);
}

function wantsPage(request: FastifyRequest): boolean {
  const isApi = request.url.startsWith("/api/") || request.url.startsWith("/metrics");
  return !isApi && request.method === "GET" && (request.headers.accept ?? "").includes("text/html");
}

function accessRequestOf(request: FastifyRequest, token: string | null): AccessRequest {
  const { host, origin, authorization, cookie } = request.headers;
  return {
    path: (request.url.split("?")[0] ?? "").replace(/\/+$/, "") || "/",
    token,
    host: host ?? null,
    origin: origin ?? null,
    authorization: authorization ?? null,
    cookie: cookie ?? null,
    remoteAddress: request.ip,
  };
}
