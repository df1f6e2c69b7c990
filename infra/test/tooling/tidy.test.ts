import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

/** The rules of the house that no linter states. */
const ROOT = path.resolve(import.meta.dirname, "../../..");
const PACKAGES = ["proto", "pen-gateway", "stream-processor", "classroom-dashboard", "infra", "bench"] as const;

/** Who may import whom: arrows go one way (ADR 0001). */
const MAY_IMPORT: Record<(typeof PACKAGES)[number], readonly string[]> = {
  proto: [],
  "pen-gateway": ["proto"],
  "stream-processor": ["proto"],
  "classroom-dashboard": ["proto"],
  infra: ["proto", "pen-gateway", "stream-processor", "classroom-dashboard"],
  bench: ["proto", "pen-gateway", "stream-processor", "classroom-dashboard", "infra"],
};

function filesBelow(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (["node_modules", "dist", "gen", "artifacts"].includes(entry.name)) return [];
    const full = path.join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(full) : [full];
  });
}

const isCode = (file: string) => /\.tsx?$/.test(file);
const read = (file: string) => readFileSync(file, "utf8");
const relative = (file: string) => path.relative(ROOT, file);
const codeFiles = PACKAGES.flatMap((name) => filesBelow(path.join(ROOT, name))).filter(isCode);
/** What ships: no tests, no tooling. */
const productFiles = codeFiles.filter(
  (file) => /\/(src|server|web)\//.test(relative(file)) && !/\/test\//.test(relative(file)),
);
const coreFiles = productFiles.filter((file) => /\/core\//.test(file));
const testFiles = codeFiles.filter((file) => /\.test\.tsx?$/.test(file) || /-suite\.ts$/.test(file));
const documents = [
  ...readdirSync(ROOT)
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.join(ROOT, name)),
  ...PACKAGES.flatMap((name) => filesBelow(path.join(ROOT, name))).filter((file) => file.endsWith(".md")),
];

/** Lines of `file` outside comments that match. */
function codeLines(file: string, pattern: RegExp): string[] {
  const code = read(file)
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/(^|\s)\/\/.*$/gm, "");
  return code
    .split("\n")
    .filter((line) => pattern.test(line))
    .map((line) => `${relative(file)}: ${line.trim()}`);
}

describe("tidy", () => {
  test("imports between packages go one way", () => {
    const wrong = PACKAGES.flatMap((name) => {
      const files = filesBelow(path.join(ROOT, name)).filter(isCode);
      return files.flatMap((file) =>
        [...read(file).matchAll(/from "@penlight\/([a-z-]+)/g)]
          .filter((match) => !MAY_IMPORT[name].includes(match[1] as string) && match[1] !== name)
          .map((match) => `${relative(file)} imports ${match[1]}`),
      );
    });
    expect(wrong).toEqual([]);
  });

  test("no relative import leaves its package", () => {
    const wrong = codeFiles.flatMap((file) => {
      const home = path.join(ROOT, relative(file).split(path.sep)[0] as string);
      return [...read(file).matchAll(/from "(\.[^"]+)"/g)]
        .filter((match) => !path.resolve(path.dirname(file), match[1] as string).startsWith(`${home}${path.sep}`))
        .map((match) => `${relative(file)} imports ${match[1]}`);
    });
    expect(wrong).toEqual([]);
  });

  test("only configuration and mains read the environment", () => {
    const allowed = /^infra\/(src\/(config|run\/|service\/command)|tooling\/|test\/)|^bench\/src\/main|\/test\//;
    const wrong = codeFiles.filter((file) => !allowed.test(relative(file))).flatMap((file) => codeLines(file, /process\.env/));
    expect(wrong).toEqual([]);
  });

  test("the wall clock is read in one place", () => {
    const allowed = /^infra\/src\/system-clock\.ts$|^classroom-dashboard\/web\/|^infra\/tooling\//;
    const wrong = productFiles
      .filter((file) => !allowed.test(relative(file)) && !relative(file).startsWith("bench/"))
      .flatMap((file) => codeLines(file, /Date\.now\(|new Date\(\)/));
    expect(wrong).toEqual([]);
  });

  test("core is sans-I/O: no async, no timers, no randomness of its own", () => {
    const wrong = coreFiles.flatMap((file) =>
      codeLines(file, /\basync\b|\bawait\b|setTimeout|setInterval|setImmediate|Math\.random|from "node:(?!zlib)/),
    );
    expect(wrong).toEqual([]);
  });

  test("every core file has a test at the mirrored path", () => {
    const missing = coreFiles.map(relative).filter((file) => {
      const mirrored = file
        .replace(/^([^/]+)\/src\//, "$1/test/")
        .replace(/^classroom-dashboard\/server\//, "classroom-dashboard/test/server/");
      return ![".test.ts", ".slow.test.ts"].some((end) => existsSync(path.join(ROOT, mirrored.replace(/\.tsx?$/, end))));
    });
    expect(missing).toEqual([]);
  });

  const RULE = /\b(PEN|BLE|EVT|LOG|OWN|OUT|REC|REG|HIS|HTTP|LIVE|SET|ANS|SCORE|STAT|CLASS|SIM|OPS)-(\d+)\b/g;
  const rulesIn = (text: string) => [...text.matchAll(RULE)].map((match) => match[0]);
  const specRules = new Set(
    [...read(path.join(ROOT, "proto/SPEC.md")).matchAll(/^\*\*([A-Z]+-\d+)\*\*/gm)].map((match) => match[1] as string),
  );

  test("a number is one rule's", () => {
    const numbers = [...read(path.join(ROOT, "proto/SPEC.md")).matchAll(/^\*\*([A-Z]+-\d+)\*\*/gm)].map((match) => match[1]);
    expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
  });

  test("every rule of SPEC.md is quoted by a test", () => {
    const quoted = new Set(testFiles.flatMap((file) => rulesIn(read(file))));
    expect([...specRules].filter((rule) => !quoted.has(rule))).toEqual([]);
  });

  test("every rule that code or a test quotes stands in SPEC.md", () => {
    const unknown = codeFiles.flatMap((file) =>
      rulesIn(read(file))
        .filter((rule) => !specRules.has(rule))
        .map((rule) => `${relative(file)}: ${rule}`),
    );
    expect([...new Set(unknown)]).toEqual([]);
  });

  test("links of the documents lead somewhere", () => {
    const broken = documents.flatMap((file) =>
      [...read(file).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map((match) => match[1] as string)
        .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(path.resolve(path.dirname(file), target)))
        .map((target) => `${relative(file)} -> ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test("no file of the product is longer than 300 lines, tables and messages aside", () => {
    const tables = /packet-table\.ts$|config\/settings\.ts$|\/i18n\/|\.json$/;
    const long = productFiles
      .filter((file) => !tables.test(file) && statSync(file).isFile() && isCode(file))
      .map((file) => ({ file: relative(file), lines: read(file).split("\n").length }))
      .filter(({ lines }) => lines > 301);
    expect(long).toEqual([]);
  });
});
