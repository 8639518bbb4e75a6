import { chmod, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PublicKey } from "openpgp" with { "resolution-mode": "import" };
import { type Host, mustRun } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import { download, roomProblem } from "./download";
import { fedoraKeysFor, readTrustedKeys } from "./keys";
import { exclusively } from "./lock";
import type { PublishedFile, PublishedRelease } from "./metadata";
import { transferProgress } from "./progress";
import { downloadThere } from "./remote";
import { verification } from "./signature";
import { FinalAnswer, fetchSmall } from "./transfer";

/** What decides whose word counts, and where files are fetched from. */
export interface Terms {
  /** Armored; in addition to Fedora's own. */
  readonly trustedKeys?: readonly string[];
  /** Bases that hold the same paths as the publisher's server, tried before it; a file: URL is a directory of the host's. */
  readonly mirrorUrls?: readonly string[];
  /** "sha256": the publisher signs nothing, and the metadata's word has to do. */
  readonly verification?: "sha256";
}

/** Fetches what is missing of a release, verifies it, and only then gives it a name that is served. */
export async function mirrorFiles(host: Host, site: Site, release: PublishedRelease, terms: Terms): Promise<void> {
  const keys = await keysFor(release, terms);
  await requireRoom(host, site, filesOf(release));
  const fetched = await Promise.allSettled(
    kindsOf(release).map(({ kind, file }) => mirrorFile(host, site, file, terms, keys, `${release.version} ${kind}`)),
  );
  const reasons = fetched.flatMap((one) => (one.status === "rejected" ? [(one.reason as Error).message] : []));
  if (reasons.length > 0) throw new Error(`${reasons.join("\n")}\nnothing of it is served`);
}

/** Refuses to begin what can't be ended, for all files together: they are fetched at the same time. */
async function requireRoom(host: Host, site: Site, files: readonly PublishedFile[]): Promise<void> {
  const paths = sitePaths(site);
  let missing = 0;
  for (const { sha256, bytes = 0 } of files)
    if ((await host.size(paths.artifact(sha256))) === undefined)
      missing += bytes - Math.min(bytes, (await host.size(partOf(site, sha256))) ?? 0);
  if (missing === 0) return;
  await host.makeDirectory(paths.work, 0o700);
  const answer = await mustRun(host, ["stat", "--file-system", "--format=%a %S", paths.work]);
  const [blocks, size] = answer.trim().split(" ").map(Number) as [number, number];
  const problem = roomProblem(paths.work, blocks * size, missing);
  if (problem) throw new Error(`${host.name}: ${problem}`);
}

const partOf = (site: Site, sha256: string) => `${sitePaths(site).work}/${sha256}.part`;

/** The keys whose signatures count: Fedora's for that version, and the user's. */
export const keysFor = async (release: PublishedRelease, { trustedKeys = [] }: Terms): Promise<PublicKey[]> => [
  ...(await fedoraKeysFor(release.version)),
  ...(await readTrustedKeys(trustedKeys)),
];

async function mirrorFile(
  host: Host,
  site: Site,
  file: PublishedFile,
  terms: Terms,
  keys: readonly PublicKey[],
  what: string,
): Promise<void> {
  const paths = sitePaths(site);
  const path = paths.artifact(file.sha256);
  if (await isIntact(host, path, file.sha256)) return;
  const part = partOf(site, file.sha256);
  const say = (line: string) => console.error(line);
  const sources = sourcesOf(file, terms);
  const check = async (url: string) =>
    terms.verification ? undefined : verification(await fetchSignature(sources, url), keys);
  const progress = transferProgress(what, say).add;
  const { sha256 } = file;
  if (!host.isHere && file.location.startsWith("file:")) {
    const work = await mkdtemp(join(tmpdir(), "release-"));
    const here = join(work, sha256);
    return download({ urls: sources.map(({ url }) => url), sha256, part: here, check, progress })
      .then(() => host.sendFile(here, path))
      .finally(() => rm(work, { recursive: true }));
  }
  if (!host.isHere) {
    const signatureAt = terms.verification ? undefined : (url: string) => fetchSignature(sources, url, host);
    const urls = sources.map(({ url }) => url);
    return downloadThere({ host, site, urls, sha256, bytes: file.bytes, signatureAt, keys, path, part, progress });
  }
  const work = async () => {
    if (await isIntact(host, path, sha256)) return; // somebody else's run fetched it meanwhile
    await download({ urls: sources.map(({ url }) => url), sha256, part, check, progress });
    await chmod(part, 0o644);
    await rename(part, path);
  };
  await exclusively(`${paths.work}/${file.sha256}.lock`, work, () =>
    say(`${what}: another run is fetching it, waiting for that one`),
  );
}

interface Source {
  readonly url: string;
  readonly signature?: string;
}

/** Where a file can be had, each place with the signature that lies beside it there. */
function sourcesOf({ location, signature }: PublishedFile, { mirrorUrls = [] }: Terms): Source[] {
  if (location.startsWith("file:")) return [{ url: location, signature }];
  const at = (base: string, path: string) => base.replace(/\/+$/, "") + path;
  const pathOf = (url: string) => new URL(url).pathname;
  const nameOf = (url: string) => pathOf(url).slice(pathOf(url).lastIndexOf("/"));
  const mirrored = mirrorUrls.flatMap((base) =>
    (base.startsWith("file:") ? [pathOf, nameOf] : [pathOf]).map((part) => ({
      url: at(base, part(location)),
      signature: signature && at(base, part(signature)),
    })),
  );
  return [...mirrored, { url: location, signature }];
}

/** The signature that belongs to an address, from there; of a file in a directory that holds none, the publisher's. */
async function fetchSignature(sources: readonly Source[], url: string, host?: Host): Promise<Buffer> {
  const signature = sources.find((source) => source.url === url)?.signature;
  if (!signature) throw new FinalAnswer(`${url} is published without a signature: nothing vouches for it`);
  const publishers = sources.at(-1)!;
  if (signature.startsWith("file:") && publishers.url !== url) {
    const path = fileURLToPath(signature);
    const beside = await (host ? host.readFile(path) : readFile(path).catch(() => undefined));
    return beside ?? fetchSignature(sources, publishers.url);
  }
  return fetchSmall(signature, 1 << 16).catch((error: Error) => {
    const told = `the signature of ${url} can't be had: ${error.message}`;
    throw error instanceof FinalAnswer ? new FinalAnswer(told) : new Error(told);
  });
}

/** Whether a plain file lies there with just these bytes; a link in its place is none of ours. */
export async function isIntact(host: Host, path: string, sha256: string): Promise<boolean> {
  const command = ["find", path, "-maxdepth", "0", "-type", "f", "-exec", "sha256sum", "--binary", "{}", ";"];
  const { code, stdout } = await host.run(command, { timeoutMs: 10 * 60_000 });
  return code === 0 && stdout.replace(/^\\/, "").startsWith(`${sha256} `);
}

/** Puts a file that was made here into the store. */
export async function storeFile(host: Host, site: Site, sha256: string, content: Buffer): Promise<void> {
  const path = sitePaths(site).artifact(sha256);
  if (!(await isIntact(host, path, sha256))) await host.writeFile(path, content);
}

export const filesOf = (release: PublishedRelease): PublishedFile[] => kindsOf(release).map(({ file }) => file);

const kindsOf = (release: PublishedRelease) =>
  (["kernel", "initramfs", "rootfs"] as const).flatMap((kind) => {
    const file = release[kind];
    return file ? [{ kind, file }] : [];
  });
