import type { Worksheet } from "@penlight/proto";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { faultsBeside } from "../../../server/core/sound-part.ts";
import { checkWorksheet } from "../../../server/core/worksheet-rules.ts";
import { type SchemaError, SETUP_SCHEMAS, schemaFaults } from "../../../server/http/setup-schemas.ts";
import { worksheetOf } from "../lesson-fixture.ts";

const SEED = 5;
const isRight = new Ajv2020({ strict: false, allErrors: true }).compile(SETUP_SCHEMAS.worksheets);
const shapeOf = (document: unknown) => {
  isRight(document);
  return schemaFaults((isRight.errors ?? []) as readonly SchemaError[]);
};
const told = (document: unknown) => {
  const wrong = shapeOf(document);
  return [...wrong, ...faultsBeside(document, wrong, checkWorksheet)].map(({ at }) => at);
};

/** Every place of a document: the path to it. */
function placesOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [[...path]];
  return [[...path], ...Object.entries(value).flatMap(([name, each]) => placesOf(each, [...path, name]))];
}

function changed(document: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const next = changed((document as Record<string, unknown>)[name], rest, value);
  if (Array.isArray(document)) return document.map((each, i) => (String(i) === name ? next : each));
  return { ...(document as object), [name]: next };
}

describe("faultsBeside", () => {
  const sheet = worksheetOf(3);

  it("[SET-2] an item without key, a box off the page, boxes upon each other and a strange key are told at once", () => {
    const boxes = sheet.boxes.map((box, i) => ({ ...box, ...(i === 0 && { xMm: -1 }), ...(i === 3 && { xMm: 22 }) }));
    const items = sheet.items.map((item, i) => ({ ...item, key: [undefined, "Z", "A"][i] }));
    expect(told({ ...sheet, boxes, items })).toEqual(["/boxes/0/xMm", "/items/0/key", "/boxes/3", "/items/1/key"]);
  });

  it("[SET-2] what is told of a shape is not told again as a place, and nothing is held against what is not there", () => {
    const page = { ...sheet.pages[0], widthMm: "wide", address: null };
    expect(told({ ...sheet, pages: [page] })).toEqual(["/pages/0/address", "/pages/0/widthMm"]);
    expect(told({ ...sheet, boxes: sheet.boxes.map((box, i) => (i === 0 ? { ...box, page: "0" } : box)) })).toEqual([
      "/boxes/0/page",
    ]);
    for (const document of [null, 7, [], {}, { ...sheet, items: null }]) {
      expect(faultsBeside(document, shapeOf(document), checkWorksheet)).toEqual([]);
    }
  });

  it(`[SET-2] whatever stands in whatever place, it is told and nothing breaks (seed ${SEED})`, () => {
    const places = placesOf(sheet).filter((path) => path.length > 0);
    const junk = fc.constantFrom<unknown>(null, 0, -1, "", "q1A", [], {}, true, [null], { id: 3 }, undefined);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...places), junk), { minLength: 1, maxLength: 3 }), (changes) => {
        let document: unknown = sheet;
        for (const [path, value] of changes) {
          try {
            document = changed(document, path, value);
          } catch {
            // An earlier change has taken this place away.
          }
        }
        const wrong = shapeOf(document);
        const beside = faultsBeside(document, wrong, (sound) => checkWorksheet(sound));
        if (wrong.length === 0) expect(beside).toEqual(checkWorksheet(document as Worksheet));
        for (const { at } of wrong) expect(beside.filter((fault) => fault.at === at)).toEqual([]);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});
