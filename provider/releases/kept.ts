import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import type { PublishedRelease } from "./metadata";
import { artifactsIn, describeRelease, type Manifest } from "./ref";

/** Writes a release's description, without which no machine is pointed at its files. */
export async function describe(host: Host, site: Site, manifest: Manifest): Promise<void> {
  const { text, digest } = describeRelease(manifest);
  await host.writeFile(sitePaths(site).release(digest), text);
  for (const kept of await keptReleases(host, site)) if (kept.digest === digest) await host.remove(kept.path);
}

/**
 * Takes a release away. The last `keep` ones of the same stream and architecture leave their files in the store, so that going
 * back fetches nothing; of the others, the files go that neither another release nor a boot config refers to.
 */
export async function retire(
  host: Host,
  site: Site,
  { manifest, published }: { manifest: Manifest; published: PublishedRelease },
  keep: number,
): Promise<void> {
  const paths = sitePaths(site);
  const { digest } = describeRelease(manifest);
  await host.remove(paths.release(digest));
  if (keep > 0) {
    await host.makeDirectory(paths.keptReleases);
    const text = `${JSON.stringify({ ...manifest, published })}\n`;
    await host.writeFile(`${paths.keptReleases}/${Date.now()}-${digest}.json`, text);
  }
  const kept = (await keptReleases(host, site)).filter(
    (one) => one.manifest.stream === manifest.stream && one.manifest.architecture === manifest.architecture,
  );
  const outdated = kept.slice(keep);
  for (const { path } of outdated) await host.remove(path);
  const gone = keep > 0 ? outdated.map((one) => one.manifest) : [manifest, ...outdated.map((one) => one.manifest)];
  const references = await texts(host, [
    ...[paths.releases, paths.keptReleases],
    ...[paths.pxelinuxConfigs, paths.ipxeScripts, paths.grubConfigs, paths.parmFiles],
  ]);
  for (const { sha256 } of gone.flatMap(artifactsIn))
    if (!references.some((text) => text.includes(sha256))) await host.remove(paths.artifact(sha256));
}

interface KeptManifest extends Manifest {
  /** Where it came from: that it can be verified again, and fetched again where a file of it was damaged. */
  readonly published?: PublishedRelease;
}

/** What can be gone back to without asking its publisher. */
export async function mirroredReleases(host: Host, site: Site): Promise<PublishedRelease[]> {
  return (await keptReleases(host, site)).flatMap(({ manifest }) => manifest.published ?? []);
}

/** The newest first. */
async function keptReleases(host: Host, site: Site) {
  const { keptReleases: directory } = sitePaths(site);
  const names = (await host.list(directory))
    .filter((name) => /^\d+-[0-9a-f]{64}\.json$/.test(name))
    .sort()
    .reverse();
  return Promise.all(
    names.map(async (name) => ({
      path: `${directory}/${name}`,
      digest: name.slice(name.indexOf("-") + 1, -".json".length),
      manifest: JSON.parse((await host.readFile(`${directory}/${name}`))?.toString() ?? "{}") as KeptManifest,
    })),
  );
}

async function texts(host: Host, directories: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const directory of directories)
    for (const name of await host.list(directory))
      found.push((await host.readFile(`${directory}/${name}`))?.toString() ?? "");
  return found;
}
