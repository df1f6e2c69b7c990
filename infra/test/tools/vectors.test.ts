import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
  return events.filter((event) => event["kind"] !== "fault" || !noise.includes(event["fault"] as string));
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
  const kindsOf = (id: string) => eventsOf(id).map((event) => event["kind"]);

  test("[PEN-6] L04: what is left of the stroke is there, its later dots 24 ms early", () => {
    const dots = eventsOf("L04").filter((event) => event["kind"] === "dot");
    expect(dots.map((dot) => dot["timeMs"])).toEqual([1760000000003, 1760000000015, 1760000000027, 1760000000039]);
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
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "penlight-vectors-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  function command(...args: string[]) {
    const script = path.join(ROOT, "infra/src/tools/vectors.ts");
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", script, ...args], {
      cwd: ROOT,
      encoding: "utf8",
    });
    return { status, lines: stdout.trimEnd().split("\n"), errors: stderr.trimEnd().split("\n") };
  }

  test("a line a vector, and the count", () => {
    const { status, lines } = command(NAME);
    expect([status, lines.length, lines.at(-1)]).toEqual([0, 64, "63 vectors, 0 failed"]);
    expect(lines[0]).toBe("ok   F01 Low-battery event, nothing escaped");
  });

  test("a vector that differs: said, and exit code 1, also with --json", () => {
    const wrong = path.join(folder, "wrong.json");
    const vector = {
      id: "W1",
      direction: "pen->host",
      title: "wrong",
      notifications: ["c06101000fc1"],
      expect: [{ kind: "lowBattery", percent: 16 }],
    };
    writeFileSync(wrong, JSON.stringify({ vectors: [vector] }));
    const shown = command(wrong);
    expect([shown.status, shown.lines.at(-1)]).toEqual([1, "1 vectors, 1 failed"]);
    expect(shown.lines[0]).toMatch(/^FAIL W1 wrong: no event \{"kind":"lowBattery","percent":16\} in /);
    const json = command(wrong, "--json");
    expect([json.status, json.lines]).toEqual([1, ['{"id":"W1","events":[{"kind":"lowBattery","percent":15}],"writes":[]}']]);
  });

  test("a file that cannot be read, or is none: one line, exit code 2", () => {
    const none = command(path.join(folder, "none.json"));
    expect([none.status, none.errors]).toEqual([2, [`${path.join(folder, "none.json")}: cannot be read (ENOENT)`]]);
    expect([command().status, command("--odd", NAME).errors]).toEqual([
      2,
      ["usage: npm run --silent vectors -- FILE [--json]"],
    ]);
  });
});
