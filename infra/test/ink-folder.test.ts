import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { createLesson } from "@penlight/pen-gateway/simulator";
import { DOT_STRIDE, type StudentId } from "@penlight/proto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DEMO_WORKSHEETS } from "../src/demo/demo-class.ts";
import { readInkFolder } from "../src/ink-folder.ts";

const ABLE = [..."0123456789ABCD"];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "penlight-ink-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A stroke of three points that nobody else has: as wide as `writer` is long. */
function line(label: string, writer: string | null, split = "test") {
  const strokes = [
    [
      [0, 0],
      [writer?.length ?? 1, 5],
      [0, 10, 77],
    ],
  ];
  return JSON.stringify({ id: label, split, label, writer, hz: 50, unit: "mm", strokes });
}
const write = (name: string, lines: readonly string[]) => writeFileSync(path.join(folder, name), gzipSync(lines.join("\n")));

test("[CLASS-7] writers of split test who have digits and A to D, by name; the rest is anybody's", async () => {
  write("b.jsonl.gz", [...ABLE.map((label) => line(label, "zoe")), ...ABLE.slice(1).map((label) => line(label, "max"))]);
  write("a.jsonl.gz", [...ABLE.map((label) => line(label, "ann")), line("tick", null), line("x", "ann", "train")]);
  writeFileSync(path.join(folder, "README.md"), "not ink");
  const { writers, anybody } = await readInkFolder(folder);
  expect(writers.map((own) => own.get("7"))).toEqual([
    [
      {
        hz: 50,
        strokes: [
          [
            [0, 0],
            [3, 5],
            [0, 10, 77],
          ],
        ],
      },
    ],
    [
      {
        hz: 50,
        strokes: [
          [
            [0, 0],
            [3, 5],
            [0, 10, 77],
          ],
        ],
      },
    ],
  ]);
  expect([anybody.get("tick")?.length, anybody.get("7")?.length, anybody.get("x")]).toEqual([1, 3, undefined]);
});

test("[CLASS-7] a folder that cannot be read, or has no writer, is refused with the setting and what to do", async () => {
  await expect(readInkFolder(path.join(folder, "none"))).rejects.toThrow(/^--ink is .*none, which cannot be read; give/);
  write("a.jsonl.gz", [line("7", "ann")]);
  await expect(readInkFolder(folder)).rejects.toThrow(/^--ink is .*: no writer of split test has all of 0-9 and A-D.*; give/);
  writeFileSync(path.join(folder, "a.jsonl.gz"), "not gzip");
  await expect(readInkFolder(folder)).rejects.toThrow(/^--ink is .*a\.jsonl\.gz: .*; give/);
});

test("[CLASS-1] [CLASS-7] a class writes with it, the same every time", async () => {
  write(
    "a.jsonl.gz",
    [...ABLE, "-", ".", "T", "F"].map((label) => line(label, "ann")),
  );
  const ink = await readInkFolder(folder);
  const students = ["s1", "s2"] as StudentId[];
  const dotsOf = (withInk: boolean) => {
    const lesson = createLesson({ seed: 3, students, worksheet: DEMO_WORKSHEETS.numbers, ink: withInk ? ink : undefined });
    return students.flatMap((_, i) =>
      [...lesson.actsOf(i)].flatMap((act) => (act.kind === "stroke" ? [[...act.stroke.dots]] : [])),
    );
  };
  const written = dotsOf(true);
  expect(dotsOf(true)).toEqual(written);
  expect(dotsOf(false)).not.toEqual(written);
  // 100 ms a stroke, as recorded: ten dots or so.
  const lengths = written.map((dots) => dots.length / DOT_STRIDE).filter((count) => count <= 8 + 4);
  expect(lengths.length).toBeGreaterThan(20);
});
