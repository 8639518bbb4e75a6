import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";

const own = (site: Site, sha256: string) => `${site.url}/store/sha256/${sha256}`;

/** What an operating system fetches an artifact by. */
export const artifactUrl = (site: Site, sha256: string) =>
  site.artifacts ? `${site.artifacts}/${sha256}` : own(site, sha256);

/** What a boot loader fetches one by: those of BIOS machines can't do https, and kernel and initramfs are the small ones. */
export const bootLoaderUrl = (site: Site, sha256: string) =>
  site.artifacts?.startsWith("http:") ? artifactUrl(site, sha256) : own(site, sha256);

const asked = new Map<string, Promise<void>>();

/**
 * Refuses to point machines at what a CDN or a bucket says it doesn't have, once a run. The server asks, which is where the
 * machines are; that it can't is no refusal.
 */
export async function requireArtifacts(host: Host, site: Site, digests: readonly string[]): Promise<void> {
  if (!site.artifacts) return;
  for (const digest of digests) {
    const key = `${host.name} ${artifactUrl(site, digest)}`;
    const answer = asked.get(key) ?? requireThere(host, site, digest);
    asked.set(key, answer);
    answer.catch(() => asked.delete(key));
    await answer;
  }
}

async function requireThere(host: Host, site: Site, digest: string): Promise<void> {
  const url = artifactUrl(site, digest);
  const status = await statusOf(host, url);
  if (status === undefined || status < 400) return;
  throw new Error(
    `artifacts: ${url} answers ${status} to ${host.name}: copy ${sitePaths(site).artifact(digest)} of the server there, ` +
      "or let a CDN fetch from the server",
  );
}

/** What a HEAD request is answered with; undefined where the host can't ask. */
export async function statusOf(host: Host, url: string): Promise<number | undefined> {
  const print = ["--output", "/dev/null", "--write-out", "%{http_code}"];
  const look = ["curl", "--silent", "--head", "--location", "--max-time", "20", ...print, url];
  const said = await host.run(look).catch(() => undefined);
  return Number(said?.stdout) || undefined;
}
