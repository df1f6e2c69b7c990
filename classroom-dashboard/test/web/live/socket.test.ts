import type { ServerMessage } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { RECONNECT_MAX_MS, reconnectDelayMs } from "../../../web/src/live/backoff.ts";
import { LiveSocket, SILENCE_MAX_MS, type SocketPhase, type WireEvents } from "../../../web/src/live/socket.ts";

/** A world in which the test is the network and the clock. */
function world() {
  const wires: { events: WireEvents; sent: string[]; closed: boolean }[] = [];
  const timers: { atMs: number; then: () => void }[] = [];
  let nowMs = 0;
  const phases: SocketPhase[] = [];
  const messages: ServerMessage[] = [];
  const socket = new LiveSocket(
    {
      open: (events) => {
        const wire = { events, sent: [] as string[], closed: false };
        wires.push(wire);
        return {
          send: (text) => wire.sent.push(text),
          close: () => {
            wire.closed = true;
          },
        };
      },
      after: (ms, then) => {
        const timer = { atMs: nowMs + ms, then };
        timers.push(timer);
        return () => timers.splice(timers.indexOf(timer) >>> 0, 1);
      },
    },
    { phase: (phase) => phases.push(phase), message: (message) => messages.push(message) },
  );
  const pass = (ms: number) => {
    const untilMs = nowMs + ms;
    for (;;) {
      const next = timers.filter((timer) => timer.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      nowMs = next.atMs;
      timers.splice(timers.indexOf(next), 1);
      next.then();
    }
    nowMs = untilMs;
  };
  const wire = () => {
    const last = wires.at(-1);
    if (last === undefined) throw new Error("no wire yet");
    return last;
  };
  return { socket, wires, wire, phases, messages, pass, kinds: () => phases.map((phase) => phase.kind) };
}

describe("LiveSocket", () => {
  it("[LIVE-20] tries again at once when the connection drops, and says so", () => {
    const { socket, wires, wire, pass, kinds } = world();
    socket.start();
    wire().events.opened();
    wire().events.closed();
    pass(0);
    expect(wires.length).toBe(2);
    expect(kinds()).toEqual(["connecting", "open", "reconnecting"]);
    wire().events.opened();
    expect(kinds().at(-1)).toBe("open");
  });

  it("[LIVE-20] waits longer after each failure, never more than a second", () => {
    const waits = Array.from({ length: 8 }, (_, failures) => reconnectDelayMs(failures));
    expect(waits).toEqual([0, 125, 250, 500, 1000, 1000, 1000, 1000]);
    expect(RECONNECT_MAX_MS).toBeLessThanOrEqual(2000);
  });

  it("[LIVE-20] counts the attempts that failed, and forgets them when one succeeds", () => {
    const { socket, wire, pass, phases } = world();
    socket.start();
    wire().events.opened();
    wire().events.closed();
    for (let attempt = 0; attempt < 3; attempt++) {
      pass(RECONNECT_MAX_MS);
      wire().events.closed();
    }
    expect(phases.at(-1)).toEqual({ kind: "reconnecting", failures: 3 });
    pass(RECONNECT_MAX_MS);
    wire().events.opened();
    wire().events.closed();
    expect(phases.at(-1)).toEqual({ kind: "reconnecting", failures: 0 });
  });

  it("[LIVE-20] a connection that falls silent is given up", () => {
    const { socket, wires, wire, pass, kinds } = world();
    socket.start();
    wire().events.opened();
    pass(SILENCE_MAX_MS - 1);
    wire().events.message('{"type":"alive","serverMs":1,"dataMs":1,"seq":0}');
    pass(SILENCE_MAX_MS - 1);
    expect(kinds().at(-1)).toBe("open");
    pass(1);
    expect(kinds().at(-1)).toBe("reconnecting");
    expect(wires[0]?.closed).toBe(true);
  });

  it("what a given-up connection still says is not heard", () => {
    const { socket, wires, wire, pass, messages } = world();
    socket.start();
    wire().events.opened();
    wire().events.closed();
    pass(0);
    wire().events.opened();
    wires[0]?.events.message('{"type":"alive","serverMs":1,"dataMs":1,"seq":0}');
    wires[0]?.events.closed();
    expect(messages).toEqual([]);
    expect(socket.send({ type: "resync" })).toBe(true);
    expect(wire().sent).toEqual(['{"type":"resync"}']);
  });

  it("sends only while it is open, and nothing any more once stopped", () => {
    const { socket, wires, wire, pass } = world();
    expect(socket.send({ type: "resync" })).toBe(false);
    socket.start();
    expect(socket.send({ type: "resync" })).toBe(false);
    wire().events.opened();
    socket.stop();
    pass(60_000);
    expect(wires.length).toBe(1);
    expect(socket.send({ type: "resync" })).toBe(false);
  });

  it("text that is no message is dropped", () => {
    const { socket, wire, messages } = world();
    socket.start();
    wire().events.opened();
    for (const text of ["", "{", "null", "7", "[]", "{}"]) wire().events.message(text);
    wire().events.message('{"type":"alive","serverMs":1,"dataMs":1,"seq":0}');
    expect(messages.length).toBe(1);
  });
});
