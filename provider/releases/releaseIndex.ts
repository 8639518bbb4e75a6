import { fetchDocument, type PublishedRelease, parseDocument, releaseIn, within } from "./metadata";

/** Where a stream's release index lies, from where its metadata does (fedora-coreos-tracker, Design.md, "Release index"). */
const indexUrl = ({ from = "", stream }: PublishedRelease) =>
  new URL(`../prod/streams/${stream}/releases.json`, from).href;

/** Every version of a release's stream, oldest first. */
export async function indexedVersions(listed: PublishedRelease): Promise<string[]> {
  return (await entriesOf(listed)).map(({ version }) => version);
}

/** A version of the same stream and architecture, from its own metadata; `released`: milliseconds since 1970. */
export async function indexedRelease(
  listed: PublishedRelease,
  version: string,
): Promise<PublishedRelease & { released?: number }> {
  const entry = (await entriesOf(listed)).find((candidate) => candidate.version === version);
  if (!entry) throw new Error(`${version} is not in ${indexUrl(listed)}`);
  const document = parseDocument(await fetchDocument(entry.metadata), entry.metadata);
  // the same facts as in a stream's metadata, under other names (stream-metadata-go, release/translate.go)
  const artifacts = within(within(within(document, "architectures"), listed.architecture), "media");
  const pxe = within(within(within(artifacts, "metal"), "artifacts"), "pxe");
  const metal = { release: version, formats: { pxe } };
  const translated = { stream: listed.stream, architectures: { [listed.architecture]: { artifacts: { metal } } } };
  const released = Date.parse(String(within(within(document, "metadata"), "last-modified")));
  return {
    ...releaseIn(JSON.stringify(translated), entry.metadata, listed.architecture),
    from: listed.from,
    ...(Number.isNaN(released) ? {} : { released }),
  };
}

async function entriesOf(listed: PublishedRelease): Promise<{ version: string; metadata: string }[]> {
  const url = indexUrl(listed);
  const releases = within(parseDocument(await fetchDocument(url), url), "releases") as unknown;
  if (!Array.isArray(releases)) throw new Error(`${url} is not a release index: it has no "releases"`);
  return releases.flatMap((release) => {
    const [version, metadata] = [within(release, "version"), within(release, "metadata")] as unknown[];
    return typeof version === "string" && typeof metadata === "string" && isNear(metadata, url)
      ? [{ version, metadata }]
      : [];
  });
}

/** An index speaks for its own server alone. */
const isNear = (url: string, index: string) => {
  const [one, other] = [URL.parse(url), new URL(index)];
  return one !== null && one.protocol === other.protocol && one.host === other.host;
};
