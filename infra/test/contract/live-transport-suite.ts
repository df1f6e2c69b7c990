import { get } from "node:http";
import { createServer } from "node:net";
import {
  DashboardError,
  type Listening,
  type OpenTransport,
  SOCKET_CLOSE_BYTES,
  SOCKET_FULL_BYTES,
  type UpgradeGate,
  type ViewerEvents,
  type ViewerId,
} from "@penlight/classroom-dashboard";
import type { Clock } from "@penlight/proto";
import Fastify from "fastify";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";

const encoder = new TextEncoder();
const TEST_CLOCK: Clock = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const timer = setTimeout(resolve, ms);
      const cancel = () => {
        clearTimeout(timer);
        resolve();
      };
      signal?.addEventListener("abort", cancel, { once: true });
    }),
};

/** Writes down what the transport says, and lets a test wait for it. */
class Told implements ViewerEvents {
  readonly lines: string[] = [];
  readonly viewers: ViewerId[] = [];
  #wake: (() => void)[] = [];

  opened(viewer: ViewerId, room: string): void {
    this.viewers.push(viewer);
    this.#add(`opened ${room}`);
  }
  message(_viewer: ViewerId, text: string): void {
    this.#add(`message ${text}`);
  }
  drained(): void {
    this.#add("drained");
  }
  closed(): void {
    this.#add("closed");
  }

  async until(line: string): Promise<void> {
    while (!this.lines.includes(line)) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  #add(line: string): void {
    this.lines.push(line);
    for (const wake of this.#wake.splice(0)) wake();
  }
}

class Client {
  readonly socket: WebSocket;
  readonly texts: string[] = [];
  readonly opened: Promise<void>;
  readonly ended: Promise<{ code: number; reason: string }>;
  #wake: (() => void)[] = [];

