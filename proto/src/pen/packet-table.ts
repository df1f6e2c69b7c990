import type { Choices, Codes, Field } from "./field.ts";

/**
 * The wire as data: NeoLAB protocol 2.x, payloads only (frame.ts adds delimiters, command, error byte and length).
 * Types, decoder, encoder and property tests all come from these rows. PEN-4.
 *
 * `fields` are always there; `tail` is what newer firmware adds or older firmware leaves out, in wire order. Rows of one
 * command are told apart by their `always` fields, the first that fits wins.
 */
export interface PacketRow {
  readonly command: number;
  readonly fields: readonly Field[];
  readonly tail?: readonly Field[];
  /** A host frame that carries an error byte: the packet has `error`. (Every pen command from 0x80 up has one.) */
  readonly error?: true;
}
export type PacketTable = Readonly<Record<string, PacketRow>>;

const TIP = { 0: "pen", 1: "eraser" } as const satisfies Codes;

/** Settings of 0x05 by name: code and type of the value. 0x11 (wipe the store) and 0x16 are left out: never to be sent. */
export const SETTINGS = {
  time: [0x01, "u64"], // ms since 1970 UTC
  autoOffMinutes: [0x02, "u16"],
  capOff: [0x03, "flag"],
  autoPowerOn: [0x04, "flag"],
  beep: [0x05, "flag"],
  hover: [0x06, "flag"],
  offlineData: [0x07, "flag"],
  ledColor: [0x08, { hex: 4 }], // bytes A R G B, unlike every other integer
  sensitivity: [0x09, "u8"], // 0-4
  usbMode: [0x0a, "u8"],
  downSampling: [0x0b, "flag"],
  btName: [0x0c, { ascii: 16, prefix: 16 }],
  fscSensitivity: [0x0d, "u8"], // 0-4
  dataTransmission: [0x0e, "flag"],
  beepAndLight: [0x10, "flag"],
} as const satisfies Choices;

const SETTING_CODES = {
  1: "time",
  2: "autoOffMinutes",
  3: "capOff",
  4: "autoPowerOn",
  5: "beep",
  6: "hover",
  7: "offlineData",
  8: "ledColor",
  9: "sensitivity",
  10: "usbMode",
  11: "downSampling",
  12: "btName",
  13: "fscSensitivity",
  14: "dataTransmission",
  16: "beepAndLight",
} as const satisfies Codes;

/** 0x62: why the pen switches off. */
const POWER_OFF_REASONS = {
  0: "autoOff",
  1: "lowBattery",
  2: "firmwareUpdate",
  3: "powerKey",
  4: "capClosed",
  5: "systemError",
  6: "usbPlugged",
  7: "passwordFailed",
  8: "testTool",
} as const satisfies Codes;

const NOTE = [
  ["owner", "u24"],
  ["section", "u8"],
  ["note", "u32"],
] as const satisfies readonly Field[];

const PAGE = [...NOTE, ["page", "u32"]] as const satisfies readonly Field[];

/** Integer units, then their hundredths. */
const PLACE = [
  ["x", "u16"],
  ["y", "u16"],
  ["fx", "u8"],
  ["fy", "u8"],
] as const satisfies readonly Field[];

const DOT = [
  ["dt", "u8"], // ms since the dot before, for the first since pen-down
  ["force", "u16"],
  ...PLACE,
  ["tiltX", "u8"], // 0-180, 90 upright
  ["tiltY", "u8"],
  ["twist", "u16"], // 0-359 degrees
] as const satisfies readonly Field[];

const OPTICAL_ERROR = [
  ["dt", "u8"],
  ["force", "u16"],
  ["brightness", "u8"],
  ["exposure", "u8"],
  ["processTime", "u8"],
  ["labelCount", "u16"],
  ["errorCode", "u8"],
] as const satisfies readonly Field[];

const OPTICAL_ERROR_TAIL = [
  ["classType", { codes: { 0: "G3C6", 1: "N3C6" } }],
  ["consecutiveErrors", "u8"],
] as const satisfies readonly Field[];

