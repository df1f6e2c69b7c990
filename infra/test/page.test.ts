import { expect, test } from "vitest";
import { addressOf, outsideAddresses } from "../src/page.ts";

test.each([
  ["127.0.0.1", "http://127.0.0.1:7300"],
  ["127.0.0.2", "http://127.0.0.2:7300"],
  ["::1", "http://[::1]:7300"],
  ["localhost", "http://localhost:7300"],
  ["0.0.0.0", "http://127.0.0.1:7300"],
  ["::", "http://127.0.0.1:7300"],
  ["192.168.1.5", "http://192.168.1.5:7300"],
])("what listens on %s is reached there, not somewhere else on this machine", (host, address) => {
  expect(addressOf(host, 7300)).toBe(address);
});

test("what listens everywhere is told to other machines by the addresses that they can reach", () => {
  const common = { netmask: "", mac: "", cidr: null };
  const interfaces = {
    lo: [{ ...common, address: "127.0.0.1", family: "IPv4" as const, internal: true }],
    eth0: [
      { ...common, address: "192.168.1.20", family: "IPv4" as const, internal: false },
      { ...common, address: "fe80::1", family: "IPv6" as const, internal: false, scopeid: 2 },
    ],
  };
  expect(outsideAddresses("0.0.0.0", 7300, interfaces)).toEqual(["http://192.168.1.20:7300"]);
  expect(outsideAddresses("::", 7300, interfaces)).toEqual(["http://192.168.1.20:7300"]);
  expect(outsideAddresses("127.0.0.1", 7300, interfaces)).toEqual([]);
});
