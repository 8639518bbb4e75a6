import { type Site, sitePaths } from "../hosts/site";

const own = (site: Site, sha256: string) => `${site.url}/store/sha256/${sha256}`;

/** What an operating system fetches an artifact by. */
export const artifactUrl = (site: Site, sha256: string) =>
  site.artifacts ? `${site.artifacts}/${sha256}` : own(site, sha256);

/** What a boot loader fetches one by: those of BIOS machines can't do https, and kernel and initramfs are the small ones. */
export const bootLoaderUrl = (site: Site, sha256: string) =>
  site.artifacts?.startsWith("http:") ? artifactUrl(site, sha256) : own(site, sha256);

const asked = new Map<string, Promise<void>>();

/** Refuses to point machines at what a CDN or a bucket says it doesn't have. That it can't be asked from here is no refusal. */
export async function requireArtifacts(site: Site, digests: readonly string[]): Promise<void> {
  if (!site.artifacts) return;
  for (const digest of digests) {
    const url = artifactUrl(site, digest);
    const answer = asked.get(url) ?? requireThere(url, sitePaths(site).artifact(digest));
    asked.set(url, answer);
    answer.catch(() => asked.delete(url));
    await answer;
  }
}

async function requireThere(url: string, file: string): Promise<void> {
  const signal = AbortSignal.timeout(20_000);
  const response = await fetch(url, { method: "HEAD", signal }).catch(() => undefined);
  if (!response || response.ok) return;
  throw new Error(
    `artifacts.url: ${url} answers ${response.status}: copy ${file} of the server there, or let the CDN fetch from it`,
  );
}
