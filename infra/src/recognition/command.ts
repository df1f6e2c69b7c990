import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { WEIGHTS_BYTES, WRITING_RECOGNIZER } from "@penlight/stream-processor/writing";
import { calibrate, calibrationModule } from "./calibrate.ts";
import { editingTable, measureEditing } from "./editing.ts";
import { type Measured, measureRow } from "./measure.ts";
import { confusionPicture } from "./pictures.ts";
import { measureRefusals } from "./refusals.ts";
import { mainTable, markedTable, reportOf } from "./report.ts";
import { ROWS } from "./rows.ts";
import type { Split } from "./samples.ts";
import { SampleError } from "./samples.ts";
import { measureVariations } from "./variations.ts";

const USAGE = `usage: npm run recognition -- --data DIR [--split dev|test] [--rows ROW,...] [--json] [--report FILE]
  Reads the handwriting of a folder (files of the form NAME.jsonl.gz) and holds the recogniser against it.
  --split dev       which samples; dev is what may be tuned on
  --rows digits,a-d only these of ${ROWS.map(({ id }) => id).join(", ")}
  --json            figures as one JSON document instead of tables
  --report FILE     where the report goes; bench/RECOGNITION.md
  --editing         strike-outs, overwriting and sloppy places instead, made of this ink
  --calibrate       sets temperatures and thresholds by this split, and measures nothing`;
const CALIBRATION_FILE = "stream-processor/src/core/recognize/writing/gen/calibration.ts";
/** Trials of each kind of edit, and what they are drawn by. */
const EDITS_OF_KIND = 200;
const EDITS_SEED = 1;
const PICTURES = "artifacts/recognition";

export interface Output {
  readonly say: (text: string) => void;
  readonly root: string;
}

/** @returns exit code: 0, or 78 when what was asked for is not understood (then `say` has said why). */
export function runRecognition(args: readonly string[], { say, root }: Output): number {
  const asked = parseCommandLine(args);
  if (typeof asked === "string") {
    say(asked);
    return 78;
  }
  const { data, split, rows, json, report } = asked;
  try {
    if (asked.calibrate) {
      writeFileSync(path.join(root, CALIBRATION_FILE), calibrationModule(calibrate(data, split)));
      say(`wrote ${CALIBRATION_FILE}`);
      return 0;
    }
    if (asked.editing) {
      const figures = measureEditing(data, split, EDITS_OF_KIND, EDITS_SEED);
      say(json ? JSON.stringify(figures) : editingTable(figures));
      return 0;
    }
    const chosen = ROWS.filter(({ id }) => rows.length === 0 || rows.includes(id));
    const measured = chosen.map((row) => measureRow(row, data, split)).filter((each): each is Measured => each !== null);
    if (measured.length === 0) {
      say(`--data ${data} has no samples of split ${split} in the files that the rows name; see --help`);
      return 78;
    }
    const measurement = {
      recognizer: WRITING_RECOGNIZER,
      split,
      weightsBytes: WEIGHTS_BYTES,
      rows: measured,
      variations: measureVariations(chosen, data, split),
      refusals: rows.length === 0 ? measureRefusals(data, split) : [],
    };
    mkdirSync(path.dirname(path.resolve(root, report)), { recursive: true });
    writeFileSync(path.resolve(root, report), reportOf(measurement));
    const pictures = picturesOf(measured, root);
    if (json) say(JSON.stringify(measurement, (key, value) => (key === "examples" ? undefined : value)));
    else say([mainTable(measured), "", markedTable(measured), "", `${report} has the rest; ${pictures}`].join("\n"));
    return 0;
  } catch (error) {
    if (!(error instanceof SampleError)) throw error;
    say(error.message);
    return 78;
  }
}

/** What was misread, as pictures; answers in words where they are. */
function picturesOf(measured: readonly Measured[], root: string): string {
  let count = 0;
  for (const each of measured) {
    const picture = confusionPicture(each);
    if (picture === null) continue;
    mkdirSync(path.join(root, PICTURES), { recursive: true });
    writeFileSync(path.join(root, PICTURES, `${each.row.id}.svg`), picture);
    count++;
  }
  return `${count} pictures of what was misread in ${PICTURES}`;
}

interface Asked {
  readonly data: string;
  readonly split: Split;
  readonly rows: readonly string[];
  readonly json: boolean;
  readonly report: string;
  readonly calibrate: boolean;
  readonly editing: boolean;
}

function parseCommandLine(args: readonly string[]): Asked | string {
  const options = {
    data: { type: "string" },
    split: { type: "string", default: "dev" },
    rows: { type: "string", default: "" },
    json: { type: "boolean", default: false },
    report: { type: "string", default: "bench/RECOGNITION.md" },
    calibrate: { type: "boolean", default: false },
    editing: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) return USAGE;
    const { data, split, json, report } = values;
    const rows = values.rows.split(",").filter((id) => id !== "");
    if (data === undefined) return `--data is missing: the folder with the handwriting\n${USAGE}`;
    if (!existsSync(data)) return `--data ${data} is not there; give the folder with the handwriting`;
    if (split !== "dev" && split !== "test") return `--split ${split} is neither dev nor test`;
    const unknown = rows.filter((id) => ROWS.every((row) => row.id !== id));
    if (unknown.length > 0) return `--rows ${unknown.join(",")}: there are ${ROWS.map(({ id }) => id).join(", ")}`;
    return { data, split, rows, json, report, calibrate: values.calibrate, editing: values.editing };
  } catch (error) {
    return `${(error as Error).message}\n${USAGE}`;
  }
}
