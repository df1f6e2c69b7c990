import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  Access,
  type AccessRequest,
  type AccessVerdict,
  isLoopback,
  WRONG_TOKENS_MAX,
  WRONG_TOKENS_WINDOW_MS,
} from "../../../server/core/access.ts";

const digest = (text: string) => createHash("sha256").update(text).digest();
const TOKEN = "correct-horse-battery-staple";
const NOTHING: AccessRequest = {
  path: "/api/v1/rooms",
  token: null,
  host: null,
  origin: null,
  authorization: null,
  cookie: null,
  remoteAddress: "10.0.0.7",
};

const loopback = () => new Access({ boundHost: "127.0.0.1", port: 7300, token: null, allowedHosts: [], digest });
const network = (boundHost = "0.0.0.0", allowedHosts: string[] = ["board.school"]) =>
  new Access({ boundHost, port: 7300, token: TOKEN, allowedHosts, digest });
const said = (verdict: AccessVerdict) => (verdict.kind === "refused" ? `${verdict.status} ${verdict.code}` : verdict.kind);

describe("Access", () => {
  // [bound to, Host, Origin, verdict]
  const HOSTS = [
    ["127.0.0.1", "127.0.0.1:7300", null, "open"],
    ["127.0.0.1", "localhost:7300", null, "open"],
    ["127.0.0.1", "LOCALHOST", null, "open"],
    ["127.0.0.1", "[::1]:7300", null, "open"],
    ["::1", "[::1]:7300", null, "open"],
    ["127.0.0.1", "127.0.0.1:7300", "http://127.0.0.1:7300", "open"],
    ["127.0.0.1", "localhost:7300", "http://LOCALHOST:7300", "open"],
    ["127.0.0.1", "evil.example:7300", null, "421 access.host"],
    ["127.0.0.1", "127.0.0.1.evil.example", null, "421 access.host"],
    ["127.0.0.1", "localhost.evil.example", null, "421 access.host"],
    ["127.0.0.1", "192.168.1.5:7300", null, "421 access.host"],
    ["127.0.0.1", "", null, "421 access.host"],
    ["127.0.0.1", null, null, "421 access.host"],
    ["127.0.0.1", "localhost:7300/evil", null, "421 access.host"],
    ["127.0.0.1", "user@localhost", null, "421 access.host"],
    ["127.0.0.1", "127.0.0.1:7300", "http://evil.example", "403 access.origin"],
    ["127.0.0.1", "127.0.0.1:7300", "null", "403 access.origin"],
    ["127.0.0.1", "127.0.0.1:7300", "http://127.0.0.1:8080", "403 access.origin"],
    ["127.0.0.1", "127.0.0.1:7300", "http://localhost:7300", "403 access.origin"],
    ["127.0.0.1", "127.0.0.1:7300", "file://", "403 access.origin"],
    ["127.0.0.1", "127.0.0.1:7300", "http://127.0.0.1:7300.evil.example", "403 access.origin"],
  ] as const;
  it.each(HOSTS)("[LIVE-11] bound to %s, Host %s, Origin %s: %s", (boundHost, host, origin, expected) => {
    const access = new Access({ boundHost, port: 7300, token: null, allowedHosts: [], digest });
    expect(said(access.judge({ ...NOTHING, host, origin }, 0))).toBe(expected);
  });

  // [bound to, Host, verdict with the right token]
  const NETWORK_HOSTS = [
    ["0.0.0.0", "192.168.1.5:7300", "open"],
    ["0.0.0.0", "localhost:7300", "open"],
    ["::", "[fe80::1]:7300", "open"],
    ["0.0.0.0", "board.school", "open"],
    ["0.0.0.0", "Board.School:443", "open"],
    ["0.0.0.0", "evil.example", "421 access.host"],
    ["192.168.1.5", "192.168.1.5:7300", "open"],
    ["192.168.1.5", "192.168.1.6:7300", "421 access.host"],
    ["192.168.1.5", "localhost:7300", "421 access.host"],
  ] as const;
  it.each(NETWORK_HOSTS)("[LIVE-11] bound to %s on the network, Host %s: %s", (boundHost, host, expected) => {
    const request = { ...NOTHING, host, authorization: `Bearer ${TOKEN}` };
    expect(said(network(boundHost).judge(request, 0))).toBe(expected);
  });

  // [what is offered, verdict]
  const OFFERS: readonly (readonly [Partial<AccessRequest>, string])[] = [
    [{}, "401 access.token"],
    [{ token: TOKEN }, "enter"],
    [{ token: `${TOKEN} ` }, "401 access.token"],
    [{ token: "" }, "401 access.token"],
    [{ token: TOKEN.slice(0, -1) }, "401 access.token"],
    [{ authorization: `Bearer ${TOKEN}` }, "open"],
    [{ authorization: `bearer ${TOKEN}` }, "open"],
    [{ authorization: `Basic ${TOKEN}` }, "401 access.token"],
    [{ authorization: "Bearer" }, "401 access.token"],
    [{ cookie: `penlight-7300=${TOKEN}` }, "401 access.token"],
    [{ path: "/healthz" }, "open"],
    [{ path: "/readyz" }, "open"],
    [{ path: "/livez" }, "open"],
    [{ path: "/metrics" }, "401 access.token"],
    [{ path: "/healthz/../api/v1/rooms" }, "401 access.token"],
    [{ path: "/metrics" }, "401 access.token"],
    [{ path: "/" }, "401 access.token"],
    [{ path: "/login" }, "open"],
    [{ remoteAddress: "127.0.0.1" }, "401 access.token"],
  ];
  it.each(OFFERS)("[LIVE-12] on the network, %j: %s", (offer, expected) => {
    expect(said(network().judge({ ...NOTHING, host: "10.0.0.1:7300", ...offer }, 0))).toBe(expected);
  });

  it("[LIVE-12] the cookie that a token gave opens, is http-only and strict, and does not tell the token", () => {
    const access = network();
    const entered = access.judge({ ...NOTHING, host: "10.0.0.1:7300", token: TOKEN }, 0);
    const setCookie = entered.kind === "enter" ? entered.setCookie : "";
    expect(setCookie).toMatch(/^penlight-[0-9a-f]{12}=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=\//);
    expect(setCookie).not.toContain(TOKEN);
    const cookie = `theme=dark; ${setCookie.split(";")[0]}`;
    expect(said(access.judge({ ...NOTHING, host: "10.0.0.1:7300", cookie }, 0))).toBe("open");
    expect(said(network("0.0.0.0").judge({ ...NOTHING, host: "10.0.0.1", cookie }, 0))).toBe("open");
  });

  it("[LIVE-12] stops looking at tokens of an address that guesses, for a minute, and of that address only", () => {
    const access = network();
    const guess = (token: string, nowMs: number, remoteAddress = "10.0.0.66") =>
      said(access.judge({ ...NOTHING, host: "10.0.0.1:7300", token, remoteAddress }, nowMs));
    for (let i = 0; i < WRONG_TOKENS_MAX; i++) expect(guess(`wrong ${i}`, i)).toBe("401 access.token");
    expect(guess(TOKEN, 100)).toBe("429 access.too-many");
    expect(guess(TOKEN, 100, "10.0.0.67")).toBe("enter");
    expect(guess(TOKEN, WRONG_TOKENS_WINDOW_MS)).toBe("enter");
  });

  it("[LIVE-12] refuses to be made for the network without a real token", () => {
    for (const token of [null, "", "short"]) {
      expect(() => new Access({ boundHost: "0.0.0.0", port: 1, token, allowedHosts: [], digest })).toThrow(RangeError);
    }
    expect(loopback().needsToken).toBe(false);
    expect(network().needsToken).toBe(true);
  });

  it("knows loopback by address, not by spelling", () => {
    for (const host of ["127.0.0.1", "127.9.9.9", "localhost", "::1", "[::1]"]) expect(isLoopback(host)).toBe(true);
    for (const host of ["0.0.0.0", "::", "128.0.0.1", "127.0.0.1.evil", "localhost.evil"]) expect(isLoopback(host)).toBe(false);
  });
});
