import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { runVectorCommand } from "../../src/tools/vector-command.ts";
import { parseVectorFile, type Vector, VectorFileError } from "../../src/tools/vector-file.ts";
import { differenceOf, hearPen, runVector } from "../../src/tools/vector-run.ts";
import type { Words } from "../../src/tools/vector-words.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const NAME = path.join(ROOT, "proto/vectors/pens.json");
const text = readFileSync(NAME, "utf8");
const file = parseVectorFile(text);
const fromPen = file.vectors.filter((vector) => vector.direction === "pen->host");
type PenVector = (typeof fromPen)[number];

function glued(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

/** Without what was said of the bytes in front. */
function withoutNoise(events: readonly Words[]): Words[] {
  const noise = ["garbage", "stray-end", "resync", "runt", "broken-escape"];
  return events.filter((event) => event.kind !== "fault" || !noise.includes(event.fault as string));
}

/** What a vector says when its bytes come as it has them, and a check that they say the same when they come otherwise. */
function comparison(vector: PenVector): (notifications: readonly Uint8Array[]) => void {
  const preamble = file.preambles.get(vector.preamble) ?? [];
  const whole = runVector(vector, file);
  const said = JSON.stringify([withoutNoise(whole.events), whole.writes]);
  return (notifications) => {
    const other = hearPen(preamble, notifications);
    expect(JSON.stringify([withoutNoise(other.events), other.writes])).toBe(said);
    expect(differenceOf(vector, other)).toBeNull();
  };
}

describe("[PEN-4] the published vectors", () => {
  test("are as many as they should be", () => {
    expect(file.vectors).toHaveLength(63);
  });

  test.each(file.vectors.map((vector) => [vector.id, vector.title, vector] as const))("%s %s", (_id, _title, vector) => {
    expect(differenceOf(vector, runVector(vector, file))).toBeNull();
  });
});

describe("[PEN-3] the same bytes differently delivered", () => {
  const cases = fromPen.map((vector) => [vector.id, vector] as const);

  test.each(cases)("%s cut at each byte, and byte by byte", (_id, vector) => {
    const expectSame = comparison(vector);
    const bytes = glued(vector.notifications);
    for (let at = 1; at < bytes.length; at++) expectSame([bytes.subarray(0, at), bytes.subarray(at)]);
    expectSame(Array.from(bytes, (byte) => Uint8Array.of(byte)));
  });

  test.each(cases)("%s glued together", (_id, vector) => {
    comparison(vector)([glued(vector.notifications)]);
  });

  test.each(cases)("%s after garbage", (_id, vector) => {
    const expectSame = comparison(vector);
    const noises = [[0, 0x99, 0x42], [0xc1], [0x7d], [0xc0], [0xc0, 0x6c, 0x0e], [0xc0, 0x61, 0x7d], [0xc1, 0x7d, 0xc0, 0xc0]];
    for (const noise of noises) expectSame([glued([Uint8Array.from(noise), ...vector.notifications])]);
  });
});

describe("what the vectors say in words", () => {
  const eventsOf = (id: string): readonly Words[] => {
    const vector = file.vectors.find((each) => each.id === id);
    return vector === undefined ? [] : runVector(vector, file).events;
  };
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
    expect(kindsOf("L11")).toEqual(["penDown", "fault"]);
    expect(eventsOf("L11").at(-1)).toMatchObject({ fault: "missing-page", count: 1 });
  });
  test("[PEN-6] L19: a paper button's first dot is a dot", () => {
    expect(kindsOf("L19")).toEqual(["penDown", "page", "dot", "dot", "penUp"]);
  });
  test("[PEN-9] F03 and P04: stored at once, so acknowledged", () => {
    const writesOf = (id: string) => runVector(file.vectors.find((each) => each.id === id) as Vector, file).writes;
    expect([writesOf("F03"), writesOf("P04"), writesOf("R01")]).toEqual([
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

  test.each([
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
    throw Object.assign(new Error("no such file"), { code: "ENOENT" });
  };
  const command = (...args: string[]) => runVectorCommand(args, read);

  test("a line a vector, and the count", () => {
    const { exitCode, lines } = command("pens.json");
    expect([exitCode, lines.length, lines.at(-1)]).toEqual([0, 64, "63 vectors, 0 failed"]);
    expect(lines[0]).toBe("ok   F01 Low-battery event, nothing escaped");
  });

  test("with --json: a line a vector, each an object with id, events and writes", () => {
    const { exitCode, lines } = command("pens.json", "--json");
    const objects = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect([exitCode, objects.map((each) => each.id)]).toEqual([0, file.vectors.map((vector) => vector.id)]);
    expect(objects[0]).toEqual({ id: "F01", events: [{ kind: "lowBattery", percent: 15 }], writes: [] });
  });

  test("a vector that differs: said, and exit code 1, also with --json", () => {
    const shown = command("wrong.json");
    expect([shown.exitCode, shown.lines.at(-1)]).toEqual([1, "1 vectors, 1 failed"]);
    expect(shown.lines[0]).toMatch(/^FAIL W1 wrong: no event \{"kind":"lowBattery","percent":16\} in /);
    expect(command("wrong.json", "--json")).toEqual({
      exitCode: 1,
      lines: ['{"id":"W1","events":[{"kind":"lowBattery","percent":15}],"writes":[]}'],
    });
  });

  test("a file that cannot be read, or is none, or a wrong option: one line, exit code 2", () => {
    expect(command("none.json")).toEqual({ exitCode: 2, lines: ["none.json: cannot be read (ENOENT)"] });
    expect(command("odd.json")).toMatchObject({ exitCode: 2, lines: [expect.stringMatching(/^odd.json: not JSON: /)] });
    const usage = { exitCode: 2, lines: ["usage: npm run --silent vectors -- FILE [--json]"] };
    expect([command(), command("--odd", "pens.json"), command("a", "b")]).toEqual([usage, usage, usage]);
  });

  test("runs as a process", { timeout: 60_000 }, () => {
    const script = path.join(ROOT, "infra/src/tools/vectors.ts");
    const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", script, "none.json"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([2, "none.json: cannot be read (ENOENT)\n"]);
  });
});
