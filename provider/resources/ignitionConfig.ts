import type * as dynamic from "@pulumi/pulumi/dynamic";
import { changedKeys } from "../equal";
import { everywhere, hostOf, withdrawFrom, withdrawFromLeft } from "../hosts";
import { everySite, isSamePlace, type Site } from "../hosts/site";
import { accept, acceptedContents } from "../ignition/accepted";
import type { TypedArgs } from "../ignition/compile/arguments";
import { typedSchema } from "../ignition/compile/schema";
import type { Parts } from "../ignition/compose";
import { type Delivery, deliveries, encryptedUrl, placeOf } from "../ignition/delivery";
import { warningNames } from "../ignition/experience";
import { isPublished, type Publication, publishConfig, withdrawConfig } from "../ignition/publish";
import { formatIgnitionRef, parseIgnitionRef } from "../ignition/ref";
import { composeOnce } from "../ignition/verdicts";
import { type CheckFailure, checkInputs } from "../inputs";
import { parseReleaseRef } from "../releases/ref";
import { isUnknown, unknownMarker } from "../unknown";
import { toWire } from "../wire";

interface Arguments extends TypedArgs {
  readonly name: string;
  readonly site: Site;
  readonly kernelArguments?: readonly string[];
  readonly butane?: string | readonly string[];
  readonly ignition?: unknown;
  readonly release?: string;
  readonly silence?: readonly string[];
  readonly delivery?: Delivery;
  /** Plain values that are secret in the arguments. */
  readonly secrets?: readonly string[];
}

interface Inputs {
  readonly site: Site;
  /** "compute sha256:..." */
  readonly ref: string;
  readonly spec: string;
  /** What the config does; its diff is what a preview shows. */
  readonly contents: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  readonly kernelArguments: readonly string[];
  readonly isSecret: boolean;
  /** Hex sha256 of each large content that lies in the store. */
  readonly stored: readonly string[];
}

const schema = {
  type: "object",
  properties: {
    ...typedSchema,
    name: { type: "string", format: "resourceName" },
    site: { type: "object" },
    kernelArguments: { type: "array", items: { type: "string", format: "kernelArgument" } },
    butane: { type: ["string", "array"], items: { type: "string" } },
    ignition: { type: ["string", "object", "array"], items: { type: ["string", "object"] } },
    release: { type: "string", pattern: "^\\S+ \\S+ \\S+ sha256:[0-9a-f]{64}$" },
    silence: { type: "array", items: { type: "string", enum: warningNames } },
    secrets: { type: "array", items: { type: "string" } },
    delivery: { type: "string", enum: deliveries },
  },
  required: ["name", "site"],
  additionalProperties: false,
};

export async function check(_olds: unknown, news: Arguments): Promise<dynamic.CheckResult> {
  const failures = checkInputs(schema, news).map((failure) => withoutValue(failure, news));
  if (isUnknown(news)) return { inputs: toWire({ site: news.site, ...unknownResults }), failures };
  failures.push(...undeliverable(news));
  if (failures.length > 0) return { inputs: toWire({ name: news.name, site: news.site }), failures };
  const { remarks, result } = await composeOnce(partsOf(news), process.cwd());
  failures.push(...remarks.filter(({ fatal }) => fatal).map(toFailure));
  if (!result) return { inputs: toWire({ name: news.name, site: news.site }), failures };
  const { body, stored, digest, spec, contents } = result;
  const inputs: Inputs = {
    site: news.site,
    ref: formatIgnitionRef({ name: news.name, digest, delivery: deliveryOf(news), isSecret: hasSecret(news) }),
    spec,
    contents,
    warnings: remarks.map(
      ({ property, text, name }) => `${property ? `${property}: ` : ""}${text.replace(/^warning:? ?/, "")} (${name})`,
    ),
    kernelArguments: news.kernelArguments ?? [],
    isSecret: hasSecret(news),
    stored: Object.keys(stored).sort(),
  };
  accept(digest, { body, stored });
  return { inputs: toWire(inputs), failures };
}

const hasSecret = ({ secrets = [] }: Arguments) => secrets.length > 0;

/** A server that can keep a secret is not asked to send it in the clear. */
const deliveryOf = (news: Arguments): Delivery =>
  news.delivery ?? (hasSecret(news) && news.site.tls ? "https" : "http");

