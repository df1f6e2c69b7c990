import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  type AssignmentId,
  type Box,
  boxIdsOf,
  type ItemKind,
  isSignal,
  isWritten,
  pageKeyOf,
  type Worksheet,
} from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { DEMO_ROOM, DEMO_WORKSHEETS, type DemoClass, demoClass } from "../../src/demo/demo-class.ts";

interface Validate {
  (value: unknown): boolean;
  errors?: unknown;
}
// ajv comes with fastify: the validator that the HTTP API uses.
const require = createRequire(createRequire(import.meta.url).resolve("fastify"));
const Ajv = require("ajv") as new (options: object) => { compile(schema: unknown): Validate };

const SCHEMAS = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../../proto/schema");
const compiled = new Map<string, Validate>();
function validator(name: string): Validate {
  const schema = () => JSON.parse(readFileSync(path.join(SCHEMAS, `${name}.schema.json`), "utf8")) as unknown;
  const validate = compiled.get(name) ?? new Ajv({ strict: true, allErrors: true }).compile(schema());
  compiled.set(name, validate);
  return validate;
}
function expectValid(validate: Validate, document: unknown): void {
  expect(validate(document) ? null : validate.errors).toBeNull();
}

const overlap = (a: Box, b: Box) =>
  a.page === b.page &&
  a.xMm < b.xMm + b.widthMm &&
  b.xMm < a.xMm + a.widthMm &&
  a.yMm < b.yMm + b.heightMm &&
  b.yMm < a.yMm + a.heightMm;

const MARKED: readonly ItemKind[] = ["choice", "choices", "true-false"];
const EVERY: readonly ItemKind[] = [...MARKED, "number", "letters", "open", "help", "submit"];

describe.each([
  ["fractions", 12, 1, MARKED],
  ["science", 20, 2, MARKED],
  ["numbers", 17, 2, EVERY],
] as const)("demo worksheet %s", (name, items, pages, kinds) => {
  const sheet: Worksheet = DEMO_WORKSHEETS[name];

  test("[CLASS-5] is valid by the published schema, which refuses what it should", () => {
    const validate = validator("worksheet");
    expectValid(validate, sheet);
    expect([sheet.items.length, sheet.pages.length]).toEqual([items, pages]);
    const broken = (change: object) => validate({ ...sheet, items: [{ ...sheet.items[0], ...change }] });
    expect(broken({})).toBe(true);
    expect(broken({ key: true })).toBe(false);
    expect(broken({ key: undefined })).toBe(false);
    expect(broken({ kind: "open" })).toBe(false);
    expect(broken({ kind: "essay" })).toBe(false);
    expect(broken({ stem: { zh: "只有中文" } })).toBe(false);
    expect(broken({ partialCredit: "per-option" })).toBe(false);
    expect(validate({ ...sheet, boxes: [] })).toBe(false);
  });

  test("[CLASS-5] boxes are inside their page and apart, each used once", () => {
    for (const box of sheet.boxes) {
      const page = sheet.pages[box.page];
      expect(box.xMm >= 10 && box.xMm + box.widthMm <= (page?.widthMm ?? 0) - 10).toBe(true);
      expect(box.yMm >= 10 && box.yMm + box.heightMm <= (page?.heightMm ?? 0) - 10).toBe(true);
      const isWide = sheet.items.some((item) => isWritten(item) && item.box === box.id);
      expect(box.widthMm >= (isWide ? 14 : 7) && (isWide || box.widthMm <= 9)).toBe(true);
      expect(box.heightMm >= (isWide ? 12 : 7) && (isWide || box.heightMm <= 9)).toBe(true);
      for (const other of sheet.boxes) if (other !== box) expect(overlap(box, other)).toBe(false);
    }
    const used = sheet.items.flatMap(boxIdsOf);
    expect([...used].sort()).toEqual(sheet.boxes.map((box) => box.id).sort());
  });

  test("[CLASS-5] ids are unique, keys are among the options, pages have addresses of their own", () => {
    for (const ids of [
      sheet.items.map((item) => item.id),
      sheet.boxes.map((box) => box.id),
      sheet.items.map((item) => item.number),
    ]) {
      expect(new Set<string>(ids).size).toBe(ids.length);
    }
    expect(new Set(sheet.pages.map((page) => pageKeyOf(page.address))).size).toBe(sheet.pages.length);
    for (const item of sheet.items) {
      if (!("options" in item)) continue;
      const options = item.options.map((option) => option.id);
      const keys = item.kind === "choices" ? item.key : [String(item.key)];
      expect(keys.every((key) => options.includes(key))).toBe(true);
      if (item.kind === "choices") expect(item.key.length).toBeLessThan(item.options.length);
      if (item.kind === "true-false") expect(item.options.map((option) => option.id)).toEqual(["true", "false"]);
    }
    expect(new Set(sheet.items.map((item) => item.kind))).toEqual(new Set(kinds));
  });

  test("[CLASS-5] printed stems and option texts keep clear of the boxes", () => {
    const lineMm = 5;
    for (const item of sheet.items) {
      const first = sheet.boxes.find((box) => box.id === boxIdsOf(item)[0]) as Box;
      // A stem is one line of 3.6 mm type: about 3.6 mm a hanzi and 1.8 mm a Latin letter.
      const width = Math.max(item.stem.zh.length * 3.6, item.stem.en.length * 1.8);
      expect(item.stemMm.x + width).toBeLessThanOrEqual(205);
      if (!isSignal(item)) expect(item.stemMm.y + lineMm).toBeLessThanOrEqual(first.yMm);
      for (const box of sheet.boxes.filter((each) => each.page === first.page)) {
        const isBeyond = box.xMm >= item.stemMm.x + width || box.xMm + box.widthMm <= item.stemMm.x;
        const beside = isBeyond || box.yMm + box.heightMm <= item.stemMm.y || box.yMm >= item.stemMm.y + lineMm;
        expect(beside).toBe(true);
      }
    }
  });
});

