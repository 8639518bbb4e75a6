import { join } from "node:path";
import type * as dynamic from "@pulumi/pulumi/dynamic";
import { type DhcpSettings, dhcpSettings } from "../boot/dhcpSettings";
import { type DiscoveredMachine, discoveredMachines } from "../boot/discovered";
import { dnsmasqConfig } from "../boot/dnsmasq";
import { type Network, networkIn, parseSubnet } from "../boot/network";
import { nginxConfig } from "../boot/nginx";
import type { UnknownMachines } from "../boot/unknownMachines";
import { stateDirectory } from "../directories";
import { changedKeys } from "../equal";
import { hostOf } from "../hosts";
import type { Connection } from "../hosts/connection";
import type { Host } from "../hosts/host";
import { isSamePlace, type Site, sitePaths } from "../hosts/site";
import { checkInputs } from "../inputs";
import { isNamespaceOpen } from "../lab/namespace";
import { type ServicesKind, servicesOf } from "../services";
import { type Arguments, contradictions, directoryProblems, type GivenNetwork, schema } from "../services/arguments";
import { installBootPrograms, writeEntrances } from "../services/bootPrograms";
import { imageHost, requireImage } from "../services/docker";
import { type DockerConnection, dockerConnection } from "../services/dockerConnection";
import { type ContainerSpecs, containerSpecs } from "../services/dockerContainers";
import { requireInterface } from "../services/interfaces";
import { requirePrograms } from "../services/programs";
import { configFile, type ServedNetwork, type ServiceConfigs } from "../services/services";
import { systemDirectory } from "../services/systemdUnits";
import { type CertificateTerms, type KeyPair, makeAuthority, renewedTerms } from "../tls/certificates";
import { certificateFiles, installCertificate, isCertified, removeOutdated } from "../tls/install";
import { isUnknown, unknownMarker } from "../unknown";
import { toWire } from "../wire";

export type { ContainerSpecs, DhcpSettings, DiscoveredMachine, DockerConnection, Site };

interface Inputs {
  readonly services: ServicesKind | "none";
  /** Without the connection, which is a property of its own: by that name Pulumi knows what in it is a secret. */
  readonly site: Site;
  readonly connection?: Connection;
  readonly network?: ServedNetwork & { subnet: string };
  readonly configs?: ServiceConfigs;
  /** Present with TLS. When it is renewed, machines don't notice: they know the authority. */
  readonly certificate?: CertificateTerms;
  /** With services "docker": what @pulumi/docker is to make, and how it gets there. */
  readonly containers?: ContainerSpecs;
  readonly docker?: DockerConnection;
  /** Absent: "local-disk". */
  readonly unknownMachines?: UnknownMachines;
  /** With unknownMachines "discover": found by a refresh. */
  readonly discovered?: readonly DiscoveredMachine[];
  /** Where the server answers no DHCP itself. */
  readonly dhcpSettings?: DhcpSettings;
  readonly state: Record<string, string>;
}

interface State extends Inputs {
  /** PEM; made once, with the first use of TLS. */
  readonly authorityCertificate?: string;
  /** A secret. */
  readonly authorityKey?: string;
}

