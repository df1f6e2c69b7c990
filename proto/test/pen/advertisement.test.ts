import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decodeManufacturerData, joinManufacturerData } from "../../src/pen/index.ts";

interface Case {
  readonly manufacturerDataHex?: string;
  readonly expect?:
    | "ignore"
    | { readonly mac: string; readonly company?: number; readonly product?: number; readonly colour?: number };
}

const file = JSON.parse(readFileSync(new URL("../../vectors/pens.json", import.meta.url), "utf8")) as {
  advertisements: Case[];
};
const cases = file.advertisements.flatMap((each) =>
  each.manufacturerDataHex === undefined || each.expect === undefined ? [] : [[each.manufacturerDataHex, each.expect] as const],
);

describe("[PEN-2] what a pen advertises", () => {
  test.each(cases)("%s", (hex, expected) => {
    const said = decodeManufacturerData(new Uint8Array(Buffer.from(hex, "hex")));
    if (expected === "ignore") expect(said).toBeNull();
    else {
      const { mac, company, product, colour } = expected;
      const long = company === undefined ? {} : { company, product, colour };
      expect(said).toEqual({ pen: mac.replaceAll(":", "").toLowerCase(), ...long });
    }
  });

  test("all four published ones are there", () => {
    expect(cases).toHaveLength(4);
  });

  test("a company id that the stack split off goes back in front", () => {
    const rest = Uint8Array.of(0xd2, 0x51, 0xf4, 0x1f);
    expect(decodeManufacturerData(joinManufacturerData(0x7b9c, rest))).toEqual({ pen: "9c7bd251f41f" });
  });

  test("of a long form that is cut off only the identity is read; what comes after it is not", () => {
    const long = Buffer.from("9c7bd251f41f0001000203ffff", "hex");
    for (let size = 6; size < 11; size++)
      expect(decodeManufacturerData(long.subarray(0, size))).toEqual({ pen: "9c7bd251f41f" });
    const whole = { pen: "9c7bd251f41f", company: 1, product: 2, colour: 3 };
    for (let size = 11; size <= 13; size++) expect(decodeManufacturerData(long.subarray(0, size))).toEqual(whole);
  });

  test("too short is no pen", () => {
    expect(decodeManufacturerData(Uint8Array.of(0x9c, 0x7b, 0xd2))).toBeNull();
  });
});
