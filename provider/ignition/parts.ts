import { compile } from "./compile";
import type { TypedArgs } from "./compile/arguments";
import type { IgnitionJson } from "./config";
import { butane, validate } from "./engine";
import { forbiddenKey, inputProblem, position } from "./limits";
import { type Remark, remarksOf } from "./remarks";
import { structuralProblems } from "./structure";

/** One config that goes into the merge. */
export interface Part {
  /** "butane[0]"; empty for typed arguments. */
  readonly property: string;
  /** Absent where there is none to be had: then a remark is fatal. It may be there although one is. */
  readonly config?: IgnitionJson;
  /** What is said about it, which takes longer to find out than what it is. */
  readonly remarks: Promise<readonly Remark[]>;
}

/** Typed arguments are not judged by themselves: what people wrote in them is found again in the merged config. */
export const fromTyped = (typed: TypedArgs): Part => ({
  property: "",
  config: compile(typed),
  remarks: Promise.resolve([]),
});

export async function fromButane(source: string, property: string, filesDirectory: string): Promise<Part> {
  const problem = inputProblem(source);
  if (problem) return failed(property, problem);
  const translated = await butane(source, filesDirectory);
  const remarks = Promise.resolve(remarksOf(property, translated, { isText: true, isButane: true }));
  if (translated.config === undefined || translated.fatal || translated.error !== undefined)
    return { property, remarks };
  return { property, config: JSON.parse(translated.config), remarks };
}

export function fromIgnition(source: unknown, property: string): Part {
  const isText = typeof source === "string";
  const text = isText ? source : JSON.stringify(source);
  const problem = inputProblem(text);
  if (problem) return failed(property, problem);
  const parsed = parse(text);
  if (parsed === undefined) return { property, remarks: notJson(text, property) };
  const forbidden = forbiddenKey(parsed);
  if (forbidden) return failed(property, `error at ${forbidden}: no such key is allowed in a config`);
  const config = isConfig(parsed) ? parsed : undefined;
  return { property, config, remarks: judgedIgnition(text, property, parsed, isText) };
}

const isConfig = (parsed: unknown): parsed is IgnitionJson =>
  typeof (parsed as Partial<IgnitionJson> | null)?.ignition?.version === "string";

async function judgedIgnition(text: string, property: string, parsed: unknown, isText: boolean): Promise<Remark[]> {
  const verdict = await validate(text);
  const spec = isConfig(parsed) ? parsed.ignition.version : undefined;
  const isKnown = spec !== undefined && /^3\.[0-6]\.0$/.test(spec);
  if (spec !== undefined && !isKnown && !verdict.fatal) return [{ property, fatal: true, text: unknownSpec(spec) }];
  const remarks = remarksOf(property, verdict, { isText, spec: isKnown ? spec : undefined });
  if (!remarks.some(({ fatal }) => fatal)) return remarks;
  // Ignition ends at the first value of a wrong type; its schema finds them all.
  const others = structuralProblems(parsed, isKnown ? spec : "3.6.0")
    .filter(({ path }) => !remarks.some(({ text }) => text.includes(path)))
    .map(({ path, message }) => ({ property, fatal: true, text: `error at ${path}: ${message}` }));
  return [...remarks, ...others];
}

async function notJson(text: string, property: string): Promise<Remark[]> {
  const { entries, error, fatal } = await validate(text);
  const isButane = !fatal && error === undefined; // Ignition takes that too, but not every release's does
  const why = isButane ? "it is a Butane config: give it as butane" : (entries[0]?.message ?? error ?? "");
  return [{ property, fatal: true, text: `error at ${whereJsonEnds(text)}: not JSON: ${why}` }];
}

const failed = (property: string, text: string): Part => ({
  property,
  remarks: Promise.resolve([{ property, fatal: true, text }]),
});

const unknownSpec = (spec: string) =>
  `error at $.ignition.version: Ignition spec ${JSON.stringify(spec)} is not one that a release takes: use 3.0.0 to 3.6.0`;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where JSON.parse gave up, which Ignition does not say of a text that ends too early. */
function whereJsonEnds(text: string): string {
  try {
    JSON.parse(text);
  } catch (problem) {
    const at = /at position (\d+)/.exec((problem as Error).message)?.[1];
    return position(text, at === undefined ? text.length : Number(at));
  }
  return position(text, text.length);
}
