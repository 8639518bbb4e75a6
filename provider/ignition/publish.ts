import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import { unwrapIgnition, wrapIgnition } from "../initrd/wrap";
import { acceptedContents, type Contents } from "./accepted";
import { sha256 } from "./canonical";
import { type Delivered, placeOf } from "./delivery";

/** One config as it lies on a server. */
export interface Publication extends Delivered {
  /** Hex sha256 of each large content that it refers to. */
  readonly stored: readonly string[];
  readonly isSecret: boolean;
}

/** Contents before the config that names them: a machine may fetch at any time. */
export async function publishConfig(
  host: Host,
  site: Site,
  publication: Publication,
  { body, stored }: Contents,
): Promise<void> {
  const paths = sitePaths(site);
  for (const [name, content] of Object.entries(stored)) {
    const bytes = Buffer.from(content, "base64");
    if ((await host.size(paths.artifact(name))) !== bytes.length) await host.writeFile(paths.artifact(name), bytes);
  }
  // Who serves it belongs to the group of who writes it; nobody else on the server is to read a secret.
  const isGuarded = publication.isSecret || publication.delivery === "https";
  const file = publication.delivery === "wrapped" ? wrapIgnition(body) : body;
  await host.writeFile(placeOf(site, publication).path, file, isGuarded ? 0o640 : 0o644);
}

/** A published config's bytes; undefined where they aren't there, or aren't those of its digest. */
export async function publishedBody(host: Host, site: Site, delivered: Delivered): Promise<Buffer | undefined> {
  const file = await host.readFile(placeOf(site, delivered).path);
  const body = file && delivered.delivery === "wrapped" ? unwrapIgnition(file) : file;
  return body && sha256(body) === delivered.digest ? body : undefined;
}

/** The same, without asking the server where this run has checked the config. */
export async function bodyOf(host: Host, site: Site, delivered: Delivered): Promise<string> {
  const body = acceptedContents(delivered.digest)?.body ?? (await publishedBody(host, site, delivered))?.toString();
  if (body !== undefined) return body;
  const { path } = placeOf(site, delivered);
  throw new Error(`${host.name}: ${path} is missing or was altered: run pulumi up --refresh`);
}

/** Whether a config lies there with the bytes of its digest, and all that it refers to. */
export async function isPublished(host: Host, site: Site, publication: Publication): Promise<boolean> {
  if (!(await publishedBody(host, site, publication))) return false;
  const sizes = await Promise.all(publication.stored.map((name) => host.size(sitePaths(site).artifact(name))));
  return sizes.every((size) => size !== undefined);
}

/** Removes a config that no machine boots with any more; another resource, or another machine, may have the same one. */
export async function withdrawConfig(host: Host, site: Site, publication: Publication): Promise<void> {
  const paths = sitePaths(site);
  const configs = [paths.ignition, paths.encryptedIgnition, paths.keptConfigs, paths.initrds];
  const bootConfigs = [paths.pxelinuxConfigs, `${paths.http}/ipxe`, `${paths.tftp}/grub`];
  const { path, url } = placeOf(site, publication);
  if (await isMentioned(host, [...bootConfigs, ...configs], url.split("/").slice(-2).join("/"))) return;
  await host.remove(path);
  for (const name of publication.stored)
    if (!(await isMentioned(host, configs, name))) await host.remove(paths.artifact(name));
}

async function isMentioned(host: Host, directories: readonly string[], word: string): Promise<boolean> {
  for (const directory of directories)
    for (const name of await host.list(directory))
      if ((await host.readFile(`${directory}/${name}`))?.includes(word)) return true;
  return false;
}
