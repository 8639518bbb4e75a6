import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";

/** One config as it lies on a server. */
export interface Publication {
  readonly digest: string;
  readonly body: string;
  /** Base64 by digest. */
  readonly stored: Readonly<Record<string, string>>;
  readonly isSecret: boolean;
}

/** Contents before the config that names them: a machine may fetch at any time. */
export async function publishConfig(
  host: Host,
  site: Site,
  { digest, body, stored, isSecret }: Publication,
): Promise<void> {
  const paths = sitePaths(site);
  for (const [name, content] of Object.entries(stored)) {
    if (await host.readFile(paths.artifact(name))) continue;
    await host.writeFile(paths.artifact(name), Buffer.from(content, "base64"));
  }
  await host.writeFile(paths.ignitionConfig(digest), body, isSecret ? 0o640 : 0o644);
}

/** Whether a config lies there as it was published, with all that it refers to. */
export async function isPublished(host: Host, site: Site, { digest, body, stored }: Publication): Promise<boolean> {
  const paths = sitePaths(site);
  if ((await host.readFile(paths.ignitionConfig(digest)))?.toString() !== body) return false;
  for (const name of Object.keys(stored)) if (!(await host.readFile(paths.artifact(name)))) return false;
  return true;
}

/** Removes a config that no machine boots with any more; another resource, or another machine, may have the same one. */
export async function withdrawConfig(host: Host, site: Site, { digest, stored }: Publication): Promise<void> {
  const paths = sitePaths(site);
  const bootConfigs = [paths.pxelinuxConfigs, `${paths.http}/ipxe`, `${paths.tftp}/grub`, paths.ignition];
  if (await isMentioned(host, bootConfigs, `ignition/${digest}.ign`)) return;
  await host.remove(paths.ignitionConfig(digest));
  for (const name of Object.keys(stored))
    if (!(await isMentioned(host, [paths.ignition], name))) await host.remove(paths.artifact(name));
}

async function isMentioned(host: Host, directories: readonly string[], word: string): Promise<boolean> {
  for (const directory of directories)
    for (const name of await host.list(directory))
      if ((await host.readFile(`${directory}/${name}`))?.includes(word)) return true;
  return false;
}