/** What the pen sends. */
export const PEN_PACKETS = {
  version: {
    command: 0x81,
    fields: [
      ["device", { ascii: 16 }],
      ["firmware", { ascii: 16 }],
      ["protocol", { ascii: 8 }],
      ["subName", { ascii: 16 }],
      ["deviceType", "u16"], // 1 pen, 2 eraser, 3 player, 4 wired, 5 sound pen
      ["mac", { hex: 6 }],
    ],
    tail: [
      ["sensor", { codes: { 0: "FSR", 1: "FSC" } }],
      ["company", "u16"],
      ["product", "u8"],
      ["colour", "u8"],
      ["fwCompression", "flag"],
    ],
  },
  passwordResult: {
    command: 0x82,
    fields: [
      ["status", "u8"], // 1 accepted, 0 wrong, 2 limit reached and reset, 3 system error
      ["usedTries", "u8"],
      ["maxTries", "u8"],
    ],
  },
  passwordChangeResult: {
    command: 0x83,
    fields: [
      ["usedTries", "u8"],
      ["maxTries", "u8"],
    ],
    tail: [["status", "u8"]], // 0 ok, 1 old one wrong, 2 reset, 3 error; from 2.15 on
  },
  status: {
    command: 0x84,
    fields: [
      ["locked", "flag"],
      ["maxTries", "u8"],
      ["usedTries", "u8"],
      ["timeMs", "u64"],
      ["autoOffMin", "u16"],
      ["maxForce", "u16"], // 0: use FORCE_MAX_DEFAULT
      ["usedStoragePct", "u8"],
      ["capOff", "flag"],
      ["autoPowerOn", "flag"],
      ["beep", "flag"],
      ["hover", "flag"],
      ["batteryPct", "low7"],
      ["charging", "bit7"],
      ["offlineData", "flag"],
      ["sensitivity", "u8"], // 0-4, 255 fixed
    ],
    tail: [
      ["usbMode", "u8"],
      ["downSampling", "flag"],
      ["btName", { ascii: 16 }],
      ["", { skip: 1 }],
      ["ndacErrorSaving", "flag"],
      ["systemSetting", "flag"],
      ["", { skip: 20 }],
    ],
  },
  settingResult: {
    command: 0x85,
    fields: [
      ["type", { codes: SETTING_CODES }],
      ["status", "u8"], // 0 ok
    ],
  },
  performanceResult: { command: 0x86, fields: [["body", "rest"]] },
  systemInfo: { command: 0x87, fields: [["body", "rest"]] },
  useNotesResult: { command: 0x91, fields: [] },
  offlineNotes: { command: 0xa1, fields: [["notes", { list: NOTE, count: "u16" }]] },
  offlinePages: { command: 0xa2, fields: [...NOTE, ["pages", { numbers: "u32", count: "u16" }]] },
  offlineStart: {
    command: 0xa3,
    fields: [
      ["strokes", "u32"],
      ["bytes", "u32"], // before compression
      ["compressed", "flag"],
    ],
  },
  /** A request of the pen's: the host must answer with `offlineAck`. The body is in memory.ts. */
  offlineChunk: {
    command: 0x24,
    fields: [
      ["packetId", "u16"],
      ["compressed", "flag"],
      ["size", "u16"], // before compression
      ["sentSize", "u16"], // of the body as sent; 0 occurs where it is not compressed
      ["position", { codes: { 0: "first", 1: "middle", 2: "last" } }],
      ...NOTE,
      ["strokes", "u16"],
      ["body", "rest"],
    ],
  },
  offlineDeleted: { command: 0xa5, fields: [["notes", { numbers: "u32", count: "u8" }]] },
  offlineNoteInfo: {
    command: 0xa6,
    fields: [
      ["status", "u8"],
      ...NOTE,
      ["version", "u16"],
      ["", { skip: 32 }],
      ["invalidPages", "flag"],
      ["pageCount", "u16"],
      ["bitmap", { bytes: "u16" }], // bit j of byte i is page 8i + j
    ],
  },
  offlinePagesDeleted: { command: 0xa7, fields: [["pages", { numbers: "u32", count: "u8" }]] },
  profileInfo: {
    command: 0xc1,
    fields: [
      ["name", { ascii: 8 }],
      ["", { always: 0x03, as: "u8" }],
      ["status", "u8"],
      ["sectors", "u16"],
      ["sectorSize", "u16"],
      ["usedSectors", "u16"],
      ["usedKeys", "u16"],
    ],
  },
  profileValues: {
    command: 0xc1,
    fields: [
      ["name", { ascii: 8 }],
      ["", { always: 0x12, as: "u8" }],
      [
        "values",
        {
          count: "u8",
          list: [
            ["key", { ascii: 16 }],
            ["status", "u8"],
            ["data", { bytes: "u16" }],
          ],
        },
      ],
    ],
  },
  profileResult: {
    command: 0xc1,
    fields: [
      ["name", { ascii: 8 }],
      ["type", "u8"],
      ["body", "rest"],
    ],
  },
  lowBattery: { command: 0x61, fields: [["percent", "u8"]] },
  powerOff: { command: 0x62, fields: [["reason", { codes: POWER_OFF_REASONS }]] },

  // Live ink, family of protocol < 2.12.
  legacyDown: {
    command: 0x63,
    fields: [
      ["", { always: 0, as: "u8" }],
      ["timeMs", "u64"],
      ["tip", { codes: TIP }],
      ["color", "u32"],
    ],
  },
  legacyUp: {
    command: 0x63,
    fields: [
      ["", { always: 1, as: "u8" }],
      ["timeMs", "u64"],
      ["tip", { codes: TIP }],
      ["color", "u32"],
    ],
  },
  legacyPage: { command: 0x64, fields: PAGE },
  legacyDot: { command: 0x65, fields: DOT },
  shortDot: { command: 0x66, fields: [["dt", "u8"], ...PLACE] },
  tinyDot: {
    command: 0x67,
    fields: [
      ["dt", "u8"],
      ["x", "u8"],
      ["y", "u8"],
      ["fx", "u8"],
      ["fy", "u8"],
    ],
  },
  legacyOpticalError: { command: 0x68, fields: OPTICAL_ERROR, tail: OPTICAL_ERROR_TAIL },

  // Live ink, family of protocol >= 2.12: each with the event counter.
  penDown: {
    command: 0x69,
    fields: [
      ["count", "u8"],
      ["timeMs", "u64"],
      ["tip", { codes: TIP }],
      ["color", "u32"], // 0xAARRGGBB
    ],
  },
  penUp: {
    command: 0x6a,
    fields: [
      ["count", "u8"],
      ["timeMs", "u64"],
      ["dots", "u16"],
      ["totalImages", "u16"],
      ["processedImages", "u16"],
      ["okImages", "u16"],
      ["sentImages", "u16"],
    ],
  },
  page: { command: 0x6b, fields: [["count", "u8"], ...PAGE] },
  dot: { command: 0x6c, fields: [["count", "u8"], ...DOT] },
  opticalError: { command: 0x6d, fields: [["count", "u8"], ...OPTICAL_ERROR], tail: OPTICAL_ERROR_TAIL },
  hover: { command: 0x6f, fields: [["dt", "u8"], ...PLACE] },
  /** Touch and play. */
  pds: {
    command: 0x73,
    fields: [
      ["owner", "u32"],
      ["section", "u32"],
      ["note", "u32"],
      ["page", "u32"],
      ["x", "u32"],
      ["y", "u32"],
      ["fx", "u16"],
      ["fy", "u16"],
    ],
  },
} as const satisfies PacketTable;

