import { pathToFileURL } from "node:url";
import { type ArtifactKind, artifactNames, buildDirectory } from "./paths";
import type { SampleRelease } from "./recipe";

export type Digests = Partial<Record<ArtifactKind, string>>;

interface Location {
  location: string;
  signature: string;
  sha256: string;
}

const generator = "pulumi-fcos-pxe sample";
const architecture = "x86_64";

/** `root` as a URL that paths can be put behind: a directory's, or the base under which it is served. */
export const baseOf = (root: string) =>
  (/^[a-z]+:\/\//.test(root) ? root : pathToFileURL(root).href).replace(/\/+$/, "");

function locations(base: string, release: SampleRelease, digests: Digests): Record<string, Location> {
  const entries = Object.entries(artifactNames(release)) as [ArtifactKind, string][];
  return Object.fromEntries(
    entries.map(([kind, name]) => {
      const location = `${base}/${buildDirectory(release)}/${name}`;
      return [kind, { location, signature: `${location}.sig`, sha256: digests[kind]! }];
    }),
  );
}

/** Stream metadata as in `streams/<stream>.json` (Fedora CoreOS documentation, "Stream metadata"). */
export const streamMetadata = (base: string, release: SampleRelease, digests: Digests) => ({
  stream: release.stream,
  metadata: { "last-modified": release.released, generator },
  architectures: {
    [architecture]: {
      artifacts: {
        metal: { release: release.version, formats: { pxe: locations(base, release, digests) } },
      },
    },
  },
});

/** One release's metadata as in `builds/<version>/release.json`. */
export const releaseMetadata = (base: string, release: SampleRelease, digests: Digests) => ({
  release: release.version,
  stream: release.stream,
  metadata: { "last-modified": release.released, generator },
  architectures: {
    [architecture]: { media: { metal: { artifacts: { pxe: locations(base, release, digests) } } } },
  },
});

/** The stream's history as in `prod/streams/<stream>/releases.json`: oldest first. */
export const releaseIndex = (base: string, stream: string, releases: SampleRelease[]) => ({
  stream,
  metadata: { "last-modified": releases.at(-1)?.released ?? "", generator },
  note: "For use only by the lab",
  releases: releases.map((release) => ({
    version: release.version,
    metadata: `${base}/prod/streams/${stream}/builds/${release.version}/release.json`,
  })),
});
