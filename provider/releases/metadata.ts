import { nearest } from "../nearest";
import { ReleaseProblem } from "./problem";
import { fetchSmall } from "./transfer";

/** Where one file of a release is published. */
export interface PublishedFile {
  readonly location: string;
  /** Detached OpenPGP signature over the file as it is stored; absent where the publisher signs nothing. */
  readonly signature?: string;
  /** Hex. */
  readonly sha256: string;
  /** Absent where it isn't known. */
  readonly bytes?: number;
}

/** The files of a live network boot, as a stream's metadata lists them. */
export interface PublishedRelease {
  readonly stream: string;
  readonly version: string;
  readonly architecture: string;
  /** URL of the stream metadata that it was found by. */
  readonly from?: string;
  readonly kernel: PublishedFile;
  readonly initramfs: PublishedFile;
  /** Absent in releases before July 2020, whose initramfs holds it. */
  readonly rootfs?: PublishedFile;
}

const streams = ["stable", "testing", "next"];

/** Where Fedora publishes a stream's metadata (Fedora CoreOS documentation, "Stream metadata"). */
export function fedoraMetadataUrl(stream: string): string {
  if (!streams.includes(stream) && !/^(testing|next)-devel$|^(rawhide|branched)$/.test(stream)) {
    const suggestion = nearest(stream, streams);
    const hint = suggestion ? `did you mean "${suggestion}"?` : `there are ${streams.join(", ")}`;
    throw new ReleaseProblem("stream", `stream "${stream}" is not a stream of Fedora CoreOS: ${hint}`);
  }
  return `${fedoraServer}/streams/${stream}.json`;
}

const documents = new Map<string, Promise<string>>();

/** A document by its http:, https: or file: URL; asked for once a run, however many releases use it. */
export function fetchDocument(url: string): Promise<string> {
  const document = documents.get(url) ?? readDocument(url);
  documents.set(url, document);
  return document;
}

async function readDocument(url: string): Promise<string> {
  return (await fetchSmall(url)).toString();
}

type Json = Record<string, unknown> | undefined;
/** A key of a JSON object; undefined where that is none, or has no such key of its own. */
export const within = (value: unknown, key: string): Json =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? ((value as Record<string, unknown>)[key] as Json)
    : undefined;

export function parseDocument(text: string, url: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ReleaseProblem("metadataUrl", `metadataUrl ${url} is not JSON: ${(error as Error).message}`);
  }
}

/** When a stream's metadata last changed, milliseconds since 1970; undefined where it doesn't say. */
export function lastModified(text: string): number | undefined {
  const time = Date.parse(String(within(within(JSON.parse(text), "metadata"), "last-modified")));
  return Number.isNaN(time) ? undefined : time;
}

/** Finds an architecture's live network-boot files in stream metadata (stream-metadata-go, stream/stream.go). */
export function releaseIn(text: string, url: string, architecture: string): PublishedRelease {
  const document = parseDocument(text, url);
  const architectures = within(document, "architectures");
  const stream = within(document, "stream") as unknown;
  if (!architectures || typeof stream !== "string" || !/^[\w.-]{1,64}$/.test(stream))
    throw new ReleaseProblem(
      "metadataUrl",
      `metadataUrl ${url} is not stream metadata: it has no "stream" and "architectures"`,
    );
  const own = within(architectures, architecture);
  if (!own) {
    const there = Object.keys(architectures).join(", ");
    throw new ReleaseProblem(
      "architecture",
      `architecture "${architecture}" is not in the stream ${stream}: it has ${there}`,
    );
  }
  const metal = within(within(own, "artifacts"), "metal");
  const version = within(metal, "release") as unknown;
  const pxe = within(within(metal, "formats"), "pxe");
  if (typeof version !== "string" || !/^[\w.+-]{1,64}$/.test(version) || !pxe)
    throw new ReleaseProblem("architecture", `the stream ${stream} lists no network boot files for ${architecture}`);
  const rootfs = within(pxe, "rootfs");
  return {
    stream,
    version,
    architecture,
    kernel: publishedFile(within(pxe, "kernel"), "kernel", url),
    initramfs: publishedFile(within(pxe, "initramfs"), "initramfs", url),
    ...(rootfs ? { rootfs: publishedFile(rootfs, "rootfs", url) } : {}),
  };
}

const fedoraServer = "https://builds.coreos.fedoraproject.org";

/** What came over a network names no files of this machine, and Fedora's metadata nobody else's server. */
const mayBeListed = (location: string, url: string) =>
  url.startsWith(`${fedoraServer}/`)
    ? location.startsWith(`${fedoraServer}/`)
    : !location.startsWith("file:") || !/^https?:/.test(url);

function publishedFile(value: Json, what: string, url: string): PublishedFile {
  const { location, signature, sha256 } = (value ?? {}) as Record<string, unknown>;
  const isUrl = (text: unknown): text is string =>
    typeof text === "string" && /^(https?|file):\/\/[^\s"']+$/.test(text);
  if (!isUrl(location) || typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256))
    throw new ReleaseProblem("metadataUrl", `metadataUrl ${url} lists no usable location and sha256 for the ${what}`);
  const stray = [location, signature].find((one) => isUrl(one) && !mayBeListed(one, url));
  if (stray)
    throw new ReleaseProblem(
      "metadataUrl",
      `metadataUrl ${url} lists ${stray} for the ${what}, which is not its own to publish`,
    );
  return { location, sha256, ...(isUrl(signature) ? { signature } : {}) };
}
