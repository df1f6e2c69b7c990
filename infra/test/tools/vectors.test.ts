import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { runVectorCommand } from "../../src/tools/vector-command.ts";
import { parseVectorFile, type Vector, VectorFileError } from "../../src/tools/vector-file.ts";
import { differenceOf, runVector } from "../../src/tools/vector-run.ts";
import type { Words } from "../../src/tools/vector-words.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const NAME = path.join(ROOT, "proto/vectors/pens.json");
const text = readFileSync(NAME, "utf8");
const file = parseVectorFile(text);
describe("[PEN-4] the published vectors", () => {
  test("are as many as they should be", () => {
    expect(file.vectors).toHaveLength(63);
  });

  test.each(file.vectors.map((vector) => [vector.id, vector.title, vector] as const))("%s %s", (_id, _title, vector) => {
    expect(differenceOf(vector, runVector(vector, file))).toBeNull();
  });
});

/** What a file of ours says of a vector beside the published form. */
interface Said {
  readonly id: string;
  readonly faults: readonly string[];
  readonly writes?: readonly string[];
}

describe("[PEN-4] vectors made by hand from the tables of the protocol", () => {
  const source = readFileSync(path.join(ROOT, "proto/vectors/by-hand.json"), "utf8");
  const byHand = parseVectorFile(source);
  const said = new Map((JSON.parse(source) as { vectors: Said[] }).vectors.map((each) => [each.id, each]));

  test.each(byHand.vectors.map((vector) => [vector.id, vector.title, vector] as const))("%s %s", (id, _title, vector) => {
    const outcome = runVector(vector, byHand);
    const { faults = [], writes = outcome.writes } = said.get(id) as Said;
    expect(differenceOf(vector, outcome)).toBeNull();
    expect(outcome.faults.map((fault) => fault.kind)).toEqual(faults);
    expect(outcome.writes).toEqual(writes);
    // A text that expects nothing means nothing.
    if (vector.direction === "pen->host" && vector.expect.length === 0) expect(outcome.events).toEqual([]);
  });
});

describe("what the vectors say in words", () => {
  const outcomeOf = (id: string) => runVector(file.vectors.find((each) => each.id === id) as Vector, file);
  const eventsOf = (id: string): readonly Words[] => outcomeOf(id).events;
  const faultsOf = (id: string): readonly Words[] => outcomeOf(id).faults;
  const kindsOf = (id: string) => eventsOf(id).map((event) => event.kind);

  test("[PEN-6] L04: what is left of the stroke is there, its later dots 24 ms early", () => {
    const dots = eventsOf("L04").filter((event) => event.kind === "dot");
    expect(dots.map((dot) => dot.timeMs)).toEqual([1760000000003, 1760000000015, 1760000000027, 1760000000039]);
    expect(eventsOf("L04").at(-1)).toMatchObject({ kind: "penUp", timeMs: 1760000000070, lostDots: 2 });
  });
  test("[PEN-6] L09: one stroke of three dots", () => {
    expect(kindsOf("L09")).toEqual(["penDown", "page", "dot", "dot", "dot", "penUp"]);
  });
  test("[PEN-6] L10: a tap, no ink", () => {
    expect(kindsOf("L10")).toEqual(["penDown", "page", "penUp"]);
    expect(eventsOf("L10").at(-1)).toMatchObject({ tap: true, page: { section: 3, owner: 27, note: 603, page: 12 } });
  });
  test("[PEN-6] L11: the dot is dropped and counted", () => {
    expect(kindsOf("L11")).toEqual(["penDown"]);
    expect(faultsOf("L11")).toEqual([{ kind: "missing-page", count: 1, command: null }]);
  });
  test("[PEN-4] F11: nothing, and why", () => {
    expect(eventsOf("F11")).toEqual([]);
    expect(faultsOf("F11")).toEqual([{ kind: "short", count: 1, command: null }]);
  });
  test("[PEN-6] L19: a paper button's first dot is a dot", () => {
    expect(kindsOf("L19")).toEqual(["penDown", "page", "dot", "dot", "penUp"]);
  });
  test("[PEN-9] F03 and P04: stored at once, so acknowledged", () => {
    expect(["F03", "P04", "R01"].map((id) => outcomeOf(id).writes)).toEqual([
      ["c0a4000300010001c1"],
      ["c0a4000300000001c1"],
      ["c0040000c1"],
    ]);
  });
});

