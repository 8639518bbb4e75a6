import { join } from "node:path";
import { cacheDirectory } from "../../directories";
import { recipeDigest, type SampleRelease, type SampleStream, sampleReleases } from "./recipe";

/** All that concerns the sample release in this user's cache. */
export const sampleCache = () => join(cacheDirectory(), "sample");

/** Where the sample release is, or would be once it is built. */
export interface SamplePaths {
  /** The directory that holds `streams/` and `prod/`, as the release server's root does. */
  root: string;
  /** Stream metadata (`streams/<stream>.json`), by stream. */
  streams: Record<SampleStream, string>;
  /** Release index (`prod/streams/<stream>/releases.json`), by stream. */
  indexes: Record<SampleStream, string>;
  /** The version that each stream's metadata lists. */
  versions: Record<SampleStream, string>;
  /** The files themselves, by stream; no `rootfs` in the 2020 layout. */
  artifacts: Record<SampleStream, ArtifactPaths>;
  /** The OpenPGP public key that everything is signed with, armored. */
  publicKey: string;
}

export interface ArtifactPaths {
  kernel: string;
  initramfs: string;
  rootfs?: string;
}

export type ArtifactKind = keyof ArtifactPaths;

/** `prod/streams/<stream>/builds/<version>/x86_64`: where under the root a release's files lie. */
export const buildDirectory = (release: SampleRelease) =>
  join("prod", "streams", release.stream, "builds", release.version, "x86_64");

/** A release's files by their published names. */
export function artifactNames(release: SampleRelease): ArtifactPaths {
  const name = `fedora-coreos-${release.version}-live`;
  if (release.layout === "live-2020")
    return { kernel: `${name}-kernel-x86_64`, initramfs: `${name}-initramfs.x86_64.img` };
  return {
    kernel: `${name}-kernel.x86_64`,
    initramfs: `${name}-initramfs.x86_64.img`,
    rootfs: `${name}-rootfs.x86_64.img`,
  };
}

const byStream = <T>(value: (release: SampleRelease) => T) =>
  Object.fromEntries(sampleReleases.map((release) => [release.stream, value(release)])) as Record<SampleStream, T>;

/** The sample release's paths under `root`, by default the place in the cache that belongs to today's recipe. */
export function samplePaths(root: string = join(sampleCache(), recipeDigest())): SamplePaths {
  return {
    root,
    streams: byStream((release) => join(root, "streams", `${release.stream}.json`)),
    indexes: byStream((release) => join(root, "prod", "streams", release.stream, "releases.json")),
    versions: byStream((release) => release.version),
    artifacts: byStream((release) => {
      const directory = join(root, buildDirectory(release));
      const entries = Object.entries(artifactNames(release)) as [ArtifactKind, string][];
      return Object.fromEntries(
        entries.map(([kind, name]) => [kind, join(directory, name)]),
      ) as unknown as ArtifactPaths;
    }),
    publicKey: join(root, "signing-key.asc"),
  };
}
