import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import type { Contents } from "./accepted";
import { sha256 } from "./canonical";

/** One config as it lies on a server. */
export interface Publication {
  /** Hex sha256 of the config. */
  readonly digest: string;
  /** Hex sha256 of each large content that it refers to. */
  readonly stored: readonly string[];
  readonly isSecret: boolean;
}

/** Contents before the config that names them: a machine may fetch at any time. */
export async function publishConfig(
  host: Host,
  site: Site,
  { digest, isSecret }: Publication,
  { body, stored }: Contents,
): Promise<void> {
  const paths = sitePaths(site);
  for (const [name, content] of Object.entries(stored)) {
    const bytes = Buffer.from(content, "base64");
    if ((await host.size(paths.artifact(name))) !== bytes.length) await host.writeFile(paths.artifact(name), bytes);
  }
  // Who serves it belongs to the group of who writes it; nobody else on the server is to read a secret.
  await host.writeFile(paths.ignitionConfig(digest), body, isSecret ? 0o640 : 0o644);
}

/** Whether a config lies there with the bytes of its digest, and all that it refers to. */
export async function isPublished(host: Host, site: Site, { digest, stored }: Publication): Promise<boolean> {
  const paths = sitePaths(site);
  const body = await host.readFile(paths.ignitionConfig(digest));
  if (body === undefined || sha256(body) !== digest) return false;
  const sizes = await Promise.all(stored.map((name) => host.size(paths.artifact(name))));
  return sizes.every((size) => size !== undefined);
}

/** Removes a config that no machine boots with any more; another resource, or another machine, may have the same one. */
export async function withdrawConfig(host: Host, site: Site, { digest, stored }: Publication): Promise<void> {
  const paths = sitePaths(site);
  const bootConfigs = [paths.pxelinuxConfigs, `${paths.http}/ipxe`, `${paths.tftp}/grub`, paths.ignition];
  if (await isMentioned(host, bootConfigs, `ignition/${digest}.ign`)) return;
  await host.remove(paths.ignitionConfig(digest));
  for (const name of stored)
    if (!(await isMentioned(host, [paths.ignition], name))) await host.remove(paths.artifact(name));
}

async function isMentioned(host: Host, directories: readonly string[], word: string): Promise<boolean> {
  for (const directory of directories)
    for (const name of await host.list(directory))
      if ((await host.readFile(`${directory}/${name}`))?.includes(word)) return true;
  return false;
}
