import { acceptedContents } from "./accepted";
import { canonicalJson } from "./canonical";
import { compareSpecs, type IgnitionJson } from "./config";
import { merge, validate } from "./engine";
import { ownPart } from "./pointer";

const known = new Map<string, Promise<readonly string[]>>();

/**
 * What Ignition says against the merge of published configs, the later over the earlier, on a machine with a host name of its
 * own. Asked once for each set of digests, however many machines have it: a checked host name (RFC 1123) is nothing but text
 * in a data URL, of which no verdict depends. Configs that this run did not check are not known here: then nothing is said.
 */
export function mergeProblems(digests: readonly string[]): Promise<readonly string[]> {
  const key = digests.join(" ");
  let problems = known.get(key);
  if (!problems) {
    problems = judged(digests);
    known.set(key, problems);
  }
  return problems;
}

async function judged(digests: readonly string[]): Promise<readonly string[]> {
  const bodies = digests.map((digest) => acceptedContents(digest)?.body);
  if (!bodies.every((body) => body !== undefined)) return [];
  const own = canonicalJson({ ignition: { version: "3.1.0" }, ...ownPart({ hostname: "localhost" }) });
  const configs = [...bodies, own];
  const { config, error } = await merge(configs);
  if (config === undefined) return [error ?? "the configs can't be merged"];
  const whole = JSON.parse(config) as IgnitionJson;
  const specs = configs.map((text) => (JSON.parse(text) as IgnitionJson).ignition.version);
  whole.ignition.version = specs.sort(compareSpecs).at(-1)!;
  const { entries } = await validate(canonicalJson(whole));
  return entries.filter(({ kind }) => kind === "error").map(({ path, message }) => `${path}: ${message}`);
}
