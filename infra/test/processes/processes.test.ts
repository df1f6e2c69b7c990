import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { METRICS, metricsOf, type Teller } from "../../src/metric-table.ts";
import { eventually } from "../e2e/penlight-process.ts";
import { differencesFromTruth, finalAnswers } from "../e2e/truth.ts";
import { findKafka, startKafka, type TestKafka } from "../kafka/broker.ts";
import { missingForPython } from "../python.ts";
import { boardAt, District, finalBoard, strokesMade } from "./district.ts";
import type { ServiceProcess } from "./service-process.ts";
import { SharedPens } from "./shared-pens.ts";

const source = findKafka("own process");
/** What keeps virtual radios from running here; null: nothing. */
const noAir = missingForPython();
const STROKES = "SELECT uniqExact(pen, page, pen_down_ms) FROM strokes_latest";

describe.skipIf("missing" in source)("missing" in source ? source.missing : "processes over Kafka and a history server", () => {
  let kafka: TestKafka;
  let district: District;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());
  afterEach(() => district?.close());

  const namesAt = async (service: ServiceProcess) => {
    const text = await (await fetch(`${await service.ops()}/metrics`)).text();
    return new Set([...text.matchAll(/^# TYPE (penlight_\S+) /gm)].map((match) => match[1] as string));
  };

  test("[OPS-1] [OPS-3] [OPS-4] a class writes through all of them; the board is the truth, history has every stroke", async () => {
    district = await District.open(kafka);
    const history = await district.history();
    const processor = await district.start("processor").ready();
    const { service: dashboard, url } = await district.dashboard();
    const gateway = await district.gateway(url, 4).ready();
    const services = { gateway, processor, dashboard, history } as const;
    for (const [teller, service] of Object.entries(services) as [Teller, ServiceProcess][]) {
      expect(await namesAt(service)).toEqual(new Set(metricsOf(teller)));
      expect((await service.parts("/livez")).status).toBe(200);
      expect((await service.parts("/healthz")).status).toBe(200);
    }
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(Object.keys(METRICS)).toHaveLength(
      new Set(Object.keys(services).flatMap((teller) => metricsOf(teller as Teller))).size,
    );

    expect(await gateway.ended).toBe(0);
    expect(differencesFromTruth(await finalBoard(url), finalAnswers(district.gatewayData))).toEqual([]);
    await eventually("history has every stroke", async () => Number(await district.query(STROKES)) === strokesMade(gateway));
    expect(strokesMade(gateway)).toBeGreaterThan(50);
    expect(await processor.metric("penlight_processor_dead_letters_total")).toBe(0);
    for (const service of [processor, dashboard, history]) expect(await service.stop()).toBe(0);
  });

  test("[OPS-2] who comes before its broker and database waits, says for what, and is there when they are", async () => {
    district = await District.open(kafka);
    await kafka.nodes[0]?.kill();
    const processor = district.start("processor");
    const waiting = await eventually("both are waited for", async () => {
      const { status, parts } = await processor.parts();
      return status === 503 && parts.filter((each) => each.lastError !== undefined).length === 2 ? parts : null;
    });
    expect(waiting).toMatchObject([
      { part: "processor", ready: false },
      {
        part: "log",
        ready: false,
        detail: `waiting for Kafka at ${kafka.brokers[0]}`,
        lastError: expect.stringContaining("ECONNREFUSED"),
      },
      { part: "history", ready: false, detail: expect.stringContaining("waiting for ClickHouse at http://127.0.0.1:") },
    ]);
    expect((await processor.parts("/livez")).status).toBe(200);
    const told = processor.error.split("\n").filter((line) => line.includes(" waiting part=log "));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/why="[^"]*PENLIGHT_KAFKA_BROKERS[^"]*"/);
    kafka.nodes[0]?.start();
    await kafka.ready();
    await district.history();
    await processor.ready();
    expect(await processor.stop()).toBe(0);
  });

  test("[OPS-3] a signal ends a service that still waits, in good order", async () => {
    district = await District.open(kafka);
    const nowhere = { PENLIGHT_KAFKA_BROKERS: "127.0.0.1:1", PENLIGHT_CLICKHOUSE_URL: "http://127.0.0.1:1" };
    const services = (["processor", "dashboard", "gateway"] as const).map((command) => {
      const data = command === "gateway" ? ["--data", district.gatewayData, "--dashboard-url", "http://127.0.0.1:1"] : [];
      return district.start(command, data, nowhere);
    });
    for (const service of services) await service.said(/( waiting part=)/);
    for (const service of services) expect(await service.stop()).toBe(0);
  });

  test("[HIS-5] history is killed in the middle of a class: boards go on and say so, and afterwards nothing is missing", async () => {
    district = await District.open(kafka);
    const first = await district.history();
    const processor = await district.start("processor").ready();
    const { url } = await district.dashboard();
    const gateway = district.gateway(url, 4, 10);
    const judged = async () => (await boardAt(url)).cells.filter((cell) => cell.state === "right").length;
    const before = await eventually("something is right", async () => (await judged()) || null);
    await first.kill();
    await eventually("the board goes on without history", async () => (await judged()) > before);
    await eventually("the board says that history is behind", async () => (await boardAt(url)).delays.history !== null);
    expect(await processor.part("history")).toMatchObject({
      ready: false,
      lastError: expect.stringContaining("does not answer"),
    });
    expect(await processor.metric("penlight_processor_retries_total")).toBeGreaterThan(0);
    expect(await processor.metric("penlight_processor_history_rows")).toBeGreaterThan(0);
    await district.history();
    expect(await gateway.ended).toBe(0);
    expect(differencesFromTruth(await finalBoard(url), finalAnswers(district.gatewayData))).toEqual([]);
    await eventually("history has every stroke", async () => Number(await district.query(STROKES)) === strokesMade(gateway));
    await eventually("nothing waits any more", async () => (await boardAt(url)).delays.history === null);
    expect((await processor.part("history"))?.ready).toBe(true);
  });

  test.skipIf(noAir !== null)(
    `[REG-8] two gateways' processes hear the same pens: each pen is connected once, by the room where its class is${noAir === null ? "" : ` (${noAir})`}`,
    async () => {
      district = await District.open(kafka);
      const shared = await SharedPens.open(district, 3);
      try {
        shared.advertise(0);
        // Whoever knew of the lessons first may have been another room's: but one of them, and no more.
        const first = await shared.connections();
        expect(first.map((adapters) => adapters.length)).toEqual([1, 1, 1, 1, 1, 1]);
        shared.leave();
        await shared.allGone();
        shared.advertise(1);
        const homes = [0, 0, 0, 1, 1, 1];
        expect(await shared.connections()).toEqual(homes.map((home, pen) => [first[pen]?.[0], home]));
      } finally {
        await shared.close();
      }
    },
  );

  test("npm start over the same broker and database", async () => {
    district = await District.open(kafka);
    await district.history();
    const data = district.gatewayData;
    const args = ["--students", "3", "--speed", "20", "--port", "0", "--exit-when-done", "--data", data];
    const classroom = district.start("start", args);
    const url = (await classroom.said(/Penlight is at (http:\/\/\S+?)\/\s/)).replace(/\/$/, "");
    const board = await finalBoard(url);
    expect(await classroom.ended).toBe(0);
    expect(differencesFromTruth(board, finalAnswers(data))).toEqual([]);
    expect(classroom.out).toContain("everything is in history");
    const made = Number(/handed in: (\d+) strokes/.exec(classroom.out)?.[1]);
    expect(Number(await district.query(STROKES))).toBe(made);
  });
});
