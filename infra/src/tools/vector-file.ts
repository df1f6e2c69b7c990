/** A file of pen test vectors, in the form of proto/vectors/pens.json: read and checked, nothing is assumed. */
export interface VectorFile {
  readonly preambles: ReadonlyMap<string, readonly Uint8Array[]>;
  readonly vectors: readonly Vector[];
}

interface VectorHead {
  readonly id: string;
  readonly title: string;
}

/** Expected events: objects are compared, text is for the reader. */
export type Expected = Readonly<Record<string, unknown>> | string;

export type Vector =
  | (VectorHead & {
      readonly direction: "pen->host";
      readonly preamble: string;
      readonly notifications: readonly Uint8Array[];
      readonly expect: readonly Expected[];
    })
  | (VectorHead & { readonly direction: "host->pen"; readonly bytes: Uint8Array; readonly expect: Expected });

/** The file is not in that form; the message says where. */
export class VectorFileError extends Error {
  override readonly name = "VectorFileError";
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseHex(text: unknown, where: string): Uint8Array {
  if (typeof text !== "string" || text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) {
    throw new VectorFileError(`${where} must be bytes in hex`);
  }
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function parseHexList(list: unknown, where: string): Uint8Array[] {
  if (!Array.isArray(list)) throw new VectorFileError(`${where} must be a list`);
  return list.map((text, i) => parseHex(text, `${where}[${i}]`));
}

function parseText(value: unknown, where: string): string {
  if (typeof value !== "string" || value === "") throw new VectorFileError(`${where} must be text`);
  return value;
}

/** What is not there is not compared. */
function parseExpected(value: unknown, where: string): Expected {
  if (value === undefined || value === null) return "";
  if (typeof value === "string" || isObject(value)) return value;
  throw new VectorFileError(`${where} must be an object or text`);
}

/** @throws VectorFileError naming the place that is wrong. */
export function parseVectorFile(text: string): VectorFile {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw new VectorFileError(`not JSON: ${(error as Error).message}`);
  }
  if (!isObject(file) || !Array.isArray(file.vectors)) throw new VectorFileError("vectors must be a list");
  const meta = file.meta ?? {};
  const given = isObject(meta) ? (meta.preambles ?? {}) : {};
  if (!isObject(given)) throw new VectorFileError("meta.preambles must be an object");
  const preambles = new Map<string, readonly Uint8Array[]>([["none", []]]);
  for (const [name, list] of Object.entries(given)) preambles.set(name, parseHexList(list, `meta.preambles.${name}`));
  return { preambles, vectors: file.vectors.map((vector: unknown, i) => parseVector(vector, `vectors[${i}]`, preambles)) };
}

function parseVector(vector: unknown, place: string, preambles: VectorFile["preambles"]): Vector {
  if (!isObject(vector)) throw new VectorFileError(`${place} must be an object`);
  const id = parseText(vector.id, `${place}.id`);
  const title = typeof vector.title === "string" ? vector.title : "";
  const { expect } = vector;
  const direction = vector.direction ?? (vector.bytes === undefined ? "pen->host" : "host->pen");
  if (direction === "host->pen") {
    return {
      id,
      title,
      direction,
      bytes: parseHex(vector.bytes, `${id}.bytes`),
      expect: parseExpected(expect, `${id}.expect`),
    };
  }
  if (direction !== "pen->host") throw new VectorFileError(`${id}.direction must be "pen->host" or "host->pen"`);
  const preamble = parseText(vector.preamble ?? "none", `${id}.preamble`);
  if (!preambles.has(preamble))
    throw new VectorFileError(`${id}.preamble: there is no preamble "${preamble}" in meta.preambles`);
  const expected: readonly unknown[] = Array.isArray(expect) ? expect : [expect];
  return {
    id,
    title,
    direction,
    preamble,
    notifications: parseHexList(vector.notifications, `${id}.notifications`),
    expect: expected.map((each, i) => parseExpected(each, `${id}.expect[${i}]`)),
  };
}
