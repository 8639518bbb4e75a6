import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { baseOf, type Digests, releaseIndex, releaseMetadata, streamMetadata } from "./metadata";
import { type ArtifactKind, buildDirectory, type SamplePaths, samplePaths } from "./paths";
import { type SampleRelease, sampleReleases } from "./recipe";
import { labSigner } from "./signing";

const digestsFile = "digests.json";

/** Signs every file below `root` and remembers its sha256, which all metadata is written from. */
export async function signArtifacts(root: string): Promise<void> {
  const paths = samplePaths(root);
  const signer = await labSigner();
  const digests: Record<string, Digests> = {};
  for (const release of sampleReleases) {
    const own: Digests = {};
    for (const [kind, path] of Object.entries(paths.artifacts[release.stream]) as [ArtifactKind, string][]) {
      const bytes = await readFile(path);
      own[kind] = createHash("sha256").update(bytes).digest("hex");
      await writeFile(`${path}.sig`, await signer.sign(bytes));
    }
    digests[release.stream] = own;
  }
  await writeFile(join(root, digestsFile), JSON.stringify(digests));
  await writeFile(paths.publicKey, signer.publicKey);
}

/**
 * Writes the metadata (streams, release index, each release) of the built sample.
 * `baseUrl` is what the locations in it begin with: where `root`'s content is served, by default its own `file://` URL.
 * `to` is where the metadata goes, by default beside the artifacts.
 */
export async function publishSample(
  options: { root?: string; baseUrl?: string; to?: string } = {},
): Promise<SamplePaths> {
  const paths = samplePaths(options.root);
  const base = baseOf(options.baseUrl ?? paths.root);
  const to = options.to ?? paths.root;
  const digests = JSON.parse(await readFile(join(paths.root, digestsFile), "utf8")) as Record<string, Digests>;
  for (const release of sampleReleases as readonly SampleRelease[]) {
    const own = digests[release.stream]!;
    const files: [string, unknown][] = [
      [join(dirname(buildDirectory(release)), "release.json"), releaseMetadata(base, release, own)],
      [join("prod", "streams", release.stream, "releases.json"), releaseIndex(base, release.stream, [release])],
      [join("streams", `${release.stream}.json`), streamMetadata(base, release, own)],
    ];
    for (const [name, content] of files) await writeJson(join(to, name), content);
  }
  return paths;
}

async function writeJson(path: string, content: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(content, null, 2)}\n`);
  await rename(temporary, path);
}
