import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageRoot } from "../../packageRoot";
import { wasmAsset } from "../engine";

/** Of the newest spec that releases take. Run by hand when the Go module changes: node dist/provider/ignition/wasm/types.js */
const spec = "3.6.0";

interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  allOf?: Schema[];
  definitions?: Record<string, Schema>;
}

const root: Schema = JSON.parse(readFileSync(join(dirname(wasmAsset), "schema", `${spec}.json`), "utf8"));

const lookedUp = (ref: string): Schema =>
  ref
    .split("/")
    .slice(1)
    .reduce((here, key) => (here as Record<string, Schema>)[key]!, root);

function typeOf(schema: Schema): string {
  if (schema.$ref) return typeOf(lookedUp(schema.$ref));
  if (schema.allOf) return schema.allOf.map(typeOf).join(" & ");
  const types = [schema.type ?? "object"].flat().map((type) => {
    if (type === "integer") return "number";
    if (type === "array") return `readonly (${typeOf(schema.items ?? {})})[]`;
    return type === "object" ? objectOf(schema) : type;
  });
  return types.join(" | ");
}

function objectOf({ properties = {}, required = [] }: Schema): string {
  const lines = Object.entries(properties).map(
    ([key, value]) => `readonly ${key}${required.includes(key) ? "" : "?"}: ${typeOf(value)};`,
  );
  return `{ ${lines.join("\n")} }`;
}

const target = join(packageRoot, "sdk", "ignition.ts");
const heading = `/** An Ignition config of spec ${spec}, generated from Ignition's own JSON schema. */`;
writeFileSync(target, `${heading}\nexport type Ignition = ${typeOf(root)};\n`);
execFileSync("npx", ["biome", "format", "--write", target], { cwd: packageRoot });
