import { Ajv } from "ajv";
import type { FastifySchemaCompiler } from "fastify";

/** One for the process: it remembers by the schema's identity what it has compiled. */
const ajv = new Ajv({
  allErrors: true,
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: false,
  addUsedSchema: false,
  strict: false,
});

/**
 * Compiles each schema once, however many servers a process opens: it is nearly all that opening one costs. So schemas are
 * constants of their modules, not made by the function that registers a route.
 */
export const compileSchema: FastifySchemaCompiler<object> = ({ schema }) => ajv.compile(schema);
