import type * as dynamic from "@pulumi/pulumi/dynamic";
import { uploadArtifacts } from "../boot/artifactUpload";
import { everywhere, hostOf, withdrawFrom, withdrawFromLeft } from "../hosts";
import type { Host } from "../hosts/host";
import { everySite, overlap, type Site, sitePaths } from "../hosts/site";
import { checkInputs } from "../inputs";
import type { PublishedRelease } from "../releases/metadata";
import { filesOf, isIntact, keysFor, mirrorFiles, type Terms } from "../releases/mirror";
import { ReleaseProblem } from "../releases/problem";
import { describeRelease, formatReleaseRef, type Manifest } from "../releases/ref";
import { resolve, type Wanted } from "../releases/resolve";
import { updateNotes } from "../releases/updateGraph";
import { isUnknown, unknownMarker } from "../unknown";
import { toWire } from "../wire";

interface Arguments extends Terms, Wanted {
  readonly site: Site;
}

interface Inputs extends Terms {
  readonly site: Site;
  readonly ref: string;
  readonly version: string;
  readonly published: PublishedRelease;
  /** Files of it on the server that are not what they should be. */
  readonly damaged?: string;
}

const schema = {
  type: "object",
  properties: {
    site: { type: "object" },
    stream: { type: "string" },
    architecture: { type: "string", enum: ["x86_64", "aarch64", "ppc64le", "s390x"] },
    metadataUrl: { type: "string", pattern: "^(https?|file)://" },
    version: { type: "string", pattern: "^[\\w.+-]{1,64}$" },
    hold: { type: "boolean" },
    minimumAge: { type: "string", format: "duration" },
    trustedKeys: { type: "array", items: { type: "string" } },
    mirrorUrls: { type: "array", items: { type: "string", pattern: "^https?://[^\\s\"']+$" } },
    verification: { type: "string", enum: ["sha256"] },
  },
  required: ["site"],
  additionalProperties: false,
};

export async function check(olds: Partial<Inputs>, news: Arguments): Promise<dynamic.CheckResult> {
  const failures = checkInputs(schema, news);
  if (failures.length > 0) return { inputs: toWire(news), failures };
  const { site, trustedKeys, mirrorUrls, verification, ...wanted } = news;
  const terms = { trustedKeys, mirrorUrls, verification };
  if (isUnknown(news)) return { inputs: toWire({ site, ref: unknownMarker, version: unknownMarker }) };
  try {
    const published = await resolve(wanted, olds.published, say);
    for (const line of await updateNotes(olds.published, published)) say(line);
    await requireTrust(published, terms);
    const { digest } = describeRelease(manifestOf(published));
    const { stream, version, architecture } = published;
    const ref = formatReleaseRef({ stream, version, architecture, digest });
    return { inputs: toWire({ site, ref, version: published.version, published, ...terms }) };
  } catch (error) {
    const property = error instanceof ReleaseProblem ? error.property : "metadataUrl";
    return { inputs: toWire(news), failures: [{ property, reason: (error as Error).message }] };
  }
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

const manifestOf = ({ stream, version, architecture, kernel, initramfs, rootfs }: PublishedRelease): Manifest => ({
  stream,
  version,
  architecture,
  kernel: { sha256: kernel.sha256 },
  initramfs: { sha256: initramfs.sha256 },
  ...(rootfs ? { rootfs: { sha256: rootfs.sha256 } } : {}),
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
  await withdrawFromLeft(olds.site, news.site, (host, site) => withdraw(host, site, olds.published));
  return { outs: toWire(news) };
}

async function publish({ site, published, ...terms }: Inputs): Promise<void> {
  const { text, digest } = describeRelease(manifestOf(published));
  await everywhere(site, async (host, one) => {
    await mirrorFiles(host, one, published, terms);
    await host.writeFile(sitePaths(one).release(digest), text);
    const artifacts = filesOf(published).map(({ sha256 }) => sha256);
    await uploadArtifacts(host, one, artifacts);
  });
}

export async function read(id: string, props: Inputs): Promise<dynamic.ReadResult> {
  const description = describeRelease(manifestOf(props.published));
  const damaged = new Set<string>();
  for (const site of everySite(props.site)) {
    const host = hostOf(site);
    const paths = sitePaths(site);
    const text = await host.readFile(paths.release(description.digest));
    if (text === undefined) return {};
    if (text.toString() !== description.text) damaged.add("its description");
    for (const { location, sha256 } of filesOf(props.published))
      if (!(await isIntact(host, paths.artifact(sha256), sha256))) damaged.add(location.split("/").at(-1)!);
  }
  const found = toWire({ ...props, damaged: damaged.size > 0 ? [...damaged].join(", ") : undefined });
  return { id, props: found, inputs: found };
}

async function remove(_id: string, { site, published }: Inputs): Promise<void> {
  await withdrawFrom(everySite(site), (host, one) => withdraw(host, one, published));
}

async function withdraw(host: Host, site: Site, published: PublishedRelease): Promise<void> {
  const paths = sitePaths(site);
  await host.remove(paths.release(describeRelease(manifestOf(published)).digest));
  const texts: string[] = [];
  for (const directory of [paths.releases, paths.pxelinuxConfigs])
    for (const name of await host.list(directory))
      texts.push((await host.readFile(`${directory}/${name}`))?.toString() ?? "");
  for (const { sha256 } of filesOf(published))
    if (!texts.some((text) => text.includes(sha256))) await host.remove(paths.artifact(sha256));
}

export { remove as delete };
