import type { Wire } from "../wire";
import { canonicalJson, normalForm, sha256 } from "./canonical";
import { compile } from "./compile";
import type { TypedArgs } from "./compile/arguments";
import { compareSpecs, type IgnitionJson } from "./config";
import type { Delivery } from "./delivery";
import { describe } from "./describe";
import { merge, type Verdict, validate } from "./engine";
import { experience } from "./experience";
import { slimmed } from "./large";
import { fromButane, fromIgnition, fromTyped, type Part } from "./parts";
import { phoneHomeUnit } from "./phoneHome";
import { type Remark, remarksOf } from "./remarks";
import { type Secrets, secretsOf, withoutSecrets } from "./secrets";
import { specProblem } from "./specSupport";

/** Everything that one config is made of. */
export interface Parts {
  readonly typed: TypedArgs;
  readonly butane: readonly string[];
  /** Texts as they were written, or plain objects. */
  readonly ignition: readonly unknown[];
  /** Values in the above that must not be shown. */
  readonly secrets: readonly string[];
  /** The version of the release that boots with it, where one is declared. */
  readonly release?: string;
  /** Names of warnings that are not wanted. */
  readonly silence: readonly string[];
  /** What machines put before a path on the server: "http://10.44.0.1". */
  readonly siteUrl: string;
  readonly delivery: Delivery;
  /** Whether the same bytes lie on servers with other URLs too. */
  readonly isReplicated?: boolean;
}

export interface Composed {
  /** What there is to say; where something in it is fatal, there is nothing else. */
  readonly remarks: readonly Remark[];
  readonly result?: {
    /** The bytes to publish, and their hex sha256. */
    readonly body: string;
    readonly digest: string;
    readonly spec: string;
    /** Large contents that the body refers to: base64, by the hex sha256 of the bytes. */
    readonly stored: Readonly<Record<string, string>>;
    /** What the config does, for people. */
    readonly contents: Readonly<Record<string, string>>;
  };
}

/**
 * Makes one config of all parts, by Ignition's own merge, later over earlier: what this package needs itself and typed
 * arguments, Butane configs in their order, raw Ignition configs in their order. What comes out is what is judged.
 */
export async function compose(parts: Parts, filesDirectory: string): Promise<Composed> {
  const secrets = secretsOf(parts.secrets, [...parts.butane, ...parts.ignition]);
  const taken = await Promise.all([
    fromTyped(withoutProxyToServer(parts)),
    ...parts.butane.map((source, index) => fromButane(source, `butane[${index}]`, filesDirectory)),
    ...parts.ignition.map((source, index) => fromIgnition(source, `ignition[${index}]`)),
  ]);
  const configs = taken.flatMap(({ config }) => config ?? []);
  // What comes out is judged while its parts still are: both take milliseconds, on one core each.
  const whole = configs.length === taken.length ? mergedAndJudged(configs, parts) : undefined;
  whole?.catch(() => undefined); // of parts that are not even valid
  const own = await Promise.all(taken.map(({ remarks }) => remarks));
  const ofParts = heard([...own.flat(), ...specRemarks(taken, parts.release)], parts, secrets);
  if (!whole || ofParts.some(({ fatal }) => fatal)) return { remarks: ofParts };

  const { merged, config, body, stored, verdict } = await whole;
  const about = {
    config: merged,
    isFetchedOverTls: parts.delivery !== "wrapped" && parts.siteUrl.startsWith("https:"),
    delivery: parts.delivery,
    hasSecret: parts.secrets.length > 0,
  };
  const ofWhole = [...newRemarks(verdict, config, ofParts), ...experience(about)];
  const remarks = [...ofParts, ...heard(ofWhole, parts, secrets)];
  if (remarks.some(({ fatal }) => fatal)) return { remarks };
  const contents = describe(merged, secrets);
  return { remarks, result: { body, digest: sha256(body), spec: config.ignition.version, stored, contents } };
}

