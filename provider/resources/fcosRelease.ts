import type * as dynamic from "@pulumi/pulumi/dynamic";
import { uploadArtifacts } from "../boot/artifactUpload";
import { everywhere, hostOf, withdrawFrom, withdrawFromLeft } from "../hosts";
import type { Host } from "../hosts/host";
import { everySite, overlap, type Site, sitePaths } from "../hosts/site";
import { newestSpecOf } from "../ignition/specSupport";
import { checkInputs } from "../inputs";
import { type Arguments, contradictions, schema } from "../releases/arguments";
import { type Customization, customInitrd, describedCustomization } from "../releases/customization";
import { givenRelease } from "../releases/given";
import { readInitramfs } from "../releases/initramfs";
import { describe, mirroredReleases, retire } from "../releases/kept";
import type { PublishedRelease } from "../releases/metadata";
import { filesOf, isIntact, keysFor, mirrorFiles, storeFile, type Terms } from "../releases/mirror";
import { ReleaseProblem } from "../releases/problem";
import { artifactsIn, describeRelease, formatReleaseRef, type Manifest } from "../releases/ref";
import { resolve } from "../releases/resolve";
import { rootfsProblem } from "../releases/rootfs";
import { withSizes } from "../releases/sizes";
import { updateNotes } from "../releases/updateGraph";
import { isUnknown, unknownMarker } from "../unknown";
import { toWire } from "../wire";

interface Inputs extends Terms {
  readonly site: Site;
  readonly ref: string;
  readonly version: string;
  readonly published: PublishedRelease;
  readonly customize?: Customization;
  /** How many releases before this one keep their files; absent: 2. */
  readonly keep?: number;
  readonly needs: Needs;
  /** Files of it on the server that are not what they should be. */
  readonly damaged?: string;
}

/** What a release asks of machines and configs. */
interface Needs {
  /** RAM, in MiB, that Fedora documents for a live boot in this layout. */
  readonly memoryMiB: number;
  /** The newest Ignition spec that it takes; absent where its version doesn't tell. */
  readonly ignitionSpec?: string;
}

const keptByDefault = 2;

export async function check(olds: Partial<Inputs>, news: Arguments): Promise<dynamic.CheckResult> {
  const failures = checkInputs(schema, news);
  if (failures.length > 0) return { inputs: toWire(news), failures };
  const { site, trustedKeys, mirrorUrls, verification, artifacts, customize, keep, ...wanted } = news;
  const terms = { trustedKeys, mirrorUrls, verification };
  failures.push(...(artifacts ? contradictions(news) : []));
  if (failures.length > 0) return { inputs: toWire(news), failures };
  if (isUnknown(news))
    return { inputs: toWire({ site, ref: unknownMarker, version: unknownMarker, needs: unknownMarker }) };
  try {
    const before = releaseBefore(olds, news);
    const meant = artifacts
      ? await givenRelease({ ...wanted, artifacts })
      : await resolve(wanted, { before, mirrored: () => mirroredOn(site), note: say });
    const published = await withSizes(meant, before);
    for (const line of await updateNotes(before, published)) say(line);
    await requireTrust(published, terms);
    const { digest } = describeRelease(manifestOf({ published, customize }));
    const { stream, version, architecture } = published;
    const ref = formatReleaseRef({ stream, version, architecture, digest });
    const needs = needsOf(published);
    return { inputs: toWire({ site, ref, version, published, customize, keep, needs, ...terms }) };
  } catch (error) {
    const property = error instanceof ReleaseProblem ? error.property : "metadataUrl";
    return { inputs: toWire(news), failures: [{ property, reason: (error as Error).message }] };
  }
}

const known = new Map<string, PublishedRelease>();

/** Before a replacement the engine asks a second time, and then as if there had been nothing before. */
function releaseBefore(olds: Partial<Inputs>, news: Arguments): PublishedRelease | undefined {
  const key = JSON.stringify(news);
  if (olds.published) known.set(key, olds.published);
  return olds.published ?? known.get(key);
}

/** On the first server; that it can't be asked is told when something is to be done there. */
async function mirroredOn(site: Site): Promise<PublishedRelease[]> {
  const [first] = everySite(site);
  return mirroredReleases(hostOf(first!), first!).catch(() => []);
}

/** Into the log of the run, of a preview too. */
const say = (line: string) => console.error(line);

