import { type Site, sitePaths } from "../hosts/site";
import type { BootEntry } from "./entry";
import { grubConfig, grubConfigName } from "./grub";
import type { Identity } from "./identity";
import { ipxeScript, ipxeScriptName } from "./ipxe";
import { parmFile, parmFileName } from "./parmFile";
import { pxelinuxConfig, pxelinuxConfigNames, pxelinuxSubset } from "./pxelinux";
import { type LocalDisk, startLocalDisk } from "./unknownMachines";

interface Format {
  /** What the machine's file is called; no name where the boot loader can't know what the machine is known by. */
  readonly paths: (site: Site, identity: Identity) => readonly string[];
  readonly render: (entry: BootEntry) => string;
}

const pxelinuxPaths: Format["paths"] = (site, identity) =>
  pxelinuxConfigNames(identity).map((name) => `${sitePaths(site).pxelinuxConfigs}/${name}`);
const ipxe: Format = {
  paths: (site, identity) => [`${sitePaths(site).ipxeScripts}/${ipxeScriptName(identity)}`],
  render: ipxeScript,
};
const grub: Format = {
  paths: (site, identity) => [`${sitePaths(site).grubConfigs}/${grubConfigName(identity)}`],
  render: grubConfig,
};
const pxelinux: Format = { paths: pxelinuxPaths, render: pxelinuxConfig };
const subset: Format = { paths: pxelinuxPaths, render: pxelinuxSubset };
const parm: Format = {
  paths: (site, identity) => [`${sitePaths(site).parmFiles}/${parmFileName(identity)}`],
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
  (formats[architecture] ?? []).flatMap(({ paths, render }) =>
    paths(site, entry.identity).map((path) => ({ path, content: render(entry) })),
  );

/** Where any of them may lie. */
export const bootConfigFiles = (site: Site, identity: Identity) =>
  [pxelinux, ipxe, grub, parm].flatMap(({ paths }) => paths(site, identity));

/** What leaves a machine to its own disk, for every boot loader that it may come by. */
export function localDiskConfigs(site: Site, identity: Identity, owner: string, by: LocalDisk) {
  const texts = startLocalDisk(by);
  const said = `# ${owner}\n`;
  const configs = [
    { format: pxelinux, content: said + texts.pxelinux },
    { format: ipxe, content: texts.ipxe.replace("\n", `\n${said}`) },
    { format: grub, content: said + texts.grub },
  ];
  return configs.flatMap(({ format, content }) => format.paths(site, identity).map((path) => ({ path, content })));
}
