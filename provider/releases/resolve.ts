import { parseDuration } from "../boot/duration";
import { fedoraMetadataUrl, fetchDocument, lastModified, type PublishedRelease, releaseIn } from "./metadata";
import { ReleaseProblem } from "./problem";
import { indexedRelease, indexedVersions } from "./releaseIndex";

/** Which release is wanted. */
export interface Wanted {
  readonly stream?: string;
  readonly architecture?: string;
  readonly metadataUrl?: string;
  /** A pin. */
  readonly version?: string;
  /** Whether to stay at the release of before, whatever the stream says. */
  readonly hold?: boolean;
  /** How long a release must have been published, like "72h" or "7d". */
  readonly minimumAge?: string;
}

/** What there is besides publishers. */
export interface Surroundings {
  /** The release of before. */
  readonly before?: PublishedRelease;
  /** Releases whose files are on the server still, though nothing refers to them. */
  readonly mirrored: () => Promise<readonly PublishedRelease[]>;
  /** Is told what else there is to say. */
  readonly note: (line: string) => void;
}

/**
 * The release that is wanted, known in the preview. Where the publisher can't be asked, the release of before stays, if there
 * was one of the same stream.
 */
export async function resolve(wanted: Wanted, { before, mirrored, note }: Surroundings): Promise<PublishedRelease> {
  const { stream = "stable", architecture = "x86_64", version, hold, minimumAge } = wanted;
  const url = wanted.metadataUrl ?? fedoraMetadataUrl(stream);
  const isOfSource = (release: PublishedRelease) => release.architecture === architecture && release.from === url;
  const known = before && isOfSource(before) ? before : undefined;
  if (known && (version === known.version || (hold && !version))) return known;
  if (version) {
    const kept = (await mirrored()).find((release) => release.version === version && isOfSource(release));
    if (kept) return kept;
  }
  let document: string;
  let listed: PublishedRelease;
  try {
    document = await fetchDocument(url);
    listed = { ...releaseIn(document, url, architecture), from: url };
  } catch (error) {
    if (!known || version)
      throw error instanceof ReleaseProblem ? error : new ReleaseProblem("metadataUrl", unread(url, error));
    note(`warning: ${unread(url, error)}; the release stays at ${known.version}`);
    return known;
  }
  if (version) return version === listed.version ? listed : pinned(listed, version, note);
  if (!minimumAge || listed.version === known?.version) return listed;
  const since = lastModified(document);
  if (since !== undefined && Date.now() - since >= parseDuration(minimumAge)!) return listed;
  return oldEnough(listed, minimumAge, known, note);
}

const unread = (url: string, error: unknown) => `${url} can't be read: ${(error as Error).message}`;

/** A stream lists its newest release alone; what came before is in the release index, which is no promise of Fedora's. */
async function pinned(listed: PublishedRelease, version: string, note: (line: string) => void) {
  const versions = await indexedVersions(listed).catch((error: Error) => {
    const why = `its stream lists ${listed.version} alone, and the release index can't be read: ${error.message}`;
    throw new ReleaseProblem("version", `version ${version} can't be found: ${why}`);
  });
  if (versions.includes(version)) {
    note(`note: ${version} comes from the release index of ${listed.stream}: its stream lists ${listed.version} alone`);
    return indexedRelease(listed, version);
  }
  const near = nearestVersions(version, versions).join(", ");
  throw new ReleaseProblem(
    "version",
    `version ${version} is not a release of ${listed.stream}: the nearest ones are ${near}`,
  );
}

/** The two before it and the one after it. */
function nearestVersions(version: string, versions: readonly string[]): readonly string[] {
  const later = versions.findIndex((one) => compareVersions(one, version) > 0);
  const at = later < 0 ? versions.length : later;
  return versions.slice(Math.max(0, at - 2), at + 1);
}

/** By their numbers, one after the other: "43.20261101.3.0". */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((version) => version.split(/[.-]/).map(Number)) as [number[], number[]];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The newest of the releases before the listed one that is old enough. */
async function oldEnough(
  listed: PublishedRelease,
  minimumAge: string,
  known: PublishedRelease | undefined,
  note: (line: string) => void,
): Promise<PublishedRelease> {
  const young = `${listed.stream} lists ${listed.version}, which is younger than minimumAge ${minimumAge}`;
  try {
    const versions = (await indexedVersions(listed)).filter((version) => version !== listed.version).reverse();
    for (const version of versions.slice(0, 10)) {
      const candidate = await indexedRelease(listed, version);
      if (candidate.released === undefined || Date.now() - candidate.released < parseDuration(minimumAge)!) continue;
      const { released, ...release } = candidate;
      note(`note: ${young}: ${version} is the newest that is old enough`);
      return known && compareVersions(known.version, version) >= 0 ? known : release;
    }
  } catch (error) {
    if (!known)
      throw new ReleaseProblem("minimumAge", `${young}, and no older one is known: ${(error as Error).message}`);
  }
  if (!known)
    throw new ReleaseProblem("minimumAge", `${young}, and so is every other: give a version or a shorter time`);
  note(`note: ${young}: the release stays at ${known.version}`);
  return known;
}
