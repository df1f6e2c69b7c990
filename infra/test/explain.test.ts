import { DASHBOARD_ERROR_CODES } from "@penlight/classroom-dashboard";
import { PEN_SOURCE_ERROR_CODES } from "@penlight/pen-gateway";
import { HISTORY_ERROR_CODES, LOG_ERROR_CODES } from "@penlight/proto";
import { expect, test } from "vitest";
import { explain } from "../src/explain.ts";
import { OPS_ERROR_CODES } from "../src/service/ops-server.ts";
import { SETUP_CLIENT_ERROR_CODES } from "../src/setup-client.ts";

const CODES = {
  ...{ ...LOG_ERROR_CODES, ...HISTORY_ERROR_CODES, ...DASHBOARD_ERROR_CODES },
  ...{ ...PEN_SOURCE_ERROR_CODES, ...OPS_ERROR_CODES, ...SETUP_CLIENT_ERROR_CODES },
};
/** Their own text says what to do, or only this program's code can get them. */
const COMPLETE = ["history.no-engine", "dashboard.no-uws"];
const OURS = ["log.closed", "log.too-large", "source.not-connected", "source.not-written"];

test("whatever ends a command says what to do, in one line", () => {
  for (const [code, { text }] of Object.entries(CODES)) {
    if (OURS.includes(code)) continue;
    const told = explain(Object.assign(new Error(`${text}: line one\n  line two`), { code }));
    expect([code, told.text]).toEqual([code, expect.not.stringContaining("\n")]);
    if (!COMPLETE.includes(code)) expect([code, told.text]).toEqual([code, expect.stringMatching(/line two; .+/)]);
    expect([code, told.exitCode]).toEqual([code, expect.toBeOneOf([1, 78])]);
  }
});
