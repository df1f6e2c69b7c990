import { describe, expect, test } from "vitest";
import { GatewayLife } from "../../src/core/gateway-life.ts";

describe("GatewayLife", () => {
  test("[EVT-14] counts from 1, the same life in all of its records", () => {
    const life = new GatewayLife("room-1", 1_780_000_000_000);
    const records = [1, 2, 3].map((atMs) => life.number(atMs, { kind: "tick", pens: [] }));
    expect(records.map((record) => record.origin)).toEqual([1, 2, 3].map((seq) => ({ life: life.life, seq })));
  });

  test("[EVT-14] a life differs from start to start and between gateways", () => {
    const lives = ["room-1", "room-2", "gateway"].flatMap((name) =>
      Array.from({ length: 500 }, (_, i) => new GatewayLife(name, 1_780_000_000_000 + i * 0.5).life),
    );
    expect(new Set(lives).size).toBe(lives.length);
    for (const life of lives) expect(life >= 1 && life < 2 ** 32).toBe(true);
  });
});
