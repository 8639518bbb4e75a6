import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import type { PublishedFile, PublishedRelease } from "./metadata";
import { readKeys, verifySignature } from "./signature";

const transferTimeoutMs = 30 * 60_000;

/** Fetches what is missing of a release, verifies it, and only then gives it a name that is served. */
export async function mirrorFiles(
  host: Host,
  site: Site,
  release: PublishedRelease,
  trustedKeys: readonly string[],
): Promise<void> {
  const keys = await readKeys(trustedKeys);
  for (const file of filesOf(release)) {
    const path = sitePaths(site).artifact(file.sha256);
    if ((await host.size(path)) !== undefined) continue;
    const bytes = await fetchBytes(file.location);
    const found = createHash("sha256").update(bytes).digest("hex");
    if (found !== file.sha256)
      throw new Error(
        `${file.location} has the sha256 ${found}, its metadata says ${file.sha256}: it was not published`,
      );
    if (!file.signature) throw new Error(`${file.location} is published without a signature: nothing vouches for it`);
    try {
      await verifySignature(bytes, await fetchBytes(file.signature), keys);
    } catch (error) {
      throw new Error(`the signature of ${file.location} does not verify: ${(error as Error).message}`);
    }
    await host.writeFile(path, bytes);
  }
}

export const filesOf = (release: PublishedRelease): PublishedFile[] =>
  [release.kernel, release.initramfs, release.rootfs].filter((file) => file !== undefined);

async function fetchBytes(url: string): Promise<Buffer> {
  if (url.startsWith("file:")) return readFile(fileURLToPath(url));
  const response = await fetch(url, { signal: AbortSignal.timeout(transferTimeoutMs) });
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${response.statusText}`);
  return Buffer.from(await response.arrayBuffer());
}