describe("demo class", () => {
  test.each([1, 40, 60, 500])("[EVT-20] its documents are valid and fit together: %i students", (students) => {
    const demo = demoClass({
      room: DEMO_ROOM,
      students,
      seed: 3,
      worksheet: "fractions",
      assignment: "a-1" as AssignmentId,
      opensMs: 5,
    });
    expectValid(validator("room"), demo.room);
    expectValid(validator("class"), demo.schoolClass);
    expectValid(validator("assignment"), demo.assignment);
    const pen = validator("pen");
    for (const each of demo.pens) expectValid(pen, each);
    const ids = demo.schoolClass.students.map((student) => student.id);
    expect(new Set(ids).size).toBe(students);
    expect(new Set(demo.schoolClass.students.map((student) => student.name.zh)).size).toBe(students);
    expect(demo.schoolClass.students.map((student) => student.seat)).toEqual(ids.map((_, i) => i + 1));
    expect(demo.pens.map((each) => each.student)).toEqual(ids);
    expect(demo.assignment).toMatchObject({ room: demo.room.id, class: demo.schoolClass.id, worksheet: demo.worksheet.id });
  });

  test("rooms with the same seed share the worksheet and nothing else", () => {
    const [demo, attic] = [DEMO_ROOM, "attic"].map((room) =>
      demoClass({ room, students: 60, seed: 3, worksheet: "fractions", assignment: `a-${room}` as AssignmentId, opensMs: 5 }),
    ) as [DemoClass, DemoClass];
    const idsOf = ({ room, schoolClass, pens, assignment }: DemoClass) => [
      ...[room.id, schoolClass.id, assignment.id],
      ...pens.flatMap(({ id, student }) => [id, student]),
    ];
    expect(new Set([...idsOf(demo), ...idsOf(attic)]).size).toBe(2 * (3 + 120));
    expect(attic.worksheet).toBe(demo.worksheet);
    expect(attic.pens.map((each) => each.student)).toEqual(attic.schoolClass.students.map((student) => student.id));
  });
});
