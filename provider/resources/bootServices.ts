import { join } from "node:path";
import type * as dynamic from "@pulumi/pulumi/dynamic";
import { dnsmasqConfig } from "../boot/dnsmasq";
import { isInside, type Network, networkIn, parseSubnet } from "../boot/network";
import { nginxConfig } from "../boot/nginx";
import { stateDirectory } from "../directories";
import { changedKeys } from "../equal";
import { hostOf } from "../hosts";
import { type Site, sitePaths } from "../hosts/site";
import { type CheckFailure, checkInputs } from "../inputs";
import { isNamespaceOpen } from "../lab/namespace";
import { installBootPrograms } from "../services/bootPrograms";
import { runServices, type ServiceConfigs, serviceStates, stopServices } from "../services/processes";
import { isUnknown, unknownMarker } from "../unknown";
import { toWire } from "../wire";

export type { Site };

interface Arguments {
  readonly name: string;
  readonly services?: "process" | "none";
  readonly network?: { interface: string; subnet: string; dhcp?: "server"; address?: string; lab?: string };
  readonly directory?: string;
  readonly url?: string;
}

interface Inputs {
  readonly services: "process" | "none";
  readonly site: Site;
  readonly configs?: ServiceConfigs;
  readonly state: Record<string, string>;
}

const schema = {
  type: "object",
  properties: {
    name: { type: "string", format: "resourceName" },
    services: { type: "string", enum: ["process", "none"] },
    network: {
      type: "object",
      properties: {
        interface: { type: "string", format: "interface" },
        subnet: { type: "string", format: "subnet" },
        dhcp: { type: "string", enum: ["server"] },
        address: { type: "string", format: "ipv4" },
        lab: { type: "string" },
      },
      required: ["interface", "subnet"],
      additionalProperties: false,
    },
    directory: { type: "string", format: "absolutePath" },
    url: { type: "string", pattern: "^https?://[^\\s\"'/]+(/[^\\s\"']*[^\\s\"'/])?$" },
  },
  required: ["name"],
  additionalProperties: false,
};

export async function check(olds: Partial<Inputs>, news: Arguments): Promise<dynamic.CheckResult> {
  const failures = checkInputs(schema, news);
  if (isUnknown(news)) return { inputs: toWire({ ...news, site: unknownMarker }), failures };
  const services = news.services ?? "process";
  failures.push(...missing(news, services));
  if (failures.length > 0) return { inputs: toWire(news), failures };
  const network = news.network && networkOf(news.network);
  const directory =
    news.directory ??
    olds.site?.directory ??
    (news.network?.lab ? join(news.network.lab, "server") : join(stateDirectory(), news.name));
  const site: Site = { directory, url: news.url ?? `http://${network!.address}`, lab: news.network?.lab };
  if (services === "none" || !network) return { inputs: toWire({ services, site, state: {} }), failures };
  const configs = {
    dnsmasq: dnsmasqConfig(site, network),
    nginx: nginxConfig(site, { address: network.address, port: 80 }),
  };
  return { inputs: toWire({ services, site, configs, state: { dnsmasq: "running", nginx: "running" } }), failures };
}

function missing(news: Arguments, services: string): CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (services === "process" && !news.network)
    failures.push({
      property: "network",
      reason: 'network is required with services "process": the interface and its subnet',
    });
  if (services === "none" && !news.url)
    failures.push({
      property: "url",
      reason: 'url is required with services "none": where machines will reach the directory',
    });
  const subnet = news.network && parseSubnet(news.network.subnet);
  const address = news.network?.address;
  if (subnet && address && !isInside(subnet, address))
    failures.push({
      property: "network",
      reason: `network.address must lie inside network.subnet ${news.network?.subnet}, got "${address}"`,
    });
  return failures;
}

function networkOf(network: NonNullable<Arguments["network"]>): Network {
  const defaults = networkIn(parseSubnet(network.subnet)!, network.interface);
  return { ...defaults, address: network.address ?? defaults.address };
}

export async function diff(_id: string, olds: Inputs, news: Inputs): Promise<dynamic.DiffResult> {
  const moved = olds.site.directory !== news.site?.directory || olds.site.lab !== news.site?.lab;
  return { replaces: moved ? ["site"] : [], deleteBeforeReplace: true };
}

export async function create(inputs: Inputs): Promise<dynamic.CreateResult> {
  await serve(inputs);
  return { id: inputs.site.directory, outs: toWire(inputs) };
}

export async function update(_id: string, olds: Inputs, news: Inputs): Promise<dynamic.UpdateResult> {
  if (changedKeys(olds, news).length > 0) await serve(news);
  return { outs: toWire(news) };
}

async function serve({ site, configs }: Inputs): Promise<void> {
  const host = hostOf(site);
  const paths = sitePaths(site);
  for (const directory of [
    paths.store,
    paths.ignition,
    paths.pxelinuxConfigs,
    paths.dhcpHosts,
    paths.releases,
    paths.etc,
    paths.log,
    paths.run,
  ])
    await host.makeDirectory(directory);
  await host.makeDirectory(paths.work, 0o700);
  await host.link("../http/store", `${paths.tftp}/store`);
  if (!configs) return;
  await installBootPrograms(host, site);
  await runServices(host, site, configs);
}

export async function read(id: string, props: Inputs): Promise<dynamic.ReadResult> {
  const { site, configs } = props;
  if (!(await hostOf(site).readFile(`${sitePaths(site).etc}/nginx.conf`)) && configs) return {};
  const labIsGone = site.lab !== undefined && !isNamespaceOpen(site.lab);
  const state = !configs
    ? {}
    : labIsGone
      ? { dnsmasq: "stopped", nginx: "stopped" }
      : await serviceStates(hostOf(site), site, configs);
  const found = toWire({ ...props, state });
  return { id, props: found, inputs: found };
}

async function remove(_id: string, { site, configs }: Inputs): Promise<void> {
  const labIsGone = site.lab !== undefined && !isNamespaceOpen(site.lab);
  if (configs && !labIsGone) await stopServices(hostOf(site), site);
  const host = hostOf(site);
  // whatever else lies in the directory is not ours to remove
  for (const part of ["http", "tftp", "releases", "dhcp-hosts", "etc", "log", "run", "work"])
    await host.remove(join(site.directory, part));
  if ((await host.list(site.directory)).length === 0) await host.remove(site.directory);
}

export { remove as delete };
