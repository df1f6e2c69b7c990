import { DashboardError, openUwsTransport, openWsTransport } from "@penlight/classroom-dashboard";
import Fastify from "fastify";
import { expect, it } from "vitest";
import { liveTransportSuite } from "./live-transport-suite.ts";

liveTransportSuite("ws", openWsTransport);
// An unofficial rebuild of uWebSockets.js that npm can install: for this suite only, its origin cannot be verified.
liveTransportSuite("uWebSockets.js", (options) => openUwsTransport(options, "uwebsockets"));

it("[LIVE-13] says what to install where uWebSockets.js is not there", async () => {
  const clock = { nowMs: () => 0, sleep: async () => {} };
  const events = { opened() {}, message() {}, drained() {}, closed() {} };
  const gate = () => ({ status: 101, text: "" });
  const opening = openUwsTransport(
    { events, http: Fastify(), gate, clock, host: "127.0.0.1", port: 0 },
    "uWebSockets.js-absent",
  );
  await expect(opening).rejects.toBeInstanceOf(DashboardError);
  await expect(opening).rejects.toThrow(/npm install uNetworking/);
});
