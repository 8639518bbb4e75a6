import { type Site, sitePaths } from "../hosts/site";
import type { BootEntry } from "./entry";
import { grubConfig, grubConfigName } from "./grub";
import { ipxeScript, ipxeScriptName } from "./ipxe";
import { parmFile, parmFileName } from "./parmFile";
import { pxelinuxConfig, pxelinuxConfigName, pxelinuxSubset } from "./pxelinux";

interface Format {
  /** The machine's file, below the site's directory. */
  readonly path: (site: Site, mac: string) => string;
  readonly render: (entry: BootEntry) => string;
}

const pxelinuxPath: Format["path"] = (site, mac) => `${sitePaths(site).pxelinuxConfigs}/${pxelinuxConfigName(mac)}`;
const ipxe: Format = {
  path: (site, mac) => `${sitePaths(site).ipxeScripts}/${ipxeScriptName(mac)}`,
  render: ipxeScript,
};
const grub: Format = {
  path: (site, mac) => `${sitePaths(site).grubConfigs}/${grubConfigName(mac)}`,
  render: grubConfig,
};
const pxelinux: Format = { path: pxelinuxPath, render: pxelinuxConfig };
const subset: Format = { path: pxelinuxPath, render: pxelinuxSubset };
const parm: Format = { path: (site, mac) => `${sitePaths(site).parmFiles}/${parmFileName(mac)}`, render: parmFile };

/** What a machine of each architecture may ask for: which it will be is known to its firmware alone. */
const formats: Record<string, readonly Format[]> = {
  x86_64: [pxelinux, ipxe, grub],
  aarch64: [ipxe, grub],
  ppc64le: [subset, grub],
  s390x: [subset, parm],
};

/** A machine's boot configurations, one for each boot loader that its architecture has. */
export const bootConfigs = (site: Site, entry: BootEntry, architecture: string) =>
  (formats[architecture] ?? []).map(({ path, render }) => ({ path: path(site, entry.mac), content: render(entry) }));

/** Where any of them may lie. */
export const bootConfigFiles = (site: Site, mac: string) =>
  [pxelinux, ipxe, grub, parm].map(({ path }) => path(site, mac));
