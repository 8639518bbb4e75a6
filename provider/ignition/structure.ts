import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Ajv, { type ValidateFunction } from "ajv";
import { wasmAsset } from "./engine";

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
}

const schemas = new Map<string, Schema | undefined>();
const validators = new Map<Schema, ValidateFunction>();

/** Ignition's own JSON schema of a spec, as its Go module brings it; undefined for a spec that it doesn't know. */
function schemaOf(spec: string): Schema | undefined {
  if (!schemas.has(spec)) {
    const known = /^3\.\d+\.0$/.test(spec);
    const file = join(dirname(wasmAsset), "schema", `${spec}.json`);
    try {
      schemas.set(spec, known ? JSON.parse(readFileSync(file, "utf8")) : undefined);
    } catch {
      schemas.set(spec, undefined);
    }
  }
  return schemas.get(spec);
}

/**
 * Everything in a config that is of the wrong type or missing, each with its path ("$.storage.files.0.mode"). Ignition ends
 * at the first of them.
 */
export function structuralProblems(config: unknown, spec: string): { path: string; message: string }[] {
  const schema = schemaOf(spec);
  if (!schema) return [];
  let validator = validators.get(schema);
  if (!validator) {
    const { $schema, ...current } = schema as Schema & { $schema?: string };
    validator = new Ajv({ allErrors: true, strict: false }).compile(current);
    validators.set(schema, validator);
  }
  if (validator(config)) return [];
  return (validator.errors ?? [])
    .filter(({ keyword }) => keyword !== "allOf")
    .map(({ instancePath, message }) => ({ path: `$${instancePath.replaceAll("/", ".")}`, message: message ?? "" }));
}

/** The keys that may stand at a path ("$.storage.files.0") of a config of some spec. */
export function knownKeys(path: string, spec: string): string[] {
  const root = schemaOf(spec) ?? schemaOf("3.6.0");
  let here = root;
  for (const part of path.split(".").slice(1)) {
    here = here && resolved(root!, here);
    here = /^\d+$/.test(part) ? here?.items : propertiesOf(root!, here)[part];
  }
  return Object.keys(propertiesOf(root!, here));
}

function resolved(root: Schema, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const steps = schema.$ref.split("/").slice(1);
  const target = steps.reduce<unknown>((here, key) => (here as Record<string, unknown> | undefined)?.[key], root);
  return resolved(root, (target ?? {}) as Schema);
}

function propertiesOf(root: Schema, schema: Schema | undefined): Record<string, Schema> {
  if (!schema) return {};
  const { properties = {}, allOf = [] } = resolved(root, schema);
  return Object.assign({}, properties, ...allOf.map((part) => propertiesOf(root, part)));
}