async function mergedAndJudged(
  configs: readonly IgnitionJson[],
  { secrets, siteUrl, delivery, isReplicated = false }: Parts,
) {
  const merged = await mergedConfig(configs);
  // the store is read by everybody, and its URL is one server's
  const keepsInline = secrets.length > 0 || delivery === "wrapped" || isReplicated;
  const { config, stored } = keepsInline
    ? { config: merged, stored: {} }
    : await slimmed(merged, `${siteUrl}/store/sha256`);
  const body = canonicalJson(config as Wire);
  const verdict = isJudgedAlready(configs) ? nothingSaid : await validate(body);
  return { merged, config, stored, body, verdict };
}

/** What lies on the server is on the machine's own network: a proxy elsewhere would not find it. */
function withoutProxyToServer({ typed, siteUrl }: Parts): TypedArgs {
  const { proxy } = typed;
  const server = new URL(siteUrl).hostname;
  if (!proxy || proxy.except?.includes(server)) return typed;
  return { ...typed, proxy: { ...proxy, except: [...(proxy.except ?? []), server] } };
}

const nothingSaid: Verdict = { entries: [], fatal: false };

/**
 * One config beside nothing but the unit that this package adds: where that unit's name does not even occur in it, the two
 * have nothing in common that Ignition could say anything about, and what is true of the config alone is true of both.
 */
const isJudgedAlready = ([own, ...others]: readonly IgnitionJson[]) =>
  others.length === 1 &&
  canonicalJson(own as Wire) === packageOnly &&
  !JSON.stringify(others[0]).includes(phoneHomeUnit.name.replace(/\..*/, ""));

const packageOnly = canonicalJson(compile({}) as Wire);

const heard = (remarks: readonly Remark[], { silence }: Parts, secrets: Secrets): Remark[] =>
  remarks
    .filter(({ name }) => name === undefined || !silence.includes(name))
    .map((remark) => ({ ...remark, text: withoutSecrets(remark.text, secrets) }));

function specRemarks(parts: readonly Part[], release: string | undefined): Remark[] {
  if (release === undefined) return [];
  return parts.flatMap(({ property, config }) => {
    const problem = config && specProblem(config.ignition.version, release);
    return problem ? [{ property, fatal: true, text: `error: ${problem}` }] : [];
  });
}

const newestSpec = (configs: readonly IgnitionJson[]) =>
  configs
    .map(({ ignition }) => ignition.version)
    .sort(compareSpecs)
    .at(-1);

/** At the newest spec among the parts: no older one has all of their fields. */
async function mergedConfig(configs: readonly IgnitionJson[]): Promise<IgnitionJson> {
  const { config, error } = await merge(configs.map((part) => JSON.stringify(part)));
  if (!config) throw new Error(`Ignition could not merge the parts: ${error}`);
  const whole = JSON.parse(config) as IgnitionJson;
  whole.ignition.version = newestSpec(configs)!;
  return normalForm(whole);
}

/** What a part has not been told already, and to what in the merged config it belongs. */
function newRemarks(verdict: Verdict, config: IgnitionJson, told: readonly Remark[]): Remark[] {
  const fresh = verdict.entries.filter(({ message }) => !told.some(({ text }) => text.endsWith(message)));
  return fresh.flatMap((entry) => {
    const where = subject(config, entry.path);
    const text = `${entry.kind} in ${where ?? entry.path}: ${entry.message}`;
    return remarksOf("", { ...verdict, error: undefined, entries: [entry] }, { isText: false }).map((remark) => ({
      ...remark,
      text,
    }));
  });
}

/** "$.storage.files.3.mode" as "storage.files /etc/hostname mode": an index into what was merged would help nobody. */
function subject(config: IgnitionJson, path: string): string | undefined {
  let here: Wire | undefined = config as Wire;
  const words: string[] = [];
  for (const part of path.split(".").slice(1)) {
    here = (here as Record<string, Wire> | undefined)?.[part];
    const piece = here as Record<string, Wire> | null | undefined;
    const name = piece && typeof piece === "object" ? (piece.path ?? piece.name ?? piece.device) : undefined;
    words.push(/^\d+$/.test(part) ? String(name ?? part) : part);
  }
  return words.join(" ") || undefined;
}