function undeliverable(news: Arguments): CheckFailure[] {
  const delivery = deliveryOf(news);
  const failed = (reason: string) => [{ property: "delivery", reason: `delivery ${reason}` }];
  if (delivery === "https" && !news.site.tls)
    return failed('"https" needs a server with tls: set tls: true on the PxeServer');
  if (delivery !== "https" && hasSecret(news) && news.site.tls)
    return failed(
      `must not be "${delivery}" for a config with a secret from a server with tls, for boot loaders and Ignition would ` +
        'fetch it in the clear: write "https", or leave delivery out',
    );
  return [];
}

/** What was found is told in a failure, unless secrets are about: it could be one of them, or the beginning of one. */
const withoutValue = ({ property, reason }: CheckFailure, { secrets = [] }: Arguments): CheckFailure => ({
  property,
  reason: secrets.length > 0 ? reason.replace(/, got [\s\S]*$/, "") : reason,
});

const unknownResults = Object.fromEntries(
  ["ref", "spec", "contents", "warnings", "kernelArguments", "isSecret", "stored"].map((key) => [key, unknownMarker]),
);

function partsOf(news: Arguments): Parts {
  const typed = Object.fromEntries(Object.entries(news).filter(([key]) => key in typedSchema)) as TypedArgs;
  return {
    typed,
    butane: listOf(news.butane) as string[],
    ignition: listOf(news.ignition),
    secrets: news.secrets ?? [],
    release: news.release && parseReleaseRef(news.release).version,
    silence: news.silence ?? [],
    siteUrl: deliveryOf(news) === "https" ? encryptedUrl(news.site) : news.site.url,
    delivery: deliveryOf(news),
    isReplicated: news.site.replicas !== undefined,
  };
}

const listOf = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

const toFailure = ({ property, text }: { property: string; text: string }): CheckFailure => ({
  property: property.replace(/\[.*/, ""),
  reason: property ? `${property}: ${text}` : text,
});

/**
 * Another digest is another file, published before machines are told of it; the old one goes when none boots with it any
 * more. That is Pulumi's own order for a replacement.
 */
export async function diff(_id: string, olds: Inputs, news: Inputs): Promise<dynamic.DiffResult> {
  return { replaces: olds.ref === news.ref ? [] : ["ref"], deleteBeforeReplace: false };
}

export async function create(inputs: Inputs): Promise<dynamic.CreateResult> {
  await publish(inputs);
  return { id: `sha256:${digestOf(inputs)}`, outs: toWire(inputs) };
}

export async function update(_id: string, olds: Inputs, news: Inputs): Promise<dynamic.UpdateResult> {
  if (changedKeys(olds, news).length > 0) await publish(news);
  const now = everySite(news.site);
  for (const before of everySite(olds.site)) {
    const same = now.find((one) => isSamePlace(one, before));
    if (same) await withdrawElsewhere({ ...olds, site: before }, { ...news, site: same });
  }
  await withdrawFromLeft(olds.site, news.site, (host, site) => withdrawConfig(host, site, publicationOf(olds)));
  return { outs: toWire(news) };
}

/** The same config is served to others than before: it must not stay where they found it. */
async function withdrawElsewhere(olds: Inputs, news: Inputs): Promise<void> {
  const [before, now] = [olds, news].map((inputs) => placeOf(inputs.site, publicationOf(inputs)).path);
  if (before !== now) await hostOf(news.site).remove(before!);
}

export async function read(id: string, props: Inputs): Promise<dynamic.ReadResult> {
  for (const site of everySite(props.site))
    if (!(await isPublished(hostOf(site), site, publicationOf(props)))) return {};
  return { id, props: toWire(props) };
}

async function remove(_id: string, props: Inputs): Promise<void> {
  await withdrawFrom(everySite(props.site), (host, site) => withdrawConfig(host, site, publicationOf(props)));
}

export { remove as delete };

async function publish(inputs: Inputs): Promise<void> {
  const contents = acceptedContents(digestOf(inputs));
  if (!contents) throw new Error(`${inputs.ref} was not checked in this run: run pulumi up again`);
  await everywhere(inputs.site, (host, site) => publishConfig(host, site, publicationOf(inputs), contents));
}

const digestOf = ({ ref }: Inputs) => parseIgnitionRef(ref).digest;

const publicationOf = ({ ref, stored, isSecret }: Inputs): Publication => {
  const { digest, delivery } = parseIgnitionRef(ref);
  return { digest, delivery, stored, isSecret };
};
