import { type Site, sitePaths } from "../hosts/site";
import type { BootEntry } from "./entry";
import { grubConfig, grubConfigName } from "./grub";
import type { Identity } from "./identity";
import { ipxeScript, ipxeScriptName } from "./ipxe";
import { parmFile, parmFileName } from "./parmFile";
import { pxelinuxConfig, pxelinuxConfigName, pxelinuxSubset } from "./pxelinux";
import { type LocalDisk, startLocalDisk } from "./unknownMachines";

interface Format {
  /** The machine's file, below the site's directory; undefined where the boot loader can't know what the machine is known by. */
  readonly path: (site: Site, identity: Identity) => string | undefined;
  readonly render: (entry: BootEntry) => string;
}

const pxelinuxPath: Format["path"] = (site, identity) => {
  const name = pxelinuxConfigName(identity);
  return name && `${sitePaths(site).pxelinuxConfigs}/${name}`;
};
const ipxe: Format = {
  path: (site, identity) => `${sitePaths(site).ipxeScripts}/${ipxeScriptName(identity)}`,
  render: ipxeScript,
};
const grub: Format = {
  path: (site, identity) => `${sitePaths(site).grubConfigs}/${grubConfigName(identity)}`,
  render: grubConfig,
};
const pxelinux: Format = { path: pxelinuxPath, render: pxelinuxConfig };
const subset: Format = { path: pxelinuxPath, render: pxelinuxSubset };
const parm: Format = {
  path: (site, identity) => `${sitePaths(site).parmFiles}/${parmFileName(identity)}`,
  render: parmFile,
};

/** What a machine of each architecture may ask for: which it will be is known to its firmware alone. */
const formats: Record<string, readonly Format[]> = {
  x86_64: [pxelinux, ipxe, grub],
  aarch64: [ipxe, grub],
  ppc64le: [subset, grub],
  s390x: [subset, parm],
};

/** A machine's boot configurations, one for each boot loader that its architecture has. */
export const bootConfigs = (site: Site, entry: BootEntry, architecture: string) =>
  (formats[architecture] ?? []).flatMap(({ path, render }) => {
    const file = path(site, entry.identity);
    return file ? [{ path: file, content: render(entry) }] : [];
  });

/** Where any of them may lie. */
export const bootConfigFiles = (site: Site, identity: Identity) =>
  [pxelinux, ipxe, grub, parm].flatMap(({ path }) => path(site, identity) ?? []);

/** What leaves a machine to its own disk, for every boot loader that it may come by. */
export function localDiskConfigs(site: Site, identity: Identity, owner: string, by: LocalDisk) {
  const texts = startLocalDisk(by);
  const said = `# ${owner}\n`;
  const configs = [
    { path: pxelinux.path(site, identity), content: said + texts.pxelinux },
    { path: ipxe.path(site, identity), content: texts.ipxe.replace("\n", `\n${said}`) },
    { path: grub.path(site, identity), content: said + texts.grub },
  ];
  return configs.flatMap(({ path, content }) => (path ? [{ path, content }] : []));
}
