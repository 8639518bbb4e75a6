import { join } from "node:path";
import type * as dynamic from "@pulumi/pulumi/dynamic";
import { type DhcpSettings, dhcpSettings } from "../boot/dhcpSettings";
import { type DiscoveredMachine, discoveredMachines } from "../boot/discovered";
import { dnsmasqConfig } from "../boot/dnsmasq";
import { type DhcpMode, isInside, type Network, networkIn, parseSubnet } from "../boot/network";
import { nginxConfig } from "../boot/nginx";
import type { UnknownMachines } from "../boot/unknownMachines";
import { stateDirectory } from "../directories";
import { changedKeys } from "../equal";
import { hostOf } from "../hosts";
import { type Connection, connectionSchema } from "../hosts/connection";
import { isSamePlace, type Site, sitePaths } from "../hosts/site";
import { type CheckFailure, checkInputs } from "../inputs";
import { isNamespaceOpen } from "../lab/namespace";
import { type ServicesKind, servicesOf } from "../services";
import { installBootPrograms, writeEntrances } from "../services/bootPrograms";
import { requireInterface } from "../services/interfaces";
import type { ServedNetwork, ServiceConfigs } from "../services/services";
import { systemDirectory } from "../services/systemdUnits";
import { isUnknown, unknownMarker } from "../unknown";
import { toWire } from "../wire";

export type { DhcpSettings, DiscoveredMachine, Site };

interface Arguments {
  readonly name: string;
  readonly services?: ServicesKind | "none";
  readonly connection?: Connection;
  readonly network?: {
    interface: string;
    subnet: string;
    dhcp?: DhcpMode;
    besideOtherDhcp?: boolean;
    address?: string;
    lab?: string;
  };
  readonly directory?: string;
  readonly url?: string;
  readonly unknownMachines?: UnknownMachines;
}

interface Inputs {
  readonly services: ServicesKind | "none";
  /** Without the connection, which is a property of its own: by that name Pulumi knows what in it is a secret. */
  readonly site: Site;
  readonly connection?: Connection;
  readonly network?: ServedNetwork & { subnet: string };
  readonly configs?: ServiceConfigs;
  /** Absent: "local-disk". */
  readonly unknownMachines?: UnknownMachines;
  /** With unknownMachines "discover": found by a refresh. */
  readonly discovered?: readonly DiscoveredMachine[];
  /** Where the server answers no DHCP itself. */
  readonly dhcpSettings?: DhcpSettings;
  readonly state: Record<string, string>;
}

