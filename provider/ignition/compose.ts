import { canonicalJson, sha256 } from "./canonical";
import { compile, type TypedArgs } from "./compile";
import { compareSpecs, type IgnitionJson } from "./config";
import { type Engine, ignitionEngine, type Verdict } from "./engine";
import { phoneHomeUnit } from "./phoneHome";

/** Everything that one config is made of. */
export interface Parts extends TypedArgs {
  readonly butane?: readonly string[];
  readonly ignition?: readonly string[];
}

/** What was wrong or doubtful, and in which argument. */
export interface Remark {
  readonly property: string;
  readonly fatal: boolean;
  readonly text: string;
}

export interface Composed {
  /** The bytes to publish; absent where a remark is fatal. */
  readonly body?: string;
  readonly digest?: string;
  readonly remarks: readonly Remark[];
}

/**
 * Makes one config of all parts, by Ignition's own merge, later over earlier: what this package needs itself, typed
 * arguments, Butane configs in their order, raw Ignition configs in their order.
 */
export async function compose(parts: Parts, filesDirectory: string): Promise<Composed> {
  const engine = await ignitionEngine();
  const remarks: Remark[] = [];
  const configs = [canonicalJson({ ignition: { version: "3.0.0" }, systemd: { units: [phoneHomeUnit] } })];
  const take = (property: string, verdict: Verdict, config: string | undefined) => {
    remarks.push(...remarksOf(property, verdict));
    if (config !== undefined && verdict.error === undefined && !verdict.fatal) configs.push(config);
  };
  const typed = canonicalJson(compile(parts));
  take("", engine.validate(typed), typed);
  for (const [index, source] of (parts.butane ?? []).entries()) {
    const translated = engine.butane(source, filesDirectory);
    take(`butane[${index}]`, translated, translated.config);
  }
  for (const [index, source] of (parts.ignition ?? []).entries())
    take(`ignition[${index}]`, engine.validate(source), source);
  if (remarks.some(({ fatal }) => fatal)) return { remarks };
  const { body, verdict } = merged(engine, configs);
  remarks.push(...remarksOf("", verdict));
  return { body, digest: sha256(body), remarks };
}

/** The merge of valid configs, at the newest spec among them: no older one has all of their fields. */
function merged(engine: Engine, configs: readonly string[]): { body: string; verdict: Verdict } {
  const spec = configs
    .map((config) => (JSON.parse(config) as IgnitionJson).ignition.version)
    .sort(compareSpecs)
    .at(-1)!;
  const result = engine.merge(configs);
  const config = JSON.parse(result.config!) as IgnitionJson;
  config.ignition.version = spec;
  const body = canonicalJson(config);
  return { body, verdict: engine.validate(body) };
}

function remarksOf(property: string, { entries, error }: Verdict): Remark[] {
  const remarks = entries.map(({ kind, text }) => ({ property, fatal: kind === "error", text }));
  if (error !== undefined && !remarks.some(({ fatal }) => fatal)) remarks.push({ property, fatal: true, text: error });
  return remarks;
}