describe("a file that is not in the form", () => {
  test("one expected thing may stand without its list", () => {
    const lone = { id: "X", direction: "pen->host", notifications: [], expect: "nothing" };
    expect(parseVectorFile(JSON.stringify({ vectors: [lone] })).vectors).toMatchObject([
      { preamble: "none", expect: ["nothing"] },
    ]);
  });

  test("what is not there is not compared: no title, no preamble, no direction, nothing expected", () => {
    const bare = {
      vectors: [
        { id: "X1", notifications: ["C06101000FC1"] },
        { id: "X2", bytes: "c0040000c1", expect: null },
      ],
    };
    const read = parseVectorFile(JSON.stringify(bare));
    expect(read.vectors.map((vector) => differenceOf(vector, runVector(vector, read)))).toEqual([null, null]);
    expect(read.vectors.map((vector) => runVector(vector, read).events)).toEqual([
      [{ kind: "lowBattery", percent: 15 }],
      [{ cmd: "statusRequest" }],
    ]);
  });

  test.each([
    ["", "not JSON"],
    ["{", "not JSON"],
    ["[]", "vectors must be a list"],
    ['{"vectors":[1]}', "vectors[0] must be an object"],
    ['{"vectors":[{"direction":"pen->host"}]}', "vectors[0].id must be text"],
    ['{"vectors":[{"id":"X","direction":"up"}]}', 'X.direction must be "pen->host" or "host->pen"'],
    ['{"vectors":[{"id":"X","direction":"host->pen","bytes":"c0f","expect":{}}]}', "X.bytes must be bytes in hex"],
    [
      '{"vectors":[{"id":"X","direction":"pen->host","preamble":"odd","notifications":[],"expect":[]}]}',
      'there is no preamble "odd"',
    ],
    [
      '{"vectors":[{"id":"X","direction":"pen->host","notifications":["zz"],"expect":[]}]}',
      "X.notifications[0] must be bytes in hex",
    ],
    [
      '{"vectors":[{"id":"X","direction":"pen->host","notifications":[],"expect":[7]}]}',
      "X.expect[0] must be an object or text",
    ],
    ['{"vectors":[{"id":"X","notifications":[],"expect":7}]}', "X.expect[0] must be an object or text"],
    ['{"meta":{"preambles":{"a":["0"]}},"vectors":[]}', "meta.preambles.a[0] must be bytes in hex"],
  ])("%s: %s", (source, message) => {
    expect(() => parseVectorFile(source)).toThrow(VectorFileError);
    expect(() => parseVectorFile(source)).toThrow(message);
  });
});

describe("the command", () => {
  const wrong = {
    id: "W1",
    direction: "pen->host",
    title: "wrong",
    notifications: ["c06101000fc1"],
    expect: [{ kind: "lowBattery", percent: 16 }],
  };
  const read = (name: string): string => {
    if (name === "pens.json") return text;
    if (name === "wrong.json") return JSON.stringify({ vectors: [wrong] });
    if (name === "odd.json") return "{";
    if (name === "empty.json") return '{"vectors":[]}';
    throw Object.assign(new Error("no such file"), { code: "ENOENT" });
  };
  const command = (...args: string[]) => runVectorCommand(args, read);

  test("a line a vector, and the count", () => {
    const { exitCode, lines } = command("pens.json");
    expect([exitCode, lines.length, lines.at(-1)]).toEqual([0, 64, "63 vectors, 0 failed"]);
    expect(lines[0]).toBe("ok   F01 Low-battery event, nothing escaped");
  });

  test("with --json: a line a vector, each an object with id, events, writes and faults", () => {
    const { exitCode, lines } = command("pens.json", "--json");
    const objects = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect([exitCode, objects.map((each) => each.id)]).toEqual([0, file.vectors.map((vector) => vector.id)]);
    expect(objects[0]).toEqual({ id: "F01", events: [{ kind: "lowBattery", percent: 15 }], writes: [], faults: [] });
  });

  test("a vector that differs: said, and exit code 1, also with --json", () => {
    const shown = command("wrong.json");
    expect([shown.exitCode, shown.lines.at(-1)]).toEqual([1, "1 vectors, 1 failed"]);
    expect(shown.lines[0]).toMatch(/^FAIL W1 wrong: no event \{"kind":"lowBattery","percent":16\} in /);
    expect(command("wrong.json", "--json")).toEqual({
      exitCode: 1,
      lines: ['{"id":"W1","events":[{"kind":"lowBattery","percent":15}],"writes":[],"faults":[]}'],
    });
  });

  test("a file without a vector has nothing wrong", () => {
    expect(command("empty.json")).toEqual({ exitCode: 0, lines: ["0 vectors, 0 failed"] });
    expect(command("empty.json", "--json")).toEqual({ exitCode: 0, lines: [] });
  });

  test("a file that cannot be read, or is none, or a wrong option: one line, exit code 2", () => {
    expect(command("none.json")).toEqual({ exitCode: 2, lines: ["none.json: cannot be read (ENOENT)"] });
    expect(command("odd.json")).toMatchObject({ exitCode: 2, lines: [expect.stringMatching(/^odd.json: not JSON: /)] });
    const usage = { exitCode: 2, lines: ["usage: npm run --silent vectors -- FILE [--json]"] };
    expect([command(), command("--odd", "pens.json"), command("a", "b")]).toEqual([usage, usage, usage]);
  });
});
