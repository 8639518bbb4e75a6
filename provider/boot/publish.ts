import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import type { Delivered } from "../ignition/delivery";
import { reportPath } from "../ignition/phoneHome";
import { type ArtifactKind, artifactsIn, type Manifest } from "../releases/ref";
import { artifactUrl, bootLoaderUrl, requireArtifacts } from "./artifacts";
import { bootDigest } from "./bootDigest";
import { dhcpHostLine } from "./dnsmasq";
import { type BootEntry, type BootLoader, bootInterface, type Transport } from "./entry";
import {
  type Bodies,
  firstConfig,
  firstConfigFiles,
  firstConfigNames,
  neededConfigFiles,
  ownPlaces,
} from "./firstConfig";
import { type Identity, identityName } from "./identity";
import { commandLineLimit, liveBootArguments } from "./kernelArguments";
import { bootConfigFiles, bootConfigs } from "./loaders";

/** One machine's binding, checked: what it boots and what it is called. */
export interface Binding {
  readonly name: string;
  readonly identity: Identity;
  /** Hex sha256 of the release's description. */
  readonly release: string;
  /** The Ignition configs that it merges, the later over the earlier. */
  readonly ignition: readonly Delivered[];
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
  readonly files: readonly { path: string; content: string | Buffer; mode?: number }[];
  readonly digest: string;
}

/** The boot digest of a binding, from its checked inputs alone: known at preview. */
export function declaredDigest(site: Site, binding: Binding): string {
  const { release, kernelArguments } = binding;
  // from which server a machine boots makes no difference to what it runs
  const anywhere = { ...site, url: "", tls: site.tls && { ...site.tls, url: "" } };
  return bootDigest({ release, ignition: firstConfig(anywhere, binding).digest, kernelArguments });
}

export function bootFiles(site: Site, binding: Binding, manifest: Manifest, bodies: Bodies): BootFiles {
  const dhcpHost = dhcpHostLine(binding);
  const entry = bootEntry(site, binding, manifest);
  const tooLong = lengthProblem(entry, manifest.architecture);
  if (tooLong) throw new Error(`Machine ${binding.name}: ${tooLong}`);
  const files = [
    ...firstConfigFiles(site, binding, bodies),
    ...(dhcpHost ? [{ path: dhcpHostFile(site, binding.identity), content: dhcpHost }] : []),
    ...bootConfigs(site, entry, manifest.architecture),
  ];
  return { files, digest: declaredDigest(site, binding) };
}

/** What the machine's boot loader is told. */
export function bootEntry(
  site: Site,
  binding: Binding,
  manifest: Pick<Manifest, ArtifactKind | "customization">,
): BootEntry {
  const { identity, name, kernelArguments, transport = "http" } = binding;
  const { ignitionUrl, initrds } = firstConfigNames(site, binding);
  const { kernel, initramfs, rootfs, customization = {} } = manifest;
  const loaded = (sha256: string) => (transport === "tftp" ? `/store/sha256/${sha256}` : bootLoaderUrl(site, sha256));
  const besides = (url: string) => (transport === "tftp" ? url.replace(site.url, "") : url);
  return {
    owner: ownerLine(name),
    identity,
    kernel: loaded(kernel.sha256),
    initrds: [
      loaded(initramfs.sha256),
      ...(customization.initrd ? [loaded(customization.initrd.sha256)] : []),
      ...initrds.map(besides),
    ],
    kernelArguments: liveBootArguments({
      rootfsUrl: rootfs && artifactUrl(site, rootfs.sha256),
      ignitionUrl,
      reportUrl: site.url + reportPath(identityName(identity), declaredDigest(site, binding)),
      own: [...(customization.kernelArguments ?? []), ...kernelArguments],
    }),
  };
}

/**
 * Why a kernel would cut off its command line, which it does without a word; undefined where it takes all of it. Counted with
 * what boot loaders add: BOOT_IMAGE, initrd and BOOTIF. Known before the release is.
 */
export function commandLineProblem(site: Site, binding: Binding, architecture: string): string | undefined {
  const artifact = { sha256: "0".repeat(64) };
  return lengthProblem(
    bootEntry(site, binding, { kernel: artifact, initramfs: artifact, rootfs: artifact }),
    architecture,
  );
}

