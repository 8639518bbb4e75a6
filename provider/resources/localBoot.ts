import type * as dynamic from "@pulumi/pulumi/dynamic";
import { identityOf } from "../boot/identity";
import { localDiskConfigs } from "../boot/loaders";
import { isPublished, publish, withdrawBootConfigs } from "../boot/publish";
import type { LocalDisk } from "../boot/unknownMachines";
import { changedKeys } from "../equal";
import { everywhere, hostOf, withdrawFrom, withdrawFromLeft } from "../hosts";
import type { Host } from "../hosts/host";
import { everySite, overlap, type Site } from "../hosts/site";
import { toWire } from "../wire";
import { changedMatches, checkMatched, claimMatch, type Matched, matchSchema, normalMatch } from "./match";

interface Inputs extends Matched {
  readonly by: LocalDisk;
}

const schema = {
  type: "object",
  properties: {
    name: { type: "string", format: "resourceName" },
    site: { type: "object" },
    ...matchSchema,
    by: { type: "string", enum: ["exit", "error", "sanboot"] },
  },
  required: ["name", "site"],
  additionalProperties: false,
};

export async function check(_olds: Partial<Inputs>, news: Partial<Inputs>): Promise<dynamic.CheckResult> {
  const failures = checkMatched(schema, news);
  const inputs = { ...normalMatch(news), by: news.by ?? "exit" };
  if (failures.length === 0) failures.push(...claimMatch("LocalBoot", inputs));
  return { inputs: toWire(inputs), failures };
}

export async function diff(_id: string, olds: Inputs, news: Inputs): Promise<dynamic.DiffResult> {
  if (changedKeys(olds, news).length === 0) return { changes: false };
  const moved = changedMatches(olds, news);
  return { replaces: moved.length > 0 ? moved : overlap(olds.site, news.site) ? [] : ["site"] };
}

const ownerOf = ({ name }: Inputs) => `LocalBoot ${name}`;

const filesOf = (inputs: Inputs, site: Site) => ({
  files: localDiskConfigs(site, identityOf(inputs), ownerOf(inputs), inputs.by),
});

const publishAll = (inputs: Inputs) => everywhere(inputs.site, (host, site) => publish(host, filesOf(inputs, site)));

const withdrawOne = (inputs: Inputs) => (host: Host, site: Site) =>
  withdrawBootConfigs(host, site, identityOf(inputs), ownerOf(inputs));

export async function create(inputs: Inputs): Promise<dynamic.CreateResult> {
  await publishAll(inputs);
  return { id: identityOf(inputs), outs: toWire(inputs) };
}

export async function update(_id: string, olds: Inputs, news: Inputs): Promise<dynamic.UpdateResult> {
  await publishAll(news);
  await withdrawFromLeft(olds.site, news.site, withdrawOne(olds));
  return { outs: toWire(news) };
}

/** One whose files were altered or deleted counts as gone, so that the next `up` makes it again. */
export async function read(id: string, props: Inputs): Promise<dynamic.ReadResult> {
  for (const site of everySite(props.site)) if (!(await isPublished(hostOf(site), filesOf(props, site)))) return {};
  return { id, props };
}

async function remove(_id: string, props: Inputs): Promise<void> {
  await withdrawFrom(everySite(props.site), withdrawOne(props));
}

export { remove as delete };
