import { describe, expect, it } from "vitest";
import { DataClock } from "../../../web/src/live/data-clock.ts";

describe("DataClock", () => {
  it("[LIVE-21] knows no age before there is data", () => {
    const clock = new DataClock();
    expect(clock.ageMs(100)).toBeNull();
    clock.observeServer(1_000_000, 0);
    expect(clock.ageMs(100)).toBeNull();
  });

  it("[LIVE-21] age is server time minus room time, whatever this machine's clock says", () => {
    const clock = new DataClock();
    clock.observeServer(1_000_000, 50);
    clock.observeData(999_700);
    expect(clock.ageMs(50)).toBe(300);
  });

  it("[LIVE-21] grows while the server is silent", () => {
    const clock = new DataClock();
    clock.observeServer(1_000_000, 0);
    clock.observeData(1_000_000);
    expect(clock.ageMs(3400)).toBe(3400);
  });

  it("[LIVE-21] falls when fresh data comes, and is never negative", () => {
    const clock = new DataClock();
    clock.observeServer(1_000_000, 0);
    clock.observeData(990_000);
    expect(clock.ageMs(0)).toBe(10_000);
    clock.observeData(1_000_010);
    expect(clock.ageMs(0)).toBe(0);
  });

  it("[LIVE-21] a lesson at twenty times life has its age in the viewer's seconds", () => {
    const clock = new DataClock();
    for (let second = 0; second <= 4; second++) clock.observeServer(1_000_000 + second * 20_000, second * 1000);
    clock.observeData(1_080_000);
    expect(clock.rate()).toBe(20);
    expect(clock.ageMs(6500)).toBe(2500);
  });

  it("[LIVE-21] jitter of the network does not bend the clock", () => {
    const clock = new DataClock();
    clock.observeServer(1_000_000, 0);
    clock.observeServer(1_002_000, 2150);
    clock.observeData(1_002_000);
    expect(clock.rate()).toBe(1);
    expect(clock.ageMs(2250)).toBe(100);
  });

  it("a server that starts again with an earlier clock starts the measure anew", () => {
    const clock = new DataClock();
    clock.observeServer(5_000_000, 0);
    clock.observeServer(1_000_000, 10_000);
    expect(clock.rate()).toBe(1);
    expect(clock.serverNowMs(10_500)).toBe(1_000_500);
  });
});
