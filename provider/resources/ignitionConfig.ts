import type * as dynamic from "@pulumi/pulumi/dynamic";
import { hostOf } from "../hosts";
import { isSamePlace, type Site, sitePaths } from "../hosts/site";
import { compose, type Parts } from "../ignition/compose";
import { formatIgnitionRef } from "../ignition/ref";
import { type CheckFailure, checkInputs } from "../inputs";
import { isUnknown, unknownMarker } from "../unknown";
import { toWire } from "../wire";

interface Arguments extends Omit<Parts, "butane" | "ignition"> {
  readonly name: string;
  readonly site: Site;
  readonly butane?: string | readonly string[];
  readonly ignition?: unknown;
}

interface Inputs {
  readonly site: Site;
  /** "compute sha256:..." */
  readonly ref: string;
  readonly digest: string;
  /** The bytes to publish; double underscores keep them out of what Pulumi shows. */
  readonly __body: string;
}

const text = { type: "string" };
const texts = { type: "array", items: text };
const schema = {
  type: "object",
  properties: {
    name: { type: "string", format: "resourceName" },
    site: { type: "object" },
    sshAuthorizedKeys: texts,
    files: {
      type: "array",
      items: {
        type: "object",
        properties: { path: text, contents: text, mode: { type: "integer", minimum: 0, maximum: 0o7777 } },
        required: ["path"],
        additionalProperties: false,
      },
    },
    units: {
      type: "array",
      items: {
        type: "object",
        properties: {
          name: text,
          enabled: { type: "boolean" },
          mask: { type: "boolean" },
          contents: text,
          dropins: {
            type: "array",
            items: {
              type: "object",
              properties: { name: text, contents: text },
              required: ["name", "contents"],
              additionalProperties: false,
            },
          },
        },
        required: ["name"],
        additionalProperties: false,
      },
    },
    butane: { type: ["string", "array"], items: text },
    ignition: { type: ["string", "object", "array"] },
  },
  required: ["name", "site"],
  additionalProperties: false,
};

export async function check(_olds: unknown, news: Arguments): Promise<dynamic.CheckResult> {
  const failures = checkInputs(schema, news);
  if (isUnknown(news)) {
    const later = { ref: unknownMarker, digest: unknownMarker, __body: unknownMarker };
    return { inputs: toWire({ site: news.site, ...later }), failures };
  }
  if (failures.length > 0) return { inputs: toWire(news), failures };
  const { name, site, butane, ignition, ...typed } = news;
  const parts = { ...typed, butane: listOf(butane) as string[], ignition: listOf(ignition).map(asText) };
  const { body, digest, remarks } = await compose(parts, process.cwd());
  failures.push(...remarks.filter(({ fatal }) => fatal).map(toFailure));
  if (body === undefined || digest === undefined) return { inputs: toWire(news), failures };
  const ref = formatIgnitionRef({ name, digest });
  return { inputs: toWire({ site, ref, digest, __body: body }), failures };
}

const toFailure = ({ property, text }: { property: string; text: string }): CheckFailure => ({
  property: property.replace(/\[.*/, ""),
  reason: property ? `${property}: ${text}` : text,
});

const listOf = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

const asText = (config: unknown): string => (typeof config === "string" ? config : JSON.stringify(config));

export async function diff(_id: string, olds: Inputs, news: Inputs): Promise<dynamic.DiffResult> {
  return { replaces: olds.digest === news.digest ? [] : ["digest"], deleteBeforeReplace: false };
}

export async function create(inputs: Inputs): Promise<dynamic.CreateResult> {
  await publish(inputs);
  return { id: `sha256:${inputs.digest}`, outs: toWire(inputs) };
}

export async function update(_id: string, olds: Inputs, news: Inputs): Promise<dynamic.UpdateResult> {
  await publish(news);
  if (!isSamePlace(olds.site, news.site)) await withdraw(olds);
  return { outs: toWire(news) };
}

export async function read(id: string, props: Inputs): Promise<dynamic.ReadResult> {
  const published = await hostOf(props.site).readFile(sitePaths(props.site).ignitionConfig(props.digest));
  return published?.toString() === props.__body ? { id, props: toWire(props), inputs: toWire(props) } : {};
}

async function remove(_id: string, props: Inputs): Promise<void> {
  await withdraw(props);
}

export { remove as delete };

async function publish({ site, digest, __body }: Inputs): Promise<void> {
  await hostOf(site).writeFile(sitePaths(site).ignitionConfig(digest), __body);
}

/** Removes the file, unless a machine still boots with it: another resource may have published the same config. */
async function withdraw({ site, digest }: Inputs): Promise<void> {
  const host = hostOf(site);
  const paths = sitePaths(site);
  for (const directory of [paths.pxelinuxConfigs, paths.ignition, `${paths.http}/ipxe`, `${paths.tftp}/grub`])
    for (const name of await host.list(directory)) {
      const file = await host.readFile(`${directory}/${name}`);
      if (file?.includes(`ignition/${digest}.ign`)) return;
    }
  await host.remove(paths.ignitionConfig(digest));
}