export async function check(olds: Partial<Inputs>, news: Arguments): Promise<dynamic.CheckResult> {
  const failures = checkInputs(schema, news);
  if (isUnknown(news))
    return { inputs: toWire({ ...news, site: unknownMarker, containers: news.containers && unknownMarker }), failures };
  const services = news.services ?? "process";
  failures.push(...contradictions(news, services));
  if (failures.length > 0) return { inputs: toWire(news), failures };
  const network = news.network && networkOf(news.network);
  const directory = news.directory ?? olds.site?.directory ?? defaultDirectory(news, services);
  failures.push(...directoryProblems(directory, services));
  const { connection, unknownMachines } = news;
  const restrict = news.restrict ? (true as const) : undefined;
  const tls = news.tls ? { url: `https://${network!.address}`, restrict } : undefined;
  const url = news.url ?? `http://${network!.address}`;
  const site: Site = { directory, url, lab: news.network?.lab, tls, ...artifactsOf(news) };
  if (services === "none" || !network)
    return { inputs: toWire({ services, site, connection, unknownMachines, state: {} }), failures };
  const runAs = services === "systemd" ? "service" : services === "docker" ? "container" : "self";
  const certificate = tls && renewedTerms([network.address], olds.certificate);
  const files = certificate && certificateFiles(site, certificate);
  const { dhcp = "proxy", besideOtherDhcp } = news.network!;
  const configs = {
    dnsmasq: dnsmasqConfig(site, network, dhcp),
    nginx: nginxConfig(site, { address: network.address, port: 80, runAs, tls: files }),
  };
  const { interface: device, address } = network;
  const served = { interface: device, address, subnet: news.network!.subnet, dhcp, besideOtherDhcp };
  const state = { dnsmasq: "running", nginx: "running" };
  const containers = news.containers && containerSpecs(site, news.containers.image);
  const docker = containers && connection && dockerConnection(connection);
  const settings = dhcp === "none" ? dhcpSettings(site, network) : undefined;
  // what was discovered is no input: it stays as the last refresh found it
  const discovered = unknownMachines === "discover" ? (olds.discovered ?? []) : undefined;
  const decided = { services, site, connection, network: served, configs, certificate, containers, docker, state };
  return { inputs: toWire({ ...decided, unknownMachines, discovered, dhcpSettings: settings }), failures };
}

function artifactsOf({ artifacts }: Arguments): Pick<Site, "artifacts" | "s3Region"> {
  if (!artifacts?.s3) return { artifacts: artifacts?.url };
  const { endpoint, bucket, region = "us-east-1" } = artifacts.s3;
  return { artifacts: `${endpoint}/${bucket}`, s3Region: region };
}

function defaultDirectory({ name, network, connection }: Arguments, services: string): string {
  if (network?.lab) return join(network.lab, "server");
  return connection || services === "systemd" || services === "docker"
    ? `${systemDirectory}/${name}`
    : join(stateDirectory(), name);
}

function networkOf({ subnet, interface: device, address, ranges, leaseTime, dhcpOptions }: GivenNetwork): Network {
  const defaults = networkIn(parseSubnet(subnet)!, device);
  return {
    ...defaults,
    address: address ?? defaults.address,
    ranges: ranges ?? defaults.ranges,
    leaseTime: leaseTime ?? defaults.leaseTime,
    dhcpOptions: dhcpOptions ?? defaults.dhcpOptions,
  };
}

/** The site as the other resources have it. */
const siteOf = ({ site, connection }: Inputs): Site => (connection ? { ...site, host: connection } : site);

export async function diff(_id: string, olds: Inputs, news: Inputs): Promise<dynamic.DiffResult> {
  const isKnown = !isUnknown(news.site) && !isUnknown(news.connection);
  const hasMoved = !isKnown || !isSamePlace(siteOf(olds), siteOf(news)) || olds.services !== news.services;
  return { replaces: hasMoved ? ["site"] : [], deleteBeforeReplace: true };
}

export async function create(inputs: Inputs): Promise<dynamic.CreateResult> {
  const state = await certified(inputs, {});
  await serve(state);
  return { id: inputs.site.directory, outs: toWire(state) };
}

export async function update(_id: string, olds: State, news: Inputs): Promise<dynamic.UpdateResult> {
  const state = await certified(news, olds);
  if (changedKeys(olds, news).length > 0) await serve(state);
  return { outs: toWire(state) };
}

/** With the certificate authority that there was before, or else, with TLS, a new one. */
async function certified(inputs: Inputs, before: Partial<State>): Promise<State> {
  const { authorityCertificate, authorityKey } = before;
  if (!inputs.certificate || authorityKey) return { ...inputs, authorityCertificate, authorityKey };
  const made = await makeAuthority(`PXE server ${inputs.certificate.names[0]}`);
  return { ...inputs, authorityCertificate: made.certificate, authorityKey: made.key };
}

const authorityOf = ({ authorityCertificate, authorityKey }: State): KeyPair | undefined =>
  authorityCertificate && authorityKey ? { certificate: authorityCertificate, key: authorityKey } : undefined;