const schema = {
  type: "object",
  properties: {
    name: { type: "string", format: "resourceName" },
    services: { type: "string", enum: ["process", "systemd", "none"] },
    connection: connectionSchema,
    network: {
      type: "object",
      properties: {
        interface: { type: "string", format: "interface" },
        subnet: { type: "string", format: "subnet" },
        dhcp: { type: "string", enum: ["server", "proxy", "none"] },
        besideOtherDhcp: { type: "boolean" },
        address: { type: "string", format: "ipv4" },
        lab: { type: "string" },
      },
      required: ["interface", "subnet"],
      additionalProperties: false,
    },
    unknownMachines: { type: "string", enum: ["local-disk", "discover", "nothing"] },
    directory: { type: "string", format: "absolutePath" },
    // it stands in the languages of dnsmasq and of every boot loader: nothing that means something in one of them
    url: { type: "string", pattern: "^https?://[A-Za-z0-9.:\\[\\]-]+(/[\\w./~%+@-]*[\\w~%+@-])?$" },
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
  const directory = news.directory ?? olds.site?.directory ?? defaultDirectory(news, services);
  failures.push(...hidden(directory, services));
  const { connection, unknownMachines } = news;
  const site: Site = { directory, url: news.url ?? `http://${network!.address}`, lab: news.network?.lab };
  if (services === "none" || !network)
    return { inputs: toWire({ services, site, connection, unknownMachines, state: {} }), failures };
  const runAs = services === "systemd" ? "service" : "self";
  const { dhcp = "proxy", besideOtherDhcp } = news.network!;
  const configs = {
    dnsmasq: dnsmasqConfig(site, network, dhcp),
    nginx: nginxConfig(site, { address: network.address, port: 80, runAs }),
  };
  const { interface: device, address } = network;
  const served = { interface: device, address, subnet: news.network!.subnet, dhcp, besideOtherDhcp };
  const state = { dnsmasq: "running", nginx: "running" };
  const settings = dhcp === "none" ? dhcpSettings(site, network) : undefined;
  const declared = { services, site, connection, network: served, configs, unknownMachines };
  // what was discovered is no input: it stays as the last refresh found it
  const discovered = unknownMachines === "discover" ? (olds.discovered ?? []) : undefined;
  return { inputs: toWire({ ...declared, discovered, dhcpSettings: settings, state }), failures };
}

function defaultDirectory({ name, network, connection }: Arguments, services: string): string {
  if (network?.lab) return join(network.lab, "server");
  return connection || services === "systemd" ? `${systemDirectory}/${name}` : join(stateDirectory(), name);
}

function hidden(directory: string, services: string): CheckFailure[] {
  if (services !== "systemd" || !/^\/(tmp|var\/tmp|home|root|run\/user)(\/|$)/.test(directory)) return [];
  const reason = `directory must not lie in /tmp, /var/tmp, /home, /root or /run/user with services "systemd", whose units don't see them, got "${directory}"`;
  return [{ property: "directory", reason }];
}

function missing(news: Arguments, services: string): CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (services !== "none" && !news.network)
    failures.push({
      property: "network",
      reason: `network is required with services "${services}": the interface and its subnet`,
    });
  if (news.network?.lab && (news.connection || services === "systemd"))
    failures.push({
      property: "network",
      reason: `network.lab is a network of this machine, whose services are ordinary processes: leave out ${news.connection ? "connection" : `services "${services}"`}`,
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

/** The site as the other resources have it. */
const siteOf = ({ site, connection }: Inputs): Site => (connection ? { ...site, host: connection } : site);

export async function diff(_id: string, olds: Inputs, news: Inputs): Promise<dynamic.DiffResult> {
  const isKnown = !isUnknown(news.site) && !isUnknown(news.connection);
  const hasMoved = !isKnown || !isSamePlace(siteOf(olds), siteOf(news)) || olds.services !== news.services;
  return { replaces: hasMoved ? ["site"] : [], deleteBeforeReplace: true };
}

export async function create(inputs: Inputs): Promise<dynamic.CreateResult> {
  await serve(inputs);
  return { id: inputs.site.directory, outs: toWire(inputs) };
}

export async function update(_id: string, olds: Inputs, news: Inputs): Promise<dynamic.UpdateResult> {
  if (changedKeys(olds, news).length > 0) await serve(news);
  return { outs: toWire(news) };
}

async function serve(inputs: Inputs): Promise<void> {
  const { services, configs, network } = inputs;
  const site = siteOf(inputs);
  const host = hostOf(site);
  if (network) await requireInterface(host, network);
  const paths = sitePaths(site);
  for (const directory of [
    paths.store,
    paths.ignition,
    paths.pxelinuxConfigs,
    paths.ipxeScripts,
    paths.grubConfigs,
    paths.bootPrograms,
    paths.dhcpHosts,
    paths.releases,
    paths.etc,
    paths.log,
    paths.run,
  ])
    await host.makeDirectory(directory);
  await host.makeDirectory(paths.work, 0o700);
  for (const shared of ["store", "grub", "boot"]) await host.link(`../http/${shared}`, `${paths.tftp}/${shared}`);
  await writeEntrances(host, site, inputs.unknownMachines ?? "local-disk");
  if (services === "none" || !configs || !network) return;
  await installBootPrograms(host, site);
  await servicesOf(services).run(host, site, configs, network);
}

const isLabGone = (site: Site) => site.lab !== undefined && !isNamespaceOpen(site.lab);

export async function read(id: string, props: Inputs): Promise<dynamic.ReadResult> {
  const { services, configs } = props;
  const site = siteOf(props);
  if (!(await hostOf(site).readFile(`${sitePaths(site).etc}/nginx.conf`)) && configs) return {};
  const state =
    services === "none" || !configs
      ? {}
      : isLabGone(site)
        ? { dnsmasq: "stopped", nginx: "stopped" }
        : await servicesOf(services).states(hostOf(site), site, configs);
  const discovered = props.unknownMachines === "discover" ? await discoveredMachines(hostOf(site), site) : undefined;
  for (const { mac, address, vendor, product, serial } of discovered ?? [])
    console.error(`not declared: ${mac} at ${address}: ${[vendor, product, serial].filter(Boolean).join(", ")}`);
  const found = toWire({ ...props, discovered, state });
  return { id, props: found, inputs: found };
}

async function remove(_id: string, props: Inputs): Promise<void> {
  const site = siteOf(props);
  const host = hostOf(site);
  if (props.services !== "none" && props.configs && !isLabGone(site)) await servicesOf(props.services).stop(host, site);
  // whatever else lies in the directory is not ours to remove
  for (const part of ["http", "tftp", "releases", "dhcp-hosts", "etc", "log", "run", "work"])
    await host.remove(join(site.directory, part));
  if ((await host.list(site.directory)).length === 0) await host.remove(site.directory);
}

export { remove as delete };
