import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import { reportPath } from "../ignition/phoneHome";
import { pointerConfig } from "../ignition/pointer";
import type { Manifest } from "../releases/ref";
import { artifactUrl, bootLoaderUrl, requireArtifacts } from "./artifacts";
import { bootDigest } from "./bootDigest";
import { dhcpHostLine } from "./dnsmasq";
import { liveBootArguments } from "./kernelArguments";
import { pxelinuxConfig, pxelinuxConfigName } from "./pxelinux";

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
  const anywhere = { ...site, url: "" }; // from which server a machine boots makes no difference to what it runs
  return bootDigest({ release, ignition: ignitionOf(anywhere, binding).digest, kernelArguments });
}

export function bootFiles(site: Site, binding: Binding, manifest: Manifest): BootFiles {
  const paths = sitePaths(site);
  const ignition = ignitionOf(site, binding);
  const digest = declaredDigest(site, binding);
  const pxelinux = pxelinuxConfig({
    owner: ownerLine(binding.name),
    kernel: bootLoaderUrl(site, manifest.kernel.sha256),
    initrds: [bootLoaderUrl(site, manifest.initramfs.sha256)],
    kernelArguments: liveBootArguments({
      rootfsUrl: manifest.rootfs && artifactUrl(site, manifest.rootfs.sha256),
      ignitionUrl: `${site.url}/ignition/${ignition.digest}.ign`,
      reportUrl: site.url + reportPath(binding.mac, digest),
      own: binding.kernelArguments,
    }),
  });
  const dhcpHost = dhcpHostLine(binding);
  const files = [
    ...(ignition.own ? [{ path: paths.ignitionConfig(ignition.digest), content: ignition.own }] : []),
    ...(dhcpHost ? [{ path: dhcpHostFile(site, binding.mac), content: dhcpHost }] : []),
    { path: `${paths.pxelinuxConfigs}/${pxelinuxConfigName(binding.mac)}`, content: pxelinux },
  ];
  return { files, digest };
}

const dhcpHostFile = (site: Site, mac: string) => `${sitePaths(site).dhcpHosts}/${mac.replaceAll(":", "-")}`;
const ownerLine = (name: string) => `Machine ${name}`;

/** Refuses to point a machine at files that are not there: to a machine in its initramfs a 404 is fatal. */
export async function requireContent(host: Host, site: Site, binding: Binding, manifest: Manifest): Promise<void> {
  const paths = sitePaths(site);
  const artifacts = [manifest.kernel, manifest.initramfs, manifest.rootfs].flatMap((file) => file?.sha256 ?? []);
  const needed = [...artifacts.map(paths.artifact), ...binding.ignition.map(paths.ignitionConfig)];
  for (const path of needed)
    if ((await host.size(path)) === undefined)
      throw new Error(`${host.name}: ${path} is missing, which Machine ${binding.name} boots: run pulumi up --refresh`);
  await requireArtifacts(host, site, artifacts);
}

/** Writes what differs; true where anything did. A machine that boots meanwhile sees the old set or the new one. */
export async function publish(host: Host, boot: BootFiles): Promise<boolean> {
  let wrote = false;
  for (const { path, content } of boot.files) {
    if ((await host.readFile(path))?.toString() === content) continue;
    await host.writeFile(path, content);
    wrote = true;
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
  const paths = sitePaths(site);
  const config = `${paths.pxelinuxConfigs}/${pxelinuxConfigName(binding.mac)}`;
  const text = (await host.readFile(config))?.toString();
  if (text !== undefined && text.split("\n")[0] !== `# ${ownerLine(binding.name)}`) return;
  await host.remove(config);
  await host.remove(dhcpHostFile(site, binding.mac));
  const ignition = ignitionOf(site, binding);
  if (ignition.own) await host.remove(paths.ignitionConfig(ignition.digest)); // the shared one is its IgnitionConfig's
}

/** Removes the machine's own Ignition config of an earlier binding, unless the one of now is the same. */
export async function withdrawOutdated(host: Host, site: Site, before: Binding, now: Binding): Promise<void> {
  const outdated = ignitionOf(site, before);
  if (outdated.own && outdated.digest !== ignitionOf(site, now).digest)
    await host.remove(sitePaths(site).ignitionConfig(outdated.digest));
}
