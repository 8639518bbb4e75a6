import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import { reportPath } from "../ignition/phoneHome";
import { pointerConfig } from "../ignition/pointer";
import type { Manifest } from "../releases/ref";
import { bootDigest } from "./bootDigest";
import { forgetDhcpHosts } from "./dhcpHosts";
import { dhcpHostLine } from "./dnsmasq";
import type { BootLoader, Transport } from "./entry";
import { commandLineLimit, liveBootArguments } from "./kernelArguments";
import { bootConfigFiles, bootConfigs } from "./loaders";

/** One machine's binding, checked: what it boots and what it is called. */
export interface Binding {
  readonly name: string;
  readonly mac: string;
  /** Hex sha256 of the release's description. */
  readonly release: string;
  /** Hex sha256 of each Ignition config that it merges, the later over the earlier. */
  readonly ignition: readonly string[];
  readonly kernelArguments: readonly string[];
  readonly hostname?: string;
  readonly address?: string;
  readonly bootLoader?: BootLoader;
  /** Absent: "http". */
  readonly transport?: Transport;
}

/** The files that make a machine boot what is declared. */
export interface BootFiles {
  /** Path and content, in the order in which they must appear: what is referred to comes first. */
  readonly files: readonly { path: string; content: string }[];
  readonly digest: string;
}

/** The Ignition config that the machine fetches first: the shared one, or its own small one that merges the shared one. */
function ignitionOf(site: Site, binding: Binding): { digest: string; own?: string } {
  const { ignition, hostname } = binding;
  if (!hostname && ignition.length === 1) return { digest: ignition[0]! };
  const bodies = ignition.map((digest) => ({ url: `${site.url}/ignition/${digest}.ign`, digest }));
  const pointer = pointerConfig(bodies, { hostname });
  return { digest: pointer.digest, own: pointer.content };
}

/** The boot digest of a binding, from its checked inputs alone: known at preview. */
export function declaredDigest(site: Site, binding: Binding): string {
  const { release, kernelArguments } = binding;
  return bootDigest({ release, ignition: ignitionOf(site, binding).digest, kernelArguments });
}

const artifactPath = (sha256: string) => `/store/sha256/${sha256}`;

/** The kernel's arguments as they are declared; `rootfs`: hex sha256, absent where it lies inside the initramfs. */
function argumentsOf(site: Site, binding: Binding, rootfs: string | undefined): string[] {
  return liveBootArguments({
    rootfsUrl: rootfs && site.url + artifactPath(rootfs),
    ignitionUrl: `${site.url}/ignition/${ignitionOf(site, binding).digest}.ign`,
    reportUrl: site.url + reportPath(binding.mac, declaredDigest(site, binding)),
    own: binding.kernelArguments,
  });
}

/**
 * What is wrong with the length of the kernel's command line; undefined where nothing is. The kernel cuts off what is too
 * long without a word. Counted with what boot loaders add: BOOT_IMAGE, initrd and BOOTIF.
 */
export function commandLineProblem(site: Site, binding: Binding, architecture: string): string | undefined {
  const location = site.url + artifactPath(binding.release);
  const added = [`BOOT_IMAGE=${location}`, `initrd=${location}`, `BOOTIF=01-${binding.mac}`];
  const length = [...added, ...argumentsOf(site, binding, binding.release)].join(" ").length;
  const limit = commandLineLimit(architecture);
  if (length <= limit) return undefined;
  return `kernelArguments must be shorter by ${length - limit} characters: the kernel's command line would have ${length} with them, of which ${architecture} reads ${limit}; put settings into the Ignition config instead`;
}

export function bootFiles(site: Site, binding: Binding, manifest: Manifest): BootFiles {
  const paths = sitePaths(site);
  const ignition = ignitionOf(site, binding);
  const loadedFrom = binding.transport === "tftp" ? "" : site.url;
  const entry = {
    owner: ownerLine(binding.name),
    mac: binding.mac,
    kernel: loadedFrom + artifactPath(manifest.kernel.sha256),
    initrds: [loadedFrom + artifactPath(manifest.initramfs.sha256)],
    kernelArguments: argumentsOf(site, binding, manifest.rootfs?.sha256),
  };
  const dhcpHost = dhcpHostLine(binding);
  const files = [
    ...(ignition.own ? [{ path: paths.ignitionConfig(ignition.digest), content: ignition.own }] : []),
    ...(dhcpHost ? [{ path: dhcpHostFile(site, binding.mac), content: dhcpHost }] : []),
    ...bootConfigs(site, entry, manifest.architecture),
  ];
  return { files, digest: declaredDigest(site, binding) };
}

