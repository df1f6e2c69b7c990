import { aboutOrder, decodeSetup, encodeInk, type PasswordOutcome, type PenOrder, type PenState } from "@penlight/proto";
import { MemoryLog } from "@penlight/proto/memory-log";
import { SealKey } from "@penlight/proto/sealed";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { penId, penState, ROOM, START_MS, TestClock } from "../lesson-fixture.ts";
import { Bench, fill, type Running } from "../running.ts";

const bench = new Bench();
let running: Running;
beforeAll(async () => {
  const log = new MemoryLog({ clock: new TestClock() });
  await fill(log);
  running = await bench.start({ log });
});
afterAll(() => bench.stop());

const key = new SealKey();
const put = async (pen: string, body: unknown) => {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${running.base}/api/v1/pens/${pen}/password`, {
    method: "PUT",
    body: JSON.stringify(body),
    headers,
  });
  return { status: response.status, text: await response.text() };
};

async function tell(state: PenState, atMs: number): Promise<void> {
  const radioPen = {
    pen: state.pen,
    adapter: "hci0",
    signalDbm: -50,
    drops: 0,
    latencyMs: null,
    memoryPercent: 0,
    waitingBytes: 0,
  };
  const radio = { adapters: [], pens: [radioPen], waiting: [], unknown: [] };
  const body = { kind: "tick", pens: [state], gateway: "g", sealKey: key.publicKey, radio } as const;
  await running.log.append("ink", [{ key: ROOM, value: encodeInk({ receivedMs: atMs, body }), timestampMs: atMs }]);
}

const answered = new Set<string>();

/** The next order in the log, opened, is answered as a gateway would. */
function answerNext(outcome: PasswordOutcome, triesLeft: number) {
  const stop = new AbortController();
  const seen: string[] = [];
  const done = running.log.consume({
    ...{ topic: "setup", group: null, from: "start", signal: stop.signal },
    openPartition: ({ startOffset }) => ({
      onBatch: async (records) => {
        for (const { value } of records) {
          const record = decodeSetup(value);
          if (record?.kind !== "orders") continue;
          const order: PenOrder = record.document;
          if (answered.has(order.order)) continue;
          answered.add(order.order);
          seen.push(key.open(order.sealed, aboutOrder(order)) ?? "", Buffer.from(value).toString());
          const password = { order: order.order, outcome, triesLeft };
          await tell(penState(1, "connected", START_MS + 20, { password }), START_MS + 20);
          stop.abort();
        }
        return (records.at(-1)?.offset ?? startOffset - 1n) + 1n;
      },
    }),
  });
  return { done, seen };
}

async function connected(): Promise<void> {
  await tell(penState(1, "connected", START_MS + 10), START_MS + 10);
  for (let link = ""; link !== "connected"; ) {
    const { pens } = (await (await fetch(`${running.base}/api/v1/rooms/${ROOM}/radio`)).json()) as {
      pens: { pen: string; link: string }[];
    };
    link = pens.find(({ pen }) => pen === penId(1))?.link ?? "";
  }
}

describe("the password of a pen", () => {
  it.each([
    ["done", 200],
    ["refused", 409],
  ] as const)(
    "[REG-9] the pen's answer is the server's: %s, and nobody ever says the password again",
    async (outcome, status) => {
      await connected();
      const gateway = answerNext(outcome, 8);
      const told = await put(penId(1), { old: "4711", new: "secret-1" });
      await gateway.done;
      expect([told.status, JSON.parse(told.text)]).toMatchObject([
        status,
        outcome === "done" ? { outcome, triesLeft: 8 } : { error: "pens.password-refused", triesLeft: 8 },
      ]);
      const [opened, logged] = gateway.seen as [string, string];
      expect(JSON.parse(opened)).toEqual({ old: "4711", fresh: "secret-1" });
      const setup = await (await fetch(`${running.base}/api/v1/setup/pens`)).text();
      for (const text of [told.text, logged, setup]) expect(text).not.toMatch(/4711|secret/);
    },
  );

  it.each([
    [{ old: null, new: "0000" }, "/new"],
    [{ old: "пароль", new: null }, "/old"],
    [{ old: null, new: "a secret that is too long" }, "/new"],
    [{ old: null, new: null }, "/new"],
    [{ old: 4711, new: null }, "/old"],
  ])("[REG-9] %j is refused by its place, without a word of it", async (body, at) => {
    const { status, text } = await put(penId(1), body);
    expect([status, text]).toEqual([400, expect.stringContaining(`"at":"${at}"`)]);
    expect(text).not.toMatch(/пароль|secret|4711/);
    const { details } = JSON.parse(text) as { readonly details: readonly object[] };
    for (const each of details) expect(each).toMatchObject({ code: expect.any(String), values: expect.any(Array) });
  });

  it("[REG-9] a pen that no gateway has, and one that is none", async () => {
    const away = await put(penId(2), { old: null, new: "4711" });
    expect([away.status, JSON.parse(away.text)]).toMatchObject([409, { error: "pens.password-not-here", triesLeft: null }]);
    expect((await put("9c7bd2999999", { old: null, new: "4711" })).status).toBe(404);
    expect((await put("nobody", { old: null, new: "4711" })).status).toBe(400);
  });
});