  constructor(port: number, path: string) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    this.socket.on("message", (data, isBinary) => {
      this.texts.push(isBinary ? "binary" : data.toString());
      for (const wake of this.#wake.splice(0)) wake();
    });
    this.socket.on("error", () => {});
    this.opened = new Promise((resolve) => this.socket.once("open", resolve));
    this.ended = new Promise((resolve) => {
      this.socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  async received(count: number): Promise<string[]> {
    while (this.texts.length < count) await new Promise<void>((resolve) => this.#wake.push(resolve));
    return this.texts;
  }
}

const LIVE = "/api/v1/rooms/lab/live";
const OPEN_GATE: UpgradeGate = () => ({ status: 101, text: "" });

/** Rules of {@link LiveTransport}, on real sockets over loopback. Every adapter passes all of it. */
export function liveTransportSuite(name: string, open: OpenTransport): void {
  const cleanUp: (() => unknown)[] = [];
  afterEach(async () => {
    for (const clean of cleanUp.splice(0).reverse()) await clean();
  });

  async function start(gate: UpgradeGate = OPEN_GATE): Promise<{ told: Told; listening: Listening }> {
    const told = new Told();
    const http = Fastify();
    http.get("/hello", async (request) => ({ hello: "there", host: request.headers.host, query: request.query }));
    http.post("/echo", async (request, reply) => reply.code(201).header("x-echo", "yes").send(request.body));
    const listening = await open({ events: told, http, gate, clock: TEST_CLOCK, host: "127.0.0.1", port: 0 });
    let closing: Promise<void> | null = null;
    const close = () => (closing ??= listening.close());
    cleanUp.push(close);
    return { told, listening: { ...listening, close } };
  }

  function connect({ port }: Listening, path = LIVE): Client {
    const client = new Client(port, path);
    cleanUp.push(() => client.socket.terminate());
    return client;
  }

  async function connected() {
    const { told, listening } = await start();
    const client = connect(listening);
    await Promise.all([told.until("opened lab"), client.opened]);
    return { told, client, listening, viewer: told.viewers[0] as ViewerId, transport: listening.transport };
  }

  describe(`LiveTransport: ${name}`, () => {
    it("[LIVE-13] opens a viewer with the room of its address", async () => {
      const { told, listening } = await start();
      connect(listening, "/api/v1/rooms/%E5%85%AD%E7%8F%AD/live?token=x");
      await told.until("opened 六班");
      expect(told.lines).toEqual(["opened 六班"]);
    });

    it("[LIVE-13] sends text frames in order, uncompressed, the same bytes to several", async () => {
      const { told, listening } = await start();
      const [a, b] = [connect(listening), connect(listening)];
      await told.until("opened lab");
      while (told.viewers.length < 2) await new Promise((resolve) => setImmediate(resolve));
      const frames = ["one", "二", "three".repeat(5000)].map((text) => encoder.encode(text));
      for (const frame of frames)
        for (const viewer of told.viewers) expect(listening.transport.send(viewer, frame)).toBe("sent");
      for (const client of [a, b]) expect(await client.received(3)).toEqual(["one", "二", "three".repeat(5000)]);
      expect(a.socket.extensions).toBe("");
      expect(frames[0]).toEqual(encoder.encode("one"));
    });

    it("[LIVE-13] tells what a viewer says and that it went", async () => {
      const { told, client, viewer, transport } = await connected();
      client.socket.send("hello 你好");
      await told.until("message hello 你好");
      client.socket.close();
      await told.until("closed");
      expect(transport.send(viewer, encoder.encode("x"))).toBe("closed");
      expect(told.lines).toEqual(["opened lab", "message hello 你好", "closed"]);
    });

    it("[LIVE-7] a viewer that does not read fills up, loses nothing of what was taken, and drains", async () => {
      const { told, client, viewer, transport } = await connected();
      client.socket.pause();
      const filler = "x".repeat(16 * 1024);
      let taken = 0;
      let answer = "sent";
      while (taken < 4000) {
        answer = transport.send(viewer, encoder.encode(`${taken} ${filler}`));
        if (answer !== "sent") break;
        taken++;
        // The system's own buffers take megabytes; let them.
        if (taken % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      expect(answer).toBe("full");
      expect(transport.send(viewer, encoder.encode("still full"))).toBe("full");
      expect(told.lines).toEqual(["opened lab"]);
      client.socket.resume();
      await told.until("drained");
      expect(transport.send(viewer, encoder.encode("again"))).toBe("sent");
      const texts = await client.received(taken + 1);
      expect(texts.map((text) => text.split(" ")[0])).toEqual([...Array.from({ length: taken }, (_, i) => String(i)), "again"]);
      expect(told.lines.filter((line) => line === "drained")).toHaveLength(1);
      expect(16 * 1024).toBeLessThan(SOCKET_FULL_BYTES);
    });

    it("[LIVE-7] closes with 1013 where more than a megabyte waits", async () => {
      const { told, client, viewer, transport } = await connected();
      client.socket.pause();
      transport.send(viewer, encoder.encode("x".repeat(16 * SOCKET_CLOSE_BYTES)));
      client.socket.resume();
      expect((await client.ended).code).toBe(1013);
      await told.until("closed");
      expect(transport.send(viewer, encoder.encode("x"))).toBe("closed");
    });

    it("[LIVE-13] closes with the code and reason that it is given", async () => {
      const { told, client, viewer, transport } = await connected();
      transport.close(viewer, 1008, "too many messages");
      expect(await client.ended).toEqual({ code: 1008, reason: "too many messages" });
      await told.until("closed");
      expect(told.lines).toEqual(["opened lab", "closed"]);
    });

    it("[LIVE-10] closes a viewer that sends too much at once, or not text", async () => {
      const { told, listening } = await start();
      const [long, binary] = [connect(listening), connect(listening)];
      await Promise.all([long.opened, binary.opened]);
      long.socket.send("x".repeat(17 * 1024));
      binary.socket.send(new Uint8Array(8));
      // uWebSockets.js drops an oversized frame's socket without a closing handshake: 1006.
      expect([1009, 1006]).toContain((await long.ended).code);
      expect((await binary.ended).code).toBe(1003);
      while (told.lines.filter((line) => line === "closed").length < 2) await new Promise((resolve) => setImmediate(resolve));
      expect(told.lines.filter((line) => line.startsWith("message"))).toEqual([]);
    });

    it("[LIVE-11] asks the gate, with the headers and the token, and answers what it says", async () => {
      const asked: unknown[] = [];
      const { told, listening } = await start((request) => {
        asked.push([
          request.room,
          request.path,
          request.token,
          request.header("host"),
          request.header("cookie"),
          request.remoteAddress,
        ]);
        return { status: 403, text: "no" };
      });
      const client = connect(listening, `${LIVE}?token=abc`);
      const status = await new Promise((resolve) =>
        client.socket.on("unexpected-response", (_, response) => resolve(response.statusCode)),
      );
      expect(status).toBe(403);
      expect(asked).toEqual([["lab", LIVE, "abc", `127.0.0.1:${listening.port}`, null, "127.0.0.1"]]);
      expect(told.lines).toEqual([]);
    });

    it("[LIVE-13] is no socket anywhere else", async () => {
      const { told, listening } = await start();
      const client = connect(listening, "/api/v1/rooms");
      const status = await new Promise((resolve) =>
        client.socket.on("unexpected-response", (_, response) => resolve(response.statusCode)),
      );
      expect(status).toBe(404);
      expect(told.lines).toEqual([]);
    });

    it("[LIVE-13] serves HTTP at the same address", async () => {
      const { listening } = await start();
      const base = `http://127.0.0.1:${listening.port}`;
      const hello = await fetch(`${base}/hello?a=1`);
      expect(await hello.json()).toEqual({ hello: "there", host: `127.0.0.1:${listening.port}`, query: { a: "1" } });
      const body = JSON.stringify({ text: "长".repeat(20_000) });
      const echo = await fetch(`${base}/echo`, { method: "POST", body, headers: { "content-type": "application/json" } });
      expect([echo.status, echo.headers.get("x-echo"), await echo.text()]).toEqual([201, "yes", body]);
      expect((await fetch(`${base}/nothing`)).status).toBe(404);
    });

    it("[LIVE-13] says goodbye with 1001 and frees the port", async () => {
      const { client, listening } = await connected();
      await listening.close();
      expect((await client.ended).code).toBe(1001);
      const refused = await new Promise<string>((resolve) => {
        get({ host: "127.0.0.1", port: listening.port }).on("error", (error: NodeJS.ErrnoException) =>
          resolve(error.code ?? ""),
        );
      });
      expect(refused).toBe("ECONNREFUSED");
    });

    it("[LIVE-13] says that a port is taken", async () => {
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
      cleanUp.push(() => new Promise((resolve) => taken.close(resolve)));
      const { port } = taken.address() as { port: number };
      const http = Fastify();
      const opening = open({ events: new Told(), http, gate: OPEN_GATE, clock: TEST_CLOCK, host: "127.0.0.1", port });
      await expect(opening).rejects.toSatisfy(
        (error) => error instanceof DashboardError && error.code === "dashboard.port-taken",
      );
    });
  });
}