/** Refuses what could never be verified, before anything is fetched. */
async function requireTrust(release: PublishedRelease, terms: Terms): Promise<void> {
  const unsigned = filesOf(release).find(({ signature }) => !signature);
  if (terms.verification === "sha256") {
    if (!unsigned)
      throw new ReleaseProblem("verification", 'verification must not be "sha256": this release is signed');
    console.error(
      `warning: ${release.stream} ${release.version} is not signed: sha256 and its metadata's word have to do`,
    );
    return;
  }
  if (unsigned) {
    const hint = 'give verification: "sha256" if its metadata comes to you by a way that you trust';
    throw new ReleaseProblem("verification", `${unsigned.location} is published without a signature: ${hint}`);
  }
  if ((await keysFor(release, terms)).length > 0) return;
  const major = release.version.split(".")[0];
  const reason = `the key of Fedora ${major} is not among those that this package holds: add it, from fedoraproject.org/security`;
  throw new ReleaseProblem("trustedKeys", `trustedKeys must name a key for ${release.version}: ${reason}`);
}

function manifestOf({ published, customize }: Pick<Inputs, "published" | "customize">): Manifest {
  const { stream, version, architecture, kernel, initramfs, rootfs } = published;
  const customization = describedCustomization(customize);
  return {
    ...{ stream, version, architecture },
    kernel: { sha256: kernel.sha256 },
    initramfs: { sha256: initramfs.sha256 },
    ...(rootfs ? { rootfs: { sha256: rootfs.sha256 } } : {}),
    ...(customization ? { customization } : {}),
  };
}

/** Fedora CoreOS documentation, "Live DVD/ISO and network boot": 2 GiB with a rootfs of its own, else 4. */
const needsOf = ({ version, rootfs }: PublishedRelease): Needs => ({
  memoryMiB: rootfs ? 2048 : 4096,
  ignitionSpec: newestSpecOf(version),
});

/** Another release is another resource, made before machines switch to it; the old one goes after they did. */
export async function diff(_id: string, olds: Inputs, news: Inputs): Promise<dynamic.DiffResult> {
  if (!overlap(olds.site, news.site)) return { replaces: ["site"] };
  return { replaces: olds.ref === news.ref ? [] : ["ref"] };
}

export async function create(inputs: Inputs): Promise<dynamic.CreateResult> {
  await publish(inputs);
  return { id: inputs.ref, outs: toWire(inputs) };
}

export async function update(_id: string, olds: Inputs, news: Inputs): Promise<dynamic.UpdateResult> {
  await publish(news);
  await withdrawFromLeft(olds.site, news.site, (host, site) => withdraw(host, site, olds));
  return { outs: toWire(news) };
}

async function publish(inputs: Inputs): Promise<void> {
  const { site, published, customize, trustedKeys, mirrorUrls, verification } = inputs;
  const manifest = manifestOf(inputs);
  const added = customInitrd(customize);
  await everywhere(site, async (host, one) => {
    await mirrorFiles(host, one, published, { trustedKeys, mirrorUrls, verification });
    if (added) await storeFile(host, one, added.sha256, added.content);
    await requireSet(host, one, manifest);
    await describe(host, one, manifest);
    await uploadArtifacts(
      host,
      one,
      artifactsIn(manifest).map(({ sha256 }) => sha256),
    );
  });
}

/** Refuses a rootfs that the initramfs would refuse, before any machine does. What is described was a set already. */
async function requireSet(host: Host, site: Site, manifest: Manifest): Promise<void> {
  const { artifact, release } = sitePaths(site);
  if ((await host.size(release(describeRelease(manifest).digest))) !== undefined) return;
  const { version, initramfs, rootfs } = manifest;
  const stamps = await readInitramfs(host, artifact(initramfs.sha256));
  const problem = await rootfsProblem(host, stamps, rootfs && artifact(rootfs.sha256));
  if (problem) throw new Error(`${host.name}: ${version} is no set of files that boots: ${problem}`);
}

export async function read(id: string, props: Inputs): Promise<dynamic.ReadResult> {
  const manifest = manifestOf(props);
  const description = describeRelease(manifest);
  const damaged = new Set<string>();
  for (const site of everySite(props.site)) {
    const host = hostOf(site);
    const paths = sitePaths(site);
    const text = await host.readFile(paths.release(description.digest));
    if (text === undefined) return {};
    if (text.toString() !== description.text) damaged.add("its description");
    for (const { sha256 } of artifactsIn(manifest))
      if (!(await isIntact(host, paths.artifact(sha256), sha256))) damaged.add(nameOf(props.published, sha256));
  }
  const found = toWire({ ...props, damaged: damaged.size > 0 ? [...damaged].join(", ") : undefined });
  return { id, props: found, inputs: found };
}

const nameOf = (published: PublishedRelease, sha256: string) =>
  filesOf(published)
    .find((file) => file.sha256 === sha256)
    ?.location.split("/")
    .at(-1) ?? "its customized initrd";

async function remove(_id: string, props: Inputs): Promise<void> {
  await withdrawFrom(everySite(props.site), (host, site) => withdraw(host, site, props));
}

const withdraw = (host: Host, site: Site, inputs: Inputs) =>
  retire(host, site, { manifest: manifestOf(inputs), published: inputs.published }, inputs.keep ?? keptByDefault);

export { remove as delete };