function lengthProblem(entry: BootEntry, architecture: string): string | undefined {
  const added = [
    `BOOT_IMAGE=${entry.kernel}`,
    `initrd=${entry.initrds.join(",")}`,
    bootInterface(entry.identity, "52-54-00-44-00-01"),
  ];
  const length = [...added, ...entry.kernelArguments].join(" ").length;
  const limit = commandLineLimit(architecture);
  if (length <= limit) return undefined;
  return `kernelArguments must be shorter by ${length - limit} bytes, so that all that is to be said fits into the ${limit} bytes of a kernel for ${architecture}: put settings into the Ignition config instead`;
}

const dhcpHostFile = (site: Site, identity: Identity) => `${sitePaths(site).dhcpHosts}/${identityName(identity)}`;
const ownerLine = (name: string) => `Machine ${name}`;

/** Refuses to point a machine at files that are not there: to a machine in its initramfs a 404 is fatal. */
export async function requireContent(host: Host, site: Site, binding: Binding, manifest: Manifest): Promise<void> {
  const paths = sitePaths(site);
  const artifacts = artifactsIn(manifest).map(({ sha256 }) => sha256);
  const needed = [...artifacts.map(paths.artifact), ...neededConfigFiles(site, binding)];
  for (const path of needed)
    if ((await host.size(path)) === undefined)
      throw new Error(`${host.name}: ${path} is missing, which Machine ${binding.name} boots: run pulumi up --refresh`);
  await requireArtifacts(host, site, artifacts);
}

/** Writes what differs; true where anything did. A machine that boots meanwhile sees the old set or the new one. */
export async function publish(host: Host, boot: Pick<BootFiles, "files">): Promise<boolean> {
  let wrote = false;
  for (const file of boot.files) {
    if (await isThere(host, file)) continue;
    await host.writeFile(file.path, file.content, file.mode);
    wrote = true;
  }
  return wrote;
}

/** Whether every file is there as it was written. */
export async function isPublished(host: Host, boot: Pick<BootFiles, "files">): Promise<boolean> {
  return (await Promise.all(boot.files.map((file) => isThere(host, file)))).every(Boolean);
}

const isThere = async (host: Host, { path, content }: BootFiles["files"][number]) =>
  (await host.readFile(path))?.equals(Buffer.from(content as string)) ?? false;

/** Takes a binding's files away, the boot config first. */
export async function withdraw(host: Host, site: Site, binding: Binding): Promise<void> {
  if (!(await withdrawBootConfigs(host, site, binding.identity, ownerLine(binding.name)))) return;
  await host.remove(dhcpHostFile(site, binding.identity));
  for (const { path } of ownPlaces(site, binding)) await host.remove(path); // the shared ones are their IgnitionConfigs'
}

/**
 * Takes a machine's boot configs away. False where another resource has taken the machine over meanwhile (one that was renamed in
 * the program): then the files are that one's.
 */
export async function withdrawBootConfigs(host: Host, site: Site, identity: Identity, owner: string): Promise<boolean> {
  const configs = bootConfigFiles(site, identity);
  const texts = await Promise.all(configs.map(async (path) => (await host.readFile(path))?.toString()));
  const owners = texts.flatMap((text) => /^# ((?:Machine|LocalBoot) \S+)$/m.exec(text ?? "")?.[1] ?? []);
  if (owners.some((one) => one !== owner)) return false;
  await Promise.all(configs.map((path) => host.remove(path)));
  return true;
}

/** A binding where it was published. */
export interface Bound {
  readonly site: Site;
  readonly binding: Binding;
}

/**
 * Removes what the machine had to itself in an earlier binding and has no more: its own Ignition configs, and what DHCP knows
 * of it.
 */
export async function withdrawOutdated(host: Host, before: Bound, now: Bound): Promise<void> {
  const kept = ownPlaces(now.site, now.binding).map(({ path }) => path);
  for (const { path } of ownPlaces(before.site, before.binding)) if (!kept.includes(path)) await host.remove(path);
  if (!dhcpHostLine(now.binding)) await host.remove(dhcpHostFile(before.site, before.binding.identity));
}
