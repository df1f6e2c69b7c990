import type { PenSettings } from "@penlight/pen-gateway";
import { isPassword, type PenId, parsePenId } from "@penlight/proto";
import { ConfigError, readNamedFile } from "./given.ts";
import { Secret } from "./secret.ts";

/**
 * What a school says of its pens, JSON: `{"settings": {"beep": false}, "passwords": {"9c7bd2000001": "4711"}}`. It stays on
 * the gateway's machine: what is in topic `setup` everybody can read who may see a board. PEN-11.
 */
export interface PenFile {
  readonly settings: PenSettings;
  readonly passwords: ReadonlyMap<PenId, Secret>;
  /** Pads of the second family. PEN-21. */
  readonly wacom: ReadonlySet<PenId>;
}

export const NO_PEN_FILE: PenFile = { settings: {}, passwords: new Map(), wacom: new Set() };

const HOLDS = 'JSON like {"settings": {"beep": false, "autoOffMinutes": 20}, "passwords": {"9c7bd2000001": "4711"}}';

const isFlag = (value: unknown) => typeof value === "boolean";
const isWhole = (from: number, to: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= from && (value as number) <= to;

/** Setting -> what it may be, and how that is said. */
const SETTINGS: Readonly<Record<keyof PenSettings, readonly [fits: (value: unknown) => boolean, words: string]>> = {
  autoOffMinutes: [isWhole(1, 3600), "a whole number from 1 to 3600"],
  beep: [isFlag, "true or false"],
  autoPowerOn: [isFlag, "true or false"],
  sensitivity: [isWhole(0, 4), "a whole number from 0 to 4"],
  ledColor: [(value) => typeof value === "string" && /^[0-9a-f]{8}$/.test(value), "8 hex digits, alpha first, e.g. ff00ff00"],
  hover: [isFlag, "true or false"],
};

/** @param by what named the file, e.g. `--pen-file`. @throws ConfigError naming what is wrong; never with a password in it */
export function readPenFile(file: string, by: string): PenFile {
  const wrong = (what: string) => new ConfigError(`${by} names ${file}: ${what}; it holds ${HOLDS}`);
  const document = parseObject(readNamedFile({ text: file, by }, HOLDS));
  if (document === null) throw wrong("it is no JSON object");
  const strange = Object.keys(document).find((key) => !["settings", "passwords", "wacom"].includes(key));
  if (strange !== undefined) throw wrong(`"${strange}" is not known`);
  const { settings = {}, passwords = {}, wacom = [] } = document;
  if (!isObject(settings) || !isObject(passwords)) throw wrong('"settings" and "passwords" must be objects');
  for (const [name, value] of Object.entries(settings)) {
    const row = SETTINGS[name as keyof PenSettings];
    if (row === undefined) throw wrong(`there is no setting "${name}" (${Object.keys(SETTINGS).join(", ")})`);
    if (!row[0](value)) throw wrong(`"${name}" must be ${row[1]}`);
  }
  const known = new Map<PenId, Secret>();
  for (const [name, value] of Object.entries(passwords)) {
    const pen = parsePenId(name);
    if (pen === null) throw wrong(`"${name}" is no pen (12 hex digits)`);
    if (typeof value !== "string" || !isPassword(value)) {
      throw wrong(`the password of ${pen} must be 1 to 16 ASCII characters and not 0000`);
    }
    known.set(pen, new Secret(value));
  }
  const pads = Array.isArray(wacom) ? wacom.map((each) => (typeof each === "string" ? parsePenId(each) : null)) : [null];
  if (pads.includes(null)) throw wrong('"wacom" must be a list of pens (12 hex digits each)');
  return { settings: settings as PenSettings, passwords: known, wacom: new Set(pads as PenId[]) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
