import type { Assignment } from "@penlight/proto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LESSON } from "../lesson-fixture.ts";
import { Bench, fill, type Running } from "../running.ts";

const bench = new Bench();
let running: Running;
beforeEach(async () => {
  running = await bench.start();
  await fill(running.log);
});
afterEach(() => bench.stop());

async function order(assignment: string, body: unknown) {
  const response = await fetch(`${running.base}/api/v1/assignments/${assignment}/reread`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("reread API", () => {
  it("[SET-21] an assignment says by which recognisers its ink is to be read again, who wants it, and nothing else changes", async () => {
    const get = async () =>
      (await (await fetch(`${running.base}/api/v1/setup/assignments/${LESSON}`)).json()) as {
        version: number;
        document: Assignment;
      };
    const before = await get();
    const recognizers = ["writing-nets/2"];
    const { status, body } = await order(LESSON, { by: " Ms Li ", recognizers });
    expect([status, body]).toEqual([200, { reread: { by: "Ms Li", atMs: expect.any(Number), recognizers } }]);
    expect(await get()).toEqual({
      ...before,
      version: before.version + 1,
      document: { ...before.document, reread: body.reread },
    });
  });

  it("[SET-21] [SET-2] what is none is refused", async () => {
    expect((await order("tuesday", { by: "Ms Li", recognizers: ["writing-nets/2"] })).status).toBe(404);
    expect((await order(LESSON, { by: "Ms Li", recognizers: [] })).status).toBe(400);
    expect((await order(LESSON, { by: "Ms Li", recognizers: ["the new one"] })).status).toBe(400);
    expect((await order(LESSON, { recognizers: ["writing-nets/2"] })).status).toBe(400);
  });
});
