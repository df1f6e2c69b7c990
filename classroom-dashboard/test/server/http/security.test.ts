import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { contentSecurityPolicy } from "../../../server/http/security.ts";
import { ROOM } from "../lesson-fixture.ts";
import { Bench, fill } from "../running.ts";

const TOKEN = "a-token-for-the-test-only";
const bench = new Bench();
afterEach(() => bench.stop());

/** fetch does not let a test choose Host and Origin. */
function ask(port: number, options: { path?: string; method?: string; headers?: Record<string, string>; body?: string } = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path: "/", ...options }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.on("error", reject);
    asked.end(options.body);
  });
}

async function onNetwork(webRoot: string | null = null) {
  // Bound to every interface as on a school's network; asked over loopback.
  const running = await bench.start({ host: "0.0.0.0", access: { token: TOKEN, allowedHosts: ["board.school"] }, webRoot });
  await fill(running.log);
  return running;
}

const HTML = { accept: "text/html,*/*" };

describe("access over HTTP and sockets", () => {
  it("[LIVE-11] another name in Host is misdirected, another Origin forbidden, for HTTP and socket alike", async () => {
    const { address, base } = await bench.start();
    expect((await ask(address.port, { path: "/api/v1/rooms" })).status).toBe(200);
    expect((await ask(address.port, { path: "/api/v1/rooms", headers: { host: "evil.example" } })).status).toBe(421);
    expect((await ask(address.port, { path: "/healthz", headers: { host: "evil.example" } })).status).toBe(421);
    expect((await ask(address.port, { path: "/api/v1/rooms", headers: { origin: "http://evil.example" } })).status).toBe(403);
    const put = {
      path: "/api/v1/setup/rooms/x",
      method: "PUT",
      headers: { origin: "null", "content-type": "application/json" },
    };
    expect((await ask(address.port, { ...put, body: "{}" })).status).toBe(403);
    expect(await bench.connect(base, ROOM, { host: "evil.example" }).refused).toBe(421);
    expect(await bench.connect(base, ROOM, { origin: "http://evil.example" }).refused).toBe(403);
  });

  it("[LIVE-12] whatever the address is made of, it is judged like any other", async () => {
    const { address } = await onNetwork();
    for (const where of ["//", "//x:99999", "/api/v1/rooms?token", "/?token=a&token=b", "/?%E0%A4%A"]) {
      expect([where, (await ask(address.port, { path: where })).status]).toEqual([where, 401]);
    }
    expect((await ask(address.port, { path: `//?token=${TOKEN}` })).status).toBe(404);
    const broken = await ask(address.port, { path: "/%" });
    expect([broken.status, JSON.parse(broken.text)]).toEqual([
      400,
      { error: "bad-request", message: "'/%' is not a valid url component" },
    ]);
  });

  it("[LIVE-12] off loopback everything but /healthz asks for the token, sockets too", async () => {
    const { address, base } = await onNetwork();
    for (const where of ["/", "/api/v1/rooms", "/metrics", "/openapi.json", `/api/v1/rooms/${ROOM}/board`, "/nothing"]) {
      expect([where, (await ask(address.port, { path: where })).status]).toEqual([where, 401]);
    }
    expect((await ask(address.port, { path: "/healthz" })).status).toBe(200);
    expect((await ask(address.port, { path: "/api/v1/rooms", headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(
      200,
    );
    expect(await bench.connect(base).refused).toBe(401);
    const client = bench.connect(base, ROOM, { authorization: `Bearer ${TOKEN}` });
    expect((await client.next("snapshot")).board.room).toBe(ROOM);
  });

  it("[LIVE-12] a browser gets a form, the token a cookie, and the cookie the page and the socket", async () => {
    const { address, base } = await onNetwork();
    const form = await ask(address.port, { headers: HTML });
    expect(form.status).toBe(401);
    expect(form.text).toContain('<form method="post" action="/login">');
    const post = (token: string) =>
      ask(address.port, {
        path: "/login",
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", ...HTML },
        body: new URLSearchParams({ token }).toString(),
      });
    const wrong = await post("wrong");
    expect([wrong.status, wrong.headers["set-cookie"]]).toEqual([401, undefined]);
    expect(wrong.text).toContain("The token is not right.");
    const right = await post(` ${TOKEN} `);
    expect(right.status).toBe(200);
    expect(right.text).toContain('http-equiv="refresh"');
    const cookie = String(right.headers["set-cookie"]).split(";")[0] as string;
    expect((await ask(address.port, { path: "/api/v1/rooms", headers: { cookie } })).status).toBe(200);
    const client = bench.connect(base, ROOM, { cookie });
    expect((await client.next("snapshot")).type).toBe("snapshot");
  });

  it("[LIVE-12] the printed address opens once and leads on without the token in it", async () => {
    const { address } = await onNetwork();
    const entered = await ask(address.port, { path: `/?token=${TOKEN}`, headers: HTML });
    expect([entered.status, entered.text.includes(TOKEN)]).toEqual([200, false]);
    expect(String(entered.headers["set-cookie"])).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await ask(address.port, { path: "/?token=wrong", headers: HTML })).status).toBe(401);
  });

  it("serves the page under a policy that loads nothing from elsewhere", async () => {
    const webRoot = await mkdtemp(path.join(tmpdir(), "penlight-web-"));
    try {
      await writeFile(path.join(webRoot, "index.html"), "<!doctype html><title>board</title>");
      const { address } = await bench.start({ webRoot });
      const page = await ask(address.port, { headers: HTML });
      expect([page.status, page.text]).toEqual([200, "<!doctype html><title>board</title>"]);
      const policy = String(page.headers["content-security-policy"]);
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws://127.0.0.1:");
      for (const directive of ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"])
        expect(policy).toContain(directive);
      expect(policy).not.toMatch(/unsafe|\*|https:/);
      expect(page.headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
      expect((await ask(address.port, { path: "/../package.json" })).status).toBeGreaterThanOrEqual(400);
      expect((await ask(address.port, { path: "/%2e%2e/package.json" })).status).toBeGreaterThanOrEqual(400);
    } finally {
      await rm(webRoot, { recursive: true });
    }
  });

  it("puts no header of a stranger into the policy", () => {
    expect(contentSecurityPolicy("x; script-src *", "'self'")).not.toContain("script-src *");
    expect(contentSecurityPolicy(undefined, "'self'")).toContain("connect-src 'self';");
  });
});

describe("GET /healthz, /readyz and /livez", () => {
  it("[OPS-1] name the part that is not ready; a part that can be done without delays /healthz only", async () => {
    let isReady = false;
    let isRequired = true;
    const history = () => ({ part: "history", ready: isReady, required: isRequired, sinceMs: 5, lastError: "refused" });
    const { base } = await bench.start({ readiness: () => [history()] });
    const ask = async (path: string) => {
      const response = await fetch(`${base}${path}`);
      return [response.status, await response.json()] as const;
    };
    const statuses = async () => [(await ask("/livez"))[0], (await ask("/readyz"))[0], (await ask("/healthz"))[0]];
    expect(await ask("/healthz")).toEqual([
      503,
      {
        status: "starting",
        parts: [
          { part: "history", ready: false, required: true, sinceMs: 5, lastError: "refused" },
          { part: "dashboard", ready: true },
        ],
      },
    ]);
    expect(await statuses()).toEqual([200, 503, 503]);
    isRequired = false;
    expect(await statuses()).toEqual([200, 200, 503]);
    isReady = true;
    expect(await statuses()).toEqual([200, 200, 200]);
  });
});

describe("GET /metrics", () => {
  it("has a histogram for each stage and for end to end", async () => {
    const { base, log } = await bench.start();
    await fill(log);
    const text = await (await fetch(`${base}/metrics`)).text();
    expect(text).toMatch(/penlight_dashboard_stage_seconds_bucket\{le="[^"]+",stage="fold-setup"\}/);
    expect(text).toContain("# TYPE penlight_end_to_end_seconds histogram");
    expect(text).toContain("nodejs_eventloop_lag_p99_seconds");
  });
});
