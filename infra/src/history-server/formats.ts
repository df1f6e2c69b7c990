/** What a format's bytes are. JSON (one document), Parquet, Arrow and all with names have a head or a foot. */
interface Format {
  readonly contentType: string;
  /** Whether the documents of two blocks, one after the other, are the document of both: such a result is streamed. */
  readonly joins: boolean;
}

const TSV = "text/tab-separated-values; charset=UTF-8";
const CSV = "text/csv; charset=UTF-8";
const JSON_LINES = "application/x-ndjson; charset=UTF-8";
const JSON_DOCUMENT = "application/json; charset=UTF-8";
const BYTES = "application/octet-stream";

const FORMATS: Readonly<Record<string, Format>> = {
  tabseparated: { contentType: TSV, joins: true },
  tsv: { contentType: TSV, joins: true },
  tabseparatedraw: { contentType: TSV, joins: true },
  tsvraw: { contentType: TSV, joins: true },
  tabseparatedwithnames: { contentType: TSV, joins: false },
  tsvwithnames: { contentType: TSV, joins: false },
  tabseparatedwithnamesandtypes: { contentType: TSV, joins: false },
  tsvwithnamesandtypes: { contentType: TSV, joins: false },
  csv: { contentType: CSV, joins: true },
  csvwithnames: { contentType: `${CSV}; header=present`, joins: false },
  csvwithnamesandtypes: { contentType: `${CSV}; header=present`, joins: false },
  jsoneachrow: { contentType: JSON_LINES, joins: true },
  jsonlines: { contentType: JSON_LINES, joins: true },
  ndjson: { contentType: JSON_LINES, joins: true },
  jsonstringseachrow: { contentType: JSON_LINES, joins: true },
  jsoncompacteachrow: { contentType: JSON_LINES, joins: true },
  jsoncompactstringseachrow: { contentType: JSON_LINES, joins: true },
  json: { contentType: JSON_DOCUMENT, joins: false },
  jsonstrings: { contentType: JSON_DOCUMENT, joins: false },
  jsoncompact: { contentType: JSON_DOCUMENT, joins: false },
  jsoncompactstrings: { contentType: JSON_DOCUMENT, joins: false },
  jsoncolumns: { contentType: JSON_DOCUMENT, joins: false },
  jsoncolumnswithmetadata: { contentType: JSON_DOCUMENT, joins: false },
  jsonobjecteachrow: { contentType: JSON_DOCUMENT, joins: false },
  xml: { contentType: "application/xml; charset=UTF-8", joins: false },
  native: { contentType: BYTES, joins: true },
  rowbinary: { contentType: BYTES, joins: true },
  parquet: { contentType: BYTES, joins: false },
  arrow: { contentType: BYTES, joins: false },
  arrowstream: { contentType: BYTES, joins: false },
};
const OTHER: Format = { contentType: "text/plain; charset=UTF-8", joins: false };

export function formatNamed(name: string): Format {
  return (
    FORMATS[name.toLowerCase()] ?? (/binary|pack|avro|orc|proto|npy/i.test(name) ? { ...OTHER, contentType: BYTES } : OTHER)
  );
}
