import { describe, expect, it } from "vitest";
import { type Account, authenticate } from "../../src/history-server/accounts.ts";

const accounts: readonly Account[] = [
  { name: "penlight", password: "secret:with colon", role: "writer" },
  { name: "default", password: null, role: "reader" },
];
const who = (headers: Record<string, string>, search = "") => authenticate(accounts, headers, new URLSearchParams(search)).name;
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });

describe("accounts", () => {
  it("[HTTP-5] a user comes by headers, Basic or address; nobody is the reader", () => {
    expect(who({})).toBe("default");
    expect(who({ "x-clickhouse-user": "penlight", "x-clickhouse-key": "secret:with colon" })).toBe("penlight");
    expect(who(basic("penlight:secret:with colon"))).toBe("penlight");
    expect(who({}, "user=penlight&password=secret%3Awith+colon")).toBe("penlight");
    expect(who(basic("default:"))).toBe("default");
  });

  it("[HTTP-5] a wrong password, an unknown user and two ways at once are refused", () => {
    const refused = [
      () => who({ "x-clickhouse-user": "penlight" }),
      () => who(basic("penlight:Secret:with colon")),
      () => who(basic("default:guess")),
      () => who(basic("nobody:")),
      () => who({ authorization: "Bearer x" }),
      () => who(basic("default:"), "user=penlight&password=x"),
    ];
    for (const each of refused) expect(each).toThrow(/uthentication/);
  });
});