const dhcpHostFile = (site: Site, mac: string) => `${sitePaths(site).dhcpHosts}/${mac.replaceAll(":", "-")}`;
const ownerLine = (name: string) => `Machine ${name}`;

/** Refuses to point a machine at files that are not there: to a machine in its initramfs a 404 is fatal. */
export async function requireContent(host: Host, site: Site, binding: Binding, manifest: Manifest): Promise<void> {
  const paths = sitePaths(site);
  const needed = [
    ...[manifest.kernel, manifest.initramfs, manifest.rootfs].flatMap((file) =>
      file ? [paths.artifact(file.sha256)] : [],
    ),
    ...binding.ignition.map(paths.ignitionConfig),
  ];
  for (const path of needed)
    if ((await host.size(path)) === undefined)
      throw new Error(`${host.name}: ${path} is missing, which Machine ${binding.name} boots: run pulumi up --refresh`);
}

/** Writes what differs; true where anything did. A machine that boots meanwhile sees the old set or the new one. */
export async function publish(host: Host, site: Site, boot: BootFiles): Promise<boolean> {
  const found = await Promise.all(boot.files.map(async ({ path }) => (await host.readFile(path))?.toString()));
  let wrote = false;
  for (const [index, { path, content }] of boot.files.entries()) {
    if (found[index] === content) continue;
    await host.writeFile(path, content);
    wrote = true;
    const isDhcpHost = path.startsWith(`${sitePaths(site).dhcpHosts}/`);
    if (isDhcpHost && found[index] !== undefined) await forgetDhcpHosts(host, site);
  }
  return wrote;
}

/** Whether every file is there as it was written. */
export async function isPublished(host: Host, boot: BootFiles): Promise<boolean> {
  const same = boot.files.map(async ({ path, content }) => (await host.readFile(path))?.toString() === content);
  return (await Promise.all(same)).every(Boolean);
}

/**
 * Takes a binding's files away, the boot config first. Where another Machine has taken the address over meanwhile (one that
 * was renamed in the program), the files are that one's.
 */
export async function withdraw(host: Host, site: Site, binding: Binding): Promise<void> {
  const configs = bootConfigFiles(site, binding.mac);
  const texts = await Promise.all(configs.map(async (path) => (await host.readFile(path))?.toString()));
  const owners = texts.flatMap((text) => /^# (Machine \S+)$/m.exec(text ?? "")?.[1] ?? []);
  if (owners.some((owner) => owner !== ownerLine(binding.name))) return;
  await Promise.all(configs.map((path) => host.remove(path)));
  await withdrawDhcpHost(host, site, binding);
  const ignition = ignitionOf(site, binding);
  if (ignition.own) await host.remove(sitePaths(site).ignitionConfig(ignition.digest)); // the shared one is its IgnitionConfig's
}

async function withdrawDhcpHost(host: Host, site: Site, binding: Binding): Promise<void> {
  await host.remove(dhcpHostFile(site, binding.mac));
  if (dhcpHostLine(binding)) await forgetDhcpHosts(host, site);
}

/**
 * Removes what is left of an earlier binding and isn't in the one of now: the machine's own Ignition config, and what DHCP
 * knows of it.
 */
export async function withdrawOutdated(host: Host, site: Site, before: Binding, now: Binding): Promise<void> {
  if (dhcpHostLine(before) && !dhcpHostLine(now)) await withdrawDhcpHost(host, site, before);
  const outdated = ignitionOf(site, before);
  if (outdated.own && outdated.digest !== ignitionOf(site, now).digest)
    await host.remove(sitePaths(site).ignitionConfig(outdated.digest));
}
