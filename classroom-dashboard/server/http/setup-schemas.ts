import { type FaultCode, faultOf, type SetupFault } from "@penlight/proto";
import assignment from "@penlight/proto/schema/assignment.schema.json" with { type: "json" };
import schoolClass from "@penlight/proto/schema/class.schema.json" with { type: "json" };
import pen from "@penlight/proto/schema/pen.schema.json" with { type: "json" };
import room from "@penlight/proto/schema/room.schema.json" with { type: "json" };
import worksheet from "@penlight/proto/schema/worksheet.schema.json" with { type: "json" };
import type { DocumentKind } from "../setup-writer.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type Schema = { readonly [name: string]: Json };

/** The published JSON Schemas, self-contained: `#/definitions/…` would mean something else inside an OpenAPI document. */
export const SETUP_SCHEMAS: Readonly<Record<DocumentKind, Schema>> = {
  rooms: selfContained(room as unknown as Schema),
  classes: selfContained(schoolClass as unknown as Schema),
  pens: selfContained(pen as unknown as Schema),
  worksheets: selfContained(worksheet as unknown as Schema),
  assignments: selfContained(assignment as unknown as Schema),
};

function selfContained(schema: Schema): Schema {
  const definitions = (schema.definitions ?? {}) as Schema;
  const replace = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== "object" || value === null) return value;
    const { $ref } = value as Schema;
    if (typeof $ref === "string") return replace(definitions[$ref.replace("#/definitions/", "")] ?? {});
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replace(each)]));
  };
  const { definitions: _, $schema, $id, ...rest } = schema;
  return replace(rest) as Schema;
}

/** What a JSON Schema validator reports. */
export interface SchemaError {
  readonly instancePath: string;
  readonly schemaPath?: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

const BRANCH = /^(.*\/oneOf)\/(\d+)\//;

/**
 * Schema errors as places and reasons. Of a `oneOf` by `kind` only the branch of the kind that the document names is
 * told: that a choice is no true-false helps nobody. SET-2.
 */
export function schemaFaults(errors: readonly SchemaError[]): SetupFault[] {
  const notMeant = new Set<string>();
  for (const error of errors) {
    const branch = branchOf(error);
    const isOfKind = error.keyword === "const" || error.keyword === "enum";
    if (branch !== null && isOfKind && error.instancePath.endsWith("/kind")) notMeant.add(branch);
  }
  const told = errors.filter((error) => !notMeant.has(branchOf(error) ?? "") && error.keyword !== "oneOf");
  return (told.length > 0 ? told : errors).map(toFault);
}

/** A branch of a `oneOf` at one place of the document. */
function branchOf(error: SchemaError): string | null {
  const match = BRANCH.exec(error.schemaPath ?? "");
  if (match === null) return null;
  const place = error.instancePath.split("/").slice(0, 3).join("/");
  return `${place} ${match[1]}/${match[2]}`;
}

/** Keywords that a length or a number breaks -> what it is called. */
const LENGTHS: Readonly<Record<string, FaultCode>> = {
  ...{ minLength: "too-short", maxLength: "too-long", minItems: "too-few", maxItems: "too-many" },
  ...{ minimum: "limit", maximum: "limit", exclusiveMinimum: "limit", exclusiveMaximum: "limit" },
};

function toFault({ instancePath: at, keyword, message = keyword, params = {} }: SchemaError): SetupFault {
  const { additionalProperty, missingProperty, allowedValues, allowedValue, type, pattern, comparison, limit, i, j } = params;
  const length = LENGTHS[keyword];
  if (length !== undefined) {
    return length === "limit" ? faultOf(at, length, String(comparison), String(limit)) : faultOf(at, length, String(limit));
  }
  switch (keyword) {
    case "additionalProperties":
      return faultOf(`${at}/${String(additionalProperty)}`, "unknown");
    case "required":
      return faultOf(`${at}/${String(missingProperty)}`, "missing");
    case "enum":
      return faultOf(at, "not-one-of", Array.isArray(allowedValues) ? allowedValues.join(", ") : "");
    case "const":
      return faultOf(at, "not-equal", String(allowedValue));
    case "false schema":
      return faultOf(at, "not-of-kind");
    case "type":
      return faultOf(at, "not-a", Array.isArray(type) ? type.join(" or ") : String(type));
    case "pattern":
      return faultOf(at, "pattern", String(pattern));
    case "uniqueItems":
      return faultOf(at, "entry-twice", String(j), String(i));
    default:
      return faultOf(at, "shape", message);
  }
}