/** What the host sends. Firmware update (0x31, 0xB2) is left out: never against real pens. */
export const HOST_PACKETS = {
  versionRequest: {
    command: 0x01,
    fields: [
      ["", { skip: 16 }], // connection code
      ["appType", "u16"],
      ["appVersion", { ascii: 16 }],
      ["protocol", { ascii: 8 }], // highest that the app understands; the pen picks its event family by it
    ],
  },
  password: { command: 0x02, fields: [["value", { ascii: 16 }]] },
  changePassword: {
    command: 0x03,
    fields: [
      ["use", "flag"],
      ["old", { ascii: 16 }],
      ["new", { ascii: 16 }],
    ],
  },
  statusRequest: { command: 0x04, fields: [] },
  setSetting: { command: 0x05, fields: [["setting", { choice: SETTINGS }]] },
  performance: {
    command: 0x06,
    fields: [
      ["type", "u8"],
      ["", { skip: 4 }],
      ["step", "u32"], // 0: 43 frames a second, 1: 86
    ],
  },
  systemInfoRequest: { command: 0x07, fields: [] },
  useAllNotes: { command: 0x11, fields: [["", { always: 0xffff, as: "u16" }]] },
  useNotes: { command: 0x11, fields: [["list", { list: NOTE, count: "u16" }]] }, // note 0xFFFFFFFF: all of that owner
  offlineNoteListAll: { command: 0x21, fields: [["", { always: 0xffffffff, as: "u32" }]] },
  offlineNoteList: {
    command: 0x21,
    fields: [
      ["owner", "u24"],
      ["section", "u8"],
    ],
  },
  offlinePageList: { command: 0x22, fields: NOTE },
  offlineData: {
    command: 0x23,
    fields: [
      ["mode", { codes: { 1: "delete", 2: "keep" } }],
      ["compress", "flag"],
      ...NOTE,
      ["pages", { numbers: "u32", count: "u32" }], // none: all
    ],
  },
  /** Answer to `offlineChunk`: error 0 stored, 1 send it again. */
  offlineAck: {
    command: 0xa4,
    error: true,
    fields: [
      ["packetId", "u16"],
      ["more", "flag"],
    ],
  },
  offlineDelete: {
    command: 0x25,
    fields: [
      ["owner", "u24"],
      ["section", "u8"],
      ["notes", { numbers: "u32", count: "u8" }],
    ],
  },
  offlineNoteInfoRequest: { command: 0x26, fields: NOTE },
  offlineDeletePages: { command: 0x27, fields: [...NOTE, ["pages", { numbers: "u32", count: "u8" }]] },
  profile: {
    command: 0x41,
    fields: [
      ["name", { ascii: 8 }],
      ["type", { codes: { 1: "create", 2: "delete", 3: "info", 17: "write", 18: "read", 19: "deleteKeys" } }],
    ],
    tail: [["keys", { list: [["key", { ascii: 16 }]], count: "u8" }]],
  },
} as const satisfies PacketTable;

/** A stroke in a memory chunk, after inflation; its dots follow. */
export const MEMORY_STROKE = [
  ["page", "u32"],
  ["downMs", "u64"],
  ["upMs", "u64"],
  ["tip", { codes: TIP }],
  ["color", "u32"],
  ["dots", "u16"],
] as const satisfies readonly Field[];

/** A dot in a memory chunk; the last byte is the sum of the 15 before it. */
export const MEMORY_DOT = [...DOT, ["", { skip: 2 }], ["checksum", "u8"]] as const satisfies readonly Field[];

export const MEMORY_STROKE_BYTES = 27;
export const MEMORY_DOT_BYTES = 16;

/** Force range of a pen that does not say. */
export const FORCE_MAX_DEFAULT = 852;