async function serve(inputs: State): Promise<void> {
  const { services, configs, network } = inputs;
  const site = siteOf(inputs);
  const host = hostOf(site);
  if (services !== "none") await requirePrograms(host, { inImage: services === "docker" });
  if (network) await requireInterface(host, network);
  const paths = sitePaths(site);
  // what is served may hold secrets; who serves it where services are "none" is not known here
  await host.makeDirectory(site.directory, services === "none" ? 0o755 : 0o700);
  for (const directory of [
    paths.store,
    paths.ignition,
    paths.encryptedIgnition,
    paths.keptConfigs,
    paths.initrds,
    paths.pxelinuxConfigs,
    paths.ipxeScripts,
    paths.grubConfigs,
    paths.bootPrograms,
    paths.dhcpHosts,
    paths.releases,
    paths.etc,
    paths.certificates,
    paths.log,
    paths.run,
  ])
    await host.makeDirectory(directory);
  await host.makeDirectory(paths.work, 0o700);
  for (const shared of ["store", "initrd", "grub", "boot"])
    await host.link(`../http/${shared}`, `${paths.tftp}/${shared}`);
  await writeEntrances(host, site, inputs.unknownMachines ?? "local-disk");
  if (services === "none" || !configs || !network) return;
  const image = inputs.containers?.nginx.image;
  if (image) await requireImage(host, image);
  await installBootPrograms(image ? imageHost(host, image, paths.tftp) : host, site);
  const { certificate } = inputs;
  const authority = authorityOf(inputs);
  if (certificate && authority && (await installCertificate(host, site, authority, certificate)))
    await forgetSame(host, configFile(site, "nginx"), configs.nginx);
  await servicesOf(services, inputs.containers).run(host, site, configs, network);
  await removeOutdated(host, site, certificate);
}

/** A daemon whose configuration is the same takes nothing up, neither a new certificate in the old one's place. */
async function forgetSame(host: Host, path: string, content: string): Promise<void> {
  if ((await host.readFile(path))?.toString() === content) await host.remove(path);
}

const isLabGone = (site: Site) => site.lab !== undefined && !isNamespaceOpen(site.lab);

export async function read(id: string, props: State): Promise<dynamic.ReadResult> {
  const { services, configs } = props;
  const site = siteOf(props);
  if (!(await hostOf(site).readFile(`${sitePaths(site).etc}/nginx.conf`)) && configs) return {};
  const state =
    services === "none" || !configs
      ? {}
      : isLabGone(site)
        ? { dnsmasq: "stopped", nginx: "stopped" }
        : await servicesOf(services, props.containers).states(hostOf(site), site, configs);
  const discovered = props.unknownMachines === "discover" ? await discoveredMachines(hostOf(site), site) : undefined;
  for (const { mac, address, vendor, product, serial } of discovered ?? [])
    console.error(`not declared: ${mac} at ${address}: ${[vendor, product, serial].filter(Boolean).join(", ")}`);
  const certificate = await foundTerms(props);
  const { authorityCertificate, authorityKey, ...inputs } = { ...props, discovered, state, certificate };
  return { id, props: toWire({ ...inputs, authorityCertificate, authorityKey }), inputs: toWire(inputs) };
}

/** What is declared, unless the certificate is gone or another one: then the next `check` asks for a new one. */
async function foundTerms(props: State): Promise<CertificateTerms | undefined> {
  const { certificate } = props;
  const authority = authorityOf(props);
  if (!certificate || !authority) return certificate;
  const site = siteOf(props);
  const isThere = await isCertified(hostOf(site), site, authority, certificate);
  return isThere ? certificate : { ...certificate, until: "missing" };
}

async function remove(_id: string, props: Inputs): Promise<void> {
  const site = siteOf(props);
  const host = hostOf(site);
  if (props.services !== "none" && props.configs && !isLabGone(site))
    await servicesOf(props.services, props.containers).stop(host, site);
  // whatever else lies in the directory is not ours to remove
  for (const part of [
    "http",
    "https",
    "kept",
    "tftp",
    "releases",
    "kept-releases",
    "dhcp-hosts",
    "etc",
    "log",
    "run",
    "work",
  ])
    await host.remove(join(site.directory, part));
  if ((await host.list(site.directory)).length === 0) await host.remove(site.directory);
}

export { remove as delete };
