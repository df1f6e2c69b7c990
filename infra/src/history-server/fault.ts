/** An error as ClickHouse tells it: its number, its name, its text. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly number: number;
  readonly kind: string;

  constructor(number: number, kind: string, text: string, options?: ErrorOptions) {
    super(text, options);
    this.number = number;
    this.kind = kind;
  }

  /** The body of the response, one line. */
  toBody(version: string): string {
    return `Code: ${this.number}. DB::Exception: ${this.message.trimEnd()} (${this.kind}) (version ${version})\n`;
  }

  /** The status that a ClickHouse server gives the number. */
  get httpStatus(): number {
    return STATUS.get(this.number) ?? 500;
  }
}

/** ClickHouse's numbers by HTTP status; every other one is a 500. */
const STATUS: ReadonlyMap<number, number> = new Map(
  Object.entries({
    // Arguments, syntax, values and types that cannot be understood.
    400: [6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 321, 376, 427, 441, 675, 676],
    401: [194],
    // Unknown user, wrong password, not enough privileges.
    403: [192, 193, 497, 512, 516],
    // Unknown table, function, identifier, type, engine, database, setting, format, kind of statement, role.
    404: [46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511],
    408: [159],
    411: [381],
    413: [229],
    415: [779],
    501: [48],
    503: [76, 209, 439],
  }).flatMap(([status, numbers]) => numbers.map((number) => [number, Number(status)] as const)),
);

const ENGINE_TEXT = /^Code: (\d+)\. DB::Exception: ([\s\S]*) \(([A-Z0-9_]+)\)$/;
const VERSION = / \(version [0-9.]+[^)]*\)\.?$/;

/** The engine tells an error in one text, at times wrapped in itself. What has no number is a fault of ours: 1002. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const text = error instanceof Error ? error.message : String(error);
  const found = ENGINE_TEXT.exec(text.trim());
  if (found === null) return new Fault(1002, "UNKNOWN_EXCEPTION", text, { cause: error });
  const [, number, message, kind] = found as unknown as [string, string, string, string];
  const inner = ENGINE_TEXT.exec(message.replace(VERSION, "").trim());
  return new Fault(Number(number), kind, (inner?.[2] ?? message).trimEnd(), { cause: error });
}
