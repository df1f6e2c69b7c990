import type { NewRecord } from "@penlight/proto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Outbox, type OutboxEntry } from "../../src/core/outbox.ts";

const record = (bytes: number): NewRecord => ({ key: "room", value: new Uint8Array(bytes), timestampMs: 0 });

describe("Outbox", () => {
  test("[EVT-13] is full at either limit and has room again when the oldest is durable", () => {
    const outbox = new Outbox<null>({ bytesMax: 100, recordsMax: 3 });
    outbox.push([record(60)], 1, null);
    expect(outbox.isFull).toBe(false);
    outbox.push([record(40)], 2, null);
    expect(outbox.isFull).toBe(true);
    const first = outbox.take() as OutboxEntry<null>;
    expect(outbox.succeeded(first)).toBe(1);
    expect(outbox.isFull).toBe(false);
    outbox.push([record(1), record(1)], 3, null);
    expect(outbox.isFull).toBe(true);
  });

  test("[EVT-13] after a failure nothing is handed out until all came back, then everything from the failed one on", () => {
    const outbox = new Outbox<string>({ bytesMax: 1000, recordsMax: 1000 });
    for (const name of ["a", "b", "c"]) outbox.push([record(1)], name.charCodeAt(0), name);
    const [a, b, c] = [outbox.take(), outbox.take(), outbox.take()] as OutboxEntry<string>[];
    expect(outbox.succeeded(a as OutboxEntry<string>)).toBe(97);
    outbox.failed(b as OutboxEntry<string>);
    outbox.push([record(1)], 100, "d");
    expect(outbox.take()).toBeNull();
    expect(outbox.mustRewind).toBe(false);
    outbox.failed(c as OutboxEntry<string>);
    expect(outbox.mustRewind).toBe(true);
    outbox.rewind();
    expect([outbox.take()?.note, outbox.take()?.note, outbox.take()?.note, outbox.take()]).toEqual(["b", "c", "d", null]);
  });

  test("[EVT-13] whatever fails, every entry becomes durable, and the durable time never runs ahead of an entry", () => {
    const outcome = fc.constantFrom("ok", "ok", "ok", "fail");
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1, maxLength: 200 }), fc.integer({ min: 1, max: 20 }), (outcomes, entries) => {
        const outbox = new Outbox<number>({ bytesMax: 10_000, recordsMax: 10_000 });
        for (let i = 0; i < entries; i++) outbox.push([record(1)], i, i);
        const durable = new Set<number>();
        let durableMs = -1;
        let step = 0;
        while (!outbox.isEmpty) {
          const taken: OutboxEntry<number>[] = [];
          for (let entry = outbox.take(); entry !== null; entry = outbox.take()) taken.push(entry);
          for (const entry of taken) {
            const result = step < outcomes.length ? outcomes[step++] : "ok";
            if (result === "fail") outbox.failed(entry);
            else {
              durable.add(entry.note);
              durableMs = outbox.succeeded(entry) ?? durableMs;
              for (let i = 0; i <= durableMs; i++) expect(durable.has(i)).toBe(true);
            }
          }
          if (outbox.mustRewind) outbox.rewind();
        }
        expect(durableMs).toBe(entries - 1);
        expect([outbox.bytes, outbox.records]).toEqual([0, 0]);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
